import type { SyncFailure } from '../../sync/failure.ts';
import { chunks, list } from './soql.ts';
import { queryRequest, type Row, rowsOf, type SalesforceWire, type Subrequest } from './wire.ts';

/**
 * Many ids are read by queries inside a composite, not by a collection retrieve: only a query reads the account with
 * the contact. Five of 400 ids are one call.
 */
const idsPerQuery = 400;
const queriesPerCall = 5;

/**
 * Events and tasks are archived a year after their end: only `queryAll` finds them then (SOQL reference, ALL ROWS).
 */
const archivedObjects: ReadonlySet<string> = new Set(['Event', 'Task']);

/** Some rows of one object. */
export interface Asked {
  readonly object: string;
  readonly columns: string;
  readonly ids: readonly string[];
}

export function requestByIds({ object, columns, ids }: Asked): Subrequest {
  const isArchived = archivedObjects.has(object);
  const soql =
    `SELECT ${columns} FROM ${object} WHERE Id IN ${list(ids)}` +
    `${isArchived ? ' AND IsDeleted = false' : ''} ORDER BY Id`;
  return queryRequest(soql, isArchived ? 'queryAll' : 'query');
}

/**
 * As the wire's user sees them. Salesforce may answer fewer rows than it found: the missing ids are asked again.
 * `refused` says what to do about an object that cannot be asked for.
 */
export async function rowsById(
  wire: SalesforceWire,
  asked: readonly Asked[],
  refused: (failure: SyncFailure) => void = failure => {
    throw failure;
  },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let pending = asked.flatMap(grouped); pending.length > 0; ) {
    const missing: Asked[] = [];
    for (const groups of chunks(pending, queriesPerCall)) {
      const answers = await wire.composite(groups.map(requestByIds), 'read');
      for (const [index, group] of groups.entries()) {
        const answer = answers[index]!;
        if (!answer.ok) {
          refused(answer.failure);
          continue;
        }
        const { records, done } = rowsOf(answer);
        const seen = new Set(records.map(row => String(row.Id)));
        rows.push(...records);
        const rest = done || seen.size === 0 ? [] : group.ids.filter(id => !seen.has(id));
        if (rest.length > 0) missing.push({ ...group, ids: rest });
      }
    }
    pending = missing;
  }
  return rows;
}

function grouped(asked: Asked): Asked[] {
  return chunks([...new Set(asked.ids)], idsPerQuery).map(ids => ({ ...asked, ids }));
}
