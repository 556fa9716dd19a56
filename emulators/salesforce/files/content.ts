import { createHash } from 'node:crypto';
import type { SaveContext } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import { idOf } from '../recordId.ts';
import { KEY_PREFIXES } from '../schema/keyPrefixes.ts';
import { type Row, text } from '../store/row.ts';

/** Contents lie apart from their records, which are rewritten more often; a record keeps the id. */
const TABLE = 'ContentBody';

interface StoredContent {
  readonly id: string;
  readonly sizeBytes: number;
  readonly md5: string;
}

export function storeContent(org: Org, base64: string): StoredContent {
  const bytes = Buffer.from(base64, 'base64');
  const id = idOf(KEY_PREFIXES.ContentBody ?? '', org.nextNumber(TABLE));
  org.store.put(TABLE, { Id: id, Data: bytes.toString('base64') });
  return { id, sizeBytes: bytes.length, md5: createHash('md5').update(bytes).digest('hex') };
}

/** The content that a record is given, in base64; null when there is none, or none that the org takes. */
export function givenContent({ org, given }: SaveContext, draft: Row, field: string): string | null {
  const isEmpty = given.has(field) && text(draft, field) === null;
  return isEmpty && org.settings.files.emptyFiles === 'allowed' ? '' : text(draft, field);
}

export function readContent(org: Org, id: string | null): Buffer | undefined {
  const row = org.store.table(TABLE).get(id ?? '');
  return row === undefined ? undefined : Buffer.from(text(row, 'Data') ?? '', 'base64');
}
