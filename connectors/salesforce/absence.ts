import type { CrmRef, RecordKind } from '../../sync/record.ts';
import type { CrmAbsence } from '../connector.ts';
import { successorOf } from './changes.ts';
import { objectOf } from './shape.ts';
import { chunks, list } from './soql.ts';
import { queryRequest, type Row, rowsOf, type SalesforceWire } from './wire.ts';

const idsPerQuery = 400;
const queriesPerCall = 5;
const columns = {
  contact: 'Id, IsDeleted, MasterRecordId',
  lead: 'Id, IsDeleted, MasterRecordId, IsConverted, ConvertedContactId',
  event: 'Id, IsDeleted',
  call: 'Id, IsDeleted',
  task: 'Id, IsDeleted',
} as const;
const recordKinds = Object.keys(columns) as RecordKind[];

/**
 * Why a user does not see these records, asked as the reading user. Deleted is only what is seen as deleted; what is
 * not there at all (purged, or hidden from both) proves no deletion and counts as access lost.
 */
export async function absenceOf(
  wire: SalesforceWire,
  refs: readonly CrmRef[],
): Promise<Map<string, CrmAbsence | { readonly successor: CrmRef }>> {
  const groups = recordKinds.flatMap(kind =>
    chunks(
      refs.filter(ref => ref.kind === kind).map(ref => ref.id),
      idsPerQuery,
    ).map(ids => ({ kind, soql: `SELECT ${columns[kind]} FROM ${objectOf[kind]} WHERE Id IN ${list(ids)}` })),
  );
  const reasons = new Map<string, CrmAbsence | { readonly successor: CrmRef }>(
    refs.map(ref => [ref.id, 'hidden']),
  );
  for (const part of chunks(groups, queriesPerCall)) {
    const answers = await wire.composite(
      part.map(({ soql }) => queryRequest(soql, 'queryAll')),
      'read',
    );
    part.forEach(({ kind }, index) => {
      for (const row of rowsOf(answers[index]!).records) reasons.set(String(row.Id), reasonOf(kind, row));
    });
  }
  return reasons;
}

function reasonOf(kind: RecordKind, row: Row): CrmAbsence | { readonly successor: CrmRef } {
  const successor = successorOf(kind, row);
  if (successor !== null) return { successor };
  return row.IsDeleted === true ? 'deleted' : 'hidden';
}
