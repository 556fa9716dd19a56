import { failure } from '../failure.ts';
import { type Answer, ok } from '../http/message.ts';
import { type ResultSet, runQuery } from '../soql/query.ts';
import { type Call, headerOption, type Route, usernameOf } from './call.ts';

const MAX_BATCH = 2000;
const MIN_BATCH = 200;

function batchSizeOf(call: Call): number {
  const asked = headerOption(call, 'sforce-query-options', 'batchSize');
  if (asked === undefined) return MAX_BATCH;
  const size = Number(asked);
  return Number.isInteger(size) ? Math.min(MAX_BATCH, Math.max(MIN_BATCH, size)) : MAX_BATCH;
}

function page(
  call: Call,
  results: ResultSet,
  from: number,
  batchSize: number,
  cursor: string | undefined,
): Answer {
  const limit = call.emulator.faults.pageLimit(call.request, usernameOf(call)) ?? batchSize;
  const to = Math.min(results.size, from + limit);
  const records = results.records(from, to);
  const isLast = to >= results.size || records.length === 0;
  if (isLast) {
    if (cursor !== undefined) call.emulator.cursors.close(cursor);
    return ok({ totalSize: results.size, done: true, records });
  }
  const id = cursor ?? call.emulator.cursors.open(results, batchSize, call.session);
  return ok({
    totalSize: results.size,
    done: false,
    nextRecordsUrl: `/services/data/${call.version}/query/${id}-${to}`,
    records,
  });
}

function startQuery(call: Call, all: boolean): Answer {
  const soql = call.request.query.get('q');
  if (soql === null) throw failure('MALFORMED_QUERY', 'A query string has to be specified');
  const { org } = call.emulator;
  const results = runQuery({ org, user: call.user, soql, version: call.version, all });
  return page(call, results, 0, batchSizeOf(call), undefined);
}

function continueQuery(call: Call): Answer {
  const { id, from, results, batchSize } = call.emulator.cursors.find(
    call.params.locator ?? '',
    call.session.token,
  );
  return page(call, results, from, batchSize, id);
}

export const queryRoutes: readonly Route[] = [
  ['GET', '/query', call => startQuery(call, false)],
  ['GET', '/queryAll', call => startQuery(call, true)],
  ['GET', '/query/:locator', continueQuery],
  ['GET', '/queryAll/:locator', continueQuery],
];
