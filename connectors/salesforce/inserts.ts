import { SyncFailure } from '../../sync/failure.ts';
import type { Outcome } from '../connector.ts';
import { type RowResult, rowResults } from './collection.ts';
import { writeHeaders } from './creates.ts';
import { classify, errorFrom } from './failure.ts';
import { recordsPerCollection } from './shape.ts';
import type { Row, SalesforceWire } from './wire.ts';

/** Salesforce reads 50 MB of a request; texts of this size leave room for what escaping adds. */
const charactersPerCollection = 8_000_000;

/** Inserts each record for itself, and answers the new ids. */
export function insertAll(
  wire: SalesforceWire,
  object: string,
  records: readonly Row[],
): Promise<Outcome<string>[]> {
  return inGroups(records, collectionsOf(records), async group => {
    const rows = group.map(record => ({ attributes: { type: object }, ...record }));
    const body = { allOrNone: false, records: rows };
    const request = { method: 'POST', url: '/composite/sobjects', body, headers: writeHeaders } as const;
    const [answer] = await wire.composite([request], 'write');
    return rowResults(answer!, group.length).map(insertedId);
  });
}

/** The first call's failure is thrown; a later one's is told per item, so that what is done stays known. */
export async function inGroups<T, R>(
  items: readonly T[],
  groups: readonly (readonly T[])[],
  run: (group: readonly T[]) => Promise<Outcome<R>[]>,
): Promise<Outcome<R>[]> {
  const outcomes: Outcome<R>[] = [];
  for (const group of groups) {
    try {
      outcomes.push(...(await run(group)));
    } catch (error) {
      if (!(error instanceof SyncFailure) || outcomes.length === 0) throw error;
      const failure = error;
      outcomes.push(...items.slice(outcomes.length).map(() => ({ ok: false, failure }) as const));
      return outcomes;
    }
  }
  return outcomes;
}

function collectionsOf(records: readonly Row[]): Row[][] {
  return groupsWithin(
    records,
    recordsPerCollection,
    charactersPerCollection,
    record => JSON.stringify(record).length,
  );
}

/** In order; a single one may be larger than a group. */
export function groupsWithin<T>(
  items: readonly T[],
  maxCount: number,
  maxSize: number,
  sizeOf: (item: T) => number,
): T[][] {
  const groups: T[][] = [];
  let size = 0;
  for (const item of items) {
    const own = sizeOf(item);
    const last = groups.at(-1);
    if (last === undefined || last.length >= maxCount || size + own > maxSize) {
      groups.push([item]);
      size = own;
    } else {
      last.push(item);
      size += own;
    }
  }
  return groups;
}

function insertedId(result: Outcome<RowResult>): Outcome<string> {
  if (!result.ok) return result;
  const { success, id, errors } = result.value;
  if (success && id !== undefined) return { ok: true, value: id };
  return { ok: false, failure: classify(errorFrom(errors, 400), 'write') };
}

/** The record that has our key already: what an earlier attempt made. */
export function heldByKey(outcome: Outcome<string>, keyColumn: string | null): string | null {
  if (outcome.ok || keyColumn === null || outcome.failure.native !== 'DUPLICATE_VALUE') return null;
  const { matches = [], message, fields = [] } = outcome.failure;
  return message.includes(keyColumn) || fields.includes(keyColumn) ? (matches[0] ?? null) : null;
}
