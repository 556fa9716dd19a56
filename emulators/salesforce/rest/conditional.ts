import { createHash } from 'node:crypto';
import { failure } from '../failure.ts';
import type { ObjectType } from '../schema/types.ts';
import { msOfStamp } from '../stamp.ts';
import { type Row, text } from '../store/row.ts';
import type { Call } from './call.ts';

const preconditionFailed = () =>
  failure('PRECONDITION_FAILED', 'The conditional request failed: the resource has changed');

/** HTTP dates are the only form that conditional headers take. */
function headerDate(call: Call, header: string): number | undefined {
  const value = call.request.headers[header];
  if (value === undefined) return undefined;
  const ms = Date.parse(value);
  if (!Number.isNaN(ms) && /^\w{3}, /.test(value)) return ms;
  if (call.request.method === 'GET') return undefined;
  throw failure(
    'INVALID_HEADER',
    `The value of ${header} is not a date of the form EEE, dd MMM yyyy HH:mm:ss z: ${value}`,
  );
}

export const modifiedMs = (row: Row): number =>
  msOfStamp(text(row, 'LastModifiedDate') ?? text(row, 'SystemModstamp') ?? '');

/** Entity tags exist for Account alone. */
export function etagOf(type: ObjectType, row: Row): string | undefined {
  if (type.name !== 'Account') return undefined;
  return `"${createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 20)}"`;
}

/** If-Unmodified-Since and, for Account, If-Match: 412 when the record has changed since. */
export function checkUnchanged(call: Call, type: ObjectType, row: Row): void {
  const since = headerDate(call, 'if-unmodified-since');
  if (since !== undefined && modifiedMs(row) > since) throw preconditionFailed();
  const expected = call.request.headers['if-match'];
  const etag = etagOf(type, row);
  if (
    etag !== undefined &&
    expected !== undefined &&
    expected !== '*' &&
    !expected.split(/,\s*/).includes(etag)
  )
    throw preconditionFailed();
}

/** If-Modified-Since and If-None-Match on reading: whether 304 is the answer. */
export function isNotModified(call: Call, changedMs: number, etag?: string): boolean {
  const known = call.request.headers['if-none-match'];
  if (etag !== undefined && known !== undefined) return known.split(/,\s*/).includes(etag);
  const since = headerDate(call, 'if-modified-since');
  return since !== undefined && Math.floor(changedMs / 1000) * 1000 <= since;
}
