import { canRead } from '../access/sharing.ts';
import { failure } from '../failure.ts';
import { type Answer, ok } from '../http/message.ts';
import type { ObjectType } from '../schema/types.ts';
import { parseDateTime, stampOf } from '../stamp.ts';
import { type Row, text } from '../store/row.ts';
import { type Call, type Route, typeNamed } from './call.ts';

const DAY_MS = 86_400_000;
const UPDATED_DAYS = 30;
const DELETED_DAYS = 15;
const MAX_IDS = 600_000;

interface Window {
  readonly start: string;
  readonly end: string;
}

/** Seconds are ignored. */
const minuteOf = (stamp: string): string => `${stamp.slice(0, 17)}00.000+0000`;

function windowOf(call: Call, days: number): Window {
  const read = (name: string): string => {
    const parsed = parseDateTime((call.request.query.get(name) ?? '').replace(' ', '+'));
    if (parsed === undefined)
      throw failure(
        'INVALID_REPLICATION_DATE',
        `${name} is not a valid date-time: ${call.request.query.get(name) ?? ''}`,
      );
    return minuteOf(parsed);
  };
  const [start, end] = [read('start'), read('end')];
  if (start >= end)
    throw failure('INVALID_REPLICATION_DATE', 'endDate must be at least one minute greater than startDate');
  if (start < stampOf(call.emulator.org.clock.nowMs() - days * DAY_MS))
    throw failure('INVALID_REPLICATION_DATE', `startDate cannot be more than ${days} days ago`);
  return { start, end };
}

/** Links of files are not among what `getUpdated` and `getDeleted` tell (object reference, ContentDocumentLink). */
export const isReplicable = (type: ObjectType): boolean =>
  !type.virtual && type.fields.has('systemmodstamp') && type.name !== 'ContentDocumentLink';

function replicable(call: Call): ObjectType {
  const type = typeNamed(call, call.params.object ?? '');
  if (!isReplicable(type))
    throw failure('INVALID_TYPE_FOR_OPERATION', `sObject type ${type.name} is not replicable`);
  return type;
}

function changedRows(call: Call, type: ObjectType, window: Window, isDeleted: boolean): Row[] {
  const { org } = call.emulator;
  const rows = [...org.store.table(type.name).since(window.start)].filter(
    row =>
      (text(row, 'SystemModstamp') ?? '') < window.end &&
      (row.IsDeleted === true) === isDeleted &&
      canRead(org, call.user, type, row),
  );
  if (rows.length > MAX_IDS)
    throw failure('EXCEEDED_ID_LIMIT', 'Too many records: choose a shorter interval');
  return rows;
}

/** The end of the window, or now if that is earlier. */
function coveredUpTo(call: Call, window: Window): string {
  const now = minuteOf(call.emulator.org.now());
  return [window.end, now].sort()[0] ?? now;
}

function updated(call: Call): Answer {
  const type = replicable(call);
  const window = windowOf(call, UPDATED_DAYS);
  return ok({
    ids: changedRows(call, type, window, false).map(row => row.Id),
    latestDateCovered: coveredUpTo(call, window),
  });
}

function deleted(call: Call): Answer {
  const type = replicable(call);
  const window = windowOf(call, DELETED_DAYS);
  return ok({
    deletedRecords: changedRows(call, type, window, true).map(row => ({
      id: row.Id,
      deletedDate: text(row, 'SystemModstamp'),
    })),
    earliestDateAvailable: stampOf(call.emulator.org.clock.nowMs() - DELETED_DAYS * DAY_MS),
    latestDateCovered: coveredUpTo(call, window),
  });
}

export const replicationRoutes: readonly Route[] = [
  ['GET', '/sobjects/:object/updated', updated],
  ['GET', '/sobjects/:object/deleted', deleted],
];
