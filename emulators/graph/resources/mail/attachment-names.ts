import type { MailBehaviour } from '../../control/mail-behaviour.ts';

const EXTENSIONS: Record<string, string> = {
  'text/html': 'htm',
  'text/calendar': 'ics',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/jpg': 'jpg',
  'image/png': 'png',
  'message/delivery-status': 'txt',
};

/** What Exchange calls an attachment that has no name: ATT00001.txt, counted from one in each message. */
export function attachmentName(
  given: string | null,
  contentType: string,
  number: number,
  { namelessAttachments }: MailBehaviour,
): string | null {
  if (given !== null && given !== '') return given;
  if (namelessAttachments === 'null') return null;
  const extension = EXTENSIONS[contentType] ?? (contentType.startsWith('text/') ? 'txt' : 'dat');
  return `ATT${String(number).padStart(5, '0')}.${extension}`;
}
