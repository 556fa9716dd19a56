import { failure } from '../failure.ts';
import type { Org } from '../org.ts';
import { msOfStamp } from '../stamp.ts';
import { text } from '../store/row.ts';

const DAY_MS = 86_400_000;

/** Where contents are counted, by the field with their size. */
const SIZES = [
  ['ContentVersion', 'ContentSize'],
  ['Attachment', 'BodyLength'],
] as const;

/** What lies in the recycle bin does not count. */
export function usedBytes(org: Org): number {
  let sum = 0;
  for (const [object, field] of SIZES)
    for (const row of org.store.table(object).rows())
      if (row.IsDeleted !== true) sum += Number(row[field] ?? 0);
  return sum;
}

export function checkStorage(org: Org, addedBytes: number): void {
  if (usedBytes(org) + addedBytes > org.settings.files.storageBytes)
    throw failure('STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded', []);
}

export function checkSize(sizeBytes: number, maxBytes: number, field: string): void {
  if (sizeBytes > maxBytes)
    throw failure(
      'FIELD_INTEGRITY_EXCEPTION',
      `${field}: the content has ${sizeBytes} bytes, at most ${maxBytes} are allowed`,
      [field],
    );
}

/** Publishing is limited in 24 hours (object reference, ContentVersion). */
export function checkDailyVersions(org: Org): void {
  const since = org.clock.nowMs() - DAY_MS;
  const { versionsPerDay } = org.settings.files;
  const table = org.store.table('ContentVersion');
  if (table.size < versionsPerDay) return;
  const recent = [...table.rows()].filter(row => msOfStamp(text(row, 'CreatedDate') ?? '') > since);
  if (recent.length >= versionsPerDay)
    throw failure('LIMIT_EXCEEDED', `At most ${versionsPerDay} versions can be published in 24 hours`, []);
}
