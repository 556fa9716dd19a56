import { appointmentOfText } from '../../sync/calendar/text-form.ts';
import { epochMs } from '../../sync/calendar/zones.ts';
import { sameText, sameValue } from '../../sync/items/compare.ts';
import type { CrmRecord, Field, RecordKind } from '../../sync/record.ts';
import type { CrmSession } from '../connector.ts';
import { heldText } from './activity-values.ts';
import type { Records } from './records.ts';
import type { UserSchema } from './schema.ts';
import { type ObjectShape, objectOf, recordKinds } from './shape.ts';
import { and, instant, list, text } from './soql.ts';
import type { SalesforceWire } from './wire.ts';

export type Attempt = Parameters<CrmSession['findCreated']>[0][number];

/** Keys have up to 255 characters: Salesforce takes addresses of 16,384 bytes. */
const valuesPerQuery = 40;

/** What a record is recognised by where the org has no key field of ours. */
const naturalKeys: Readonly<Record<RecordKind, readonly Field[]>> = {
  contact: ['firstName', 'lastName', 'email1'],
  lead: ['firstName', 'lastName', 'email1'],
  event: ['subject', 'span'],
  call: ['subject', 'dueDay'],
  task: ['subject', 'dueDay'],
};

interface Search {
  readonly wire: SalesforceWire;
  readonly records: Records;
  readonly kind: RecordKind;
  readonly shape: ObjectShape;
}

/** What earlier attempts have left behind: by our key where the org has the field, else by what they are. */
export async function findCreated(
  wire: SalesforceWire,
  schema: UserSchema,
  records: Records,
  attempts: readonly Attempt[],
): Promise<Map<string, CrmRecord>> {
  const found = new Map<string, CrmRecord>();
  for (const kind of recordKinds) {
    const own = attempts.filter(attempt => attempt.kind === kind);
    if (own.length === 0) continue;
    const object = objectOf[kind];
    const shape = await schema.using([object], async shapes => shapes[object]);
    const search = { wire, records, kind, shape };
    const entries =
      shape.keyColumn === null ? await byNaturalKey(search, own) : await byKey(search, shape.keyColumn, own);
    for (const [key, record] of entries) found.set(key, record);
  }
  return found;
}

async function byKey(
  { records, kind }: Search,
  keyColumn: string,
  attempts: readonly Attempt[],
): Promise<[string, CrmRecord][]> {
  const keys = attempts.map(attempt => attempt.key);
  const condition = (group: readonly string[]) => `${keyColumn} IN ${list(group)}`;
  const found = await records.where(objectOf[kind], keys, valuesPerQuery, condition);
  return found.flatMap((record): [string, CrmRecord][] =>
    record.key === undefined ? [] : [[record.key, record]],
  );
}

/** Two attempts of the same words are two records: none is the result of both. */
async function byNaturalKey(search: Search, attempts: readonly Attempt[]): Promise<[string, CrmRecord][]> {
  const { wire, records, kind, shape } = search;
  const { userId } = await wire.signIn();
  const sinceMs = Math.min(...attempts.map(attempt => attempt.sinceMs));
  const values = attempts.map(attempt => searchedValue(attempt, shape));
  const candidates = await records.where(objectOf[kind], values, valuesPerQuery, group =>
    and(searched(kind, group), `CreatedById = ${text(userId)}`, `CreatedDate >= ${instant(sinceMs)}`),
  );
  const free = new Set(candidates.filter(({ ref }) => ref.kind === kind));
  return attempts.flatMap((attempt): [string, CrmRecord][] => {
    const record = [...free].find(candidate => isResultOf(attempt, candidate, shape));
    if (record === undefined) return [];
    free.delete(record);
    return [[attempt.key, record]];
  });
}

/** By which value of an attempt the CRM searches. */
function searchedValue({ kind, fields }: Attempt, shape: ObjectShape): string {
  if (kind === 'contact' || kind === 'lead') return fields.lastName ?? '';
  if (kind !== 'event') return heldSubject(fields.subject, shape);
  const { span } = appointmentOfText(fields);
  if (span === undefined) return instant(0);
  return span.allDay ? `${span.firstDay}T00:00:00.000Z` : instant(epochMs(span.start));
}

function searched(kind: RecordKind, values: readonly string[]): string {
  if (kind === 'contact' || kind === 'lead') return `LastName IN ${list(values)}`;
  if (kind === 'event') return `StartDateTime IN (${values.join(',')}) AND IsChild = false`;
  const subjects = `Subject IN ${list(values)}`;
  return values.includes('') ? `(${subjects} OR Subject = null)` : subjects;
}

function isResultOf(attempt: Attempt, record: CrmRecord, shape: ObjectShape): boolean {
  const sinceSecond = Math.floor(attempt.sinceMs / 1000) * 1000;
  return (
    record.createdAtMs >= sinceSecond &&
    naturalKeys[attempt.kind].every(field => isSame(attempt, record, field, shape))
  );
}

function isSame({ fields }: Attempt, record: CrmRecord, field: Field, shape: ObjectShape): boolean {
  const kept = record.fields[field];
  // A subject that was cut is not told.
  if (field === 'subject') return kept === undefined || heldSubject(fields.subject, shape) === (kept ?? '');
  if (field === 'span' || field === 'dueDay') return sameValue(field, fields[field] ?? null, kept ?? null);
  return sameText(fields[field]?.trim().toLowerCase(), kept?.trim().toLowerCase());
}

function heldSubject(subject: string | null | undefined, shape: ObjectShape): string {
  return (heldText(shape, 'Subject', subject ?? null) ?? '').trim();
}
