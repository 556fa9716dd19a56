import { notFound } from '../failure.ts';
import { readContent } from '../files/content.ts';
import type { Answer } from '../http/message.ts';
import { text } from '../store/row.ts';
import { type Call, type Route, typeNamed } from './call.ts';
import { fieldsNamed, rowNamed } from './records.ts';

/** The content of a file, byte for byte. */
function download(object: string, field: string): (call: Call) => Answer {
  return call => {
    const type = typeNamed(call, object);
    fieldsNamed(call, type, [field]);
    const row = rowNamed(call, type, call.params.id ?? '');
    const body = readContent(call.emulator.org, text(row, field));
    if (body === undefined) throw notFound();
    return { status: 200, headers: { 'content-type': 'application/octetstream' }, body };
  };
}

export const blobRoutes: readonly Route[] = [
  ['GET', '/sobjects/ContentVersion/:id/VersionData', download('ContentVersion', 'VersionData')],
  ['GET', '/sobjects/Attachment/:id/Body', download('Attachment', 'Body')],
];
