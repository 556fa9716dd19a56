import { z } from 'zod';
import { SyncFailure } from '../../sync/failure.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmKind, CrmRef } from '../../sync/record.ts';
import type { CrmChange, CrmChangesResult, FeedKind } from '../connector.ts';
import type { OrgSchema } from './schema.ts';
import { feedObjectOf, isFolderKind } from './shape.ts';
import { and, chunks, instant, text as literal } from './soql.ts';
import { isPhoneCall } from './task-mapping.ts';
import { queryRequest, type Row, rowsOf, type SalesforceWire, type SubAnswer } from './wire.ts';

const minuteMs = 60_000;
/** Rows appear with the stamp of their save when their transaction commits, at most 10 minutes later. */
const overlapMs = 10 * minuteMs;
/** Stamps have a grain of a second: a row that young may change without a new stamp. */
export const settleMs = 5_000;
/** Deleted rows are kept 15 days; what was deleted before an older cursor's time cannot be seen any more. */
const oldestCursorMs = 14 * 24 * 60 * minuteMs;
const rowsPerPage = 2_000;

/** What is asked of each kind, and which of its object's rows are meant. */
interface Question {
  readonly columns: string;
  readonly condition?: string;
}
const questions: Readonly<Record<CrmKind, Question>> = {
  contact: { columns: 'OwnerId, IsDeleted, MasterRecordId, AccountId' },
  lead: { columns: 'OwnerId, IsDeleted, MasterRecordId, IsConverted, ConvertedContactId' },
  account: { columns: 'OwnerId, IsDeleted, MasterRecordId' },
  user: { columns: 'IsActive' },
  // The copy of an invited user follows its event, a classic series stands beside its occurrences.
  event: { columns: 'OwnerId, IsDeleted', condition: 'IsChild = false AND IsRecurrence = false' },
  task: { columns: 'OwnerId, IsDeleted, TaskSubtype', condition: 'IsRecurrence = false' },
  call: {
    columns: 'OwnerId, IsDeleted, TaskSubtype',
    condition: "IsRecurrence = false AND TaskSubtype = 'Call'",
  },
  invitation: { columns: 'RelationId, EventId, IsDeleted' },
};
/** Of which a composite takes five. */
const queriesPerCall = 5;

/** Until when all is known; within a scan of several pages also where it stands and up to when it goes. */
const cursorSchema = z.strictObject({
  knownMs: z.number(),
  scan: z.strictObject({ stampMs: z.number(), id: z.string(), untilMs: z.number() }).optional(),
});
type Cursor = z.infer<typeof cursorSchema>;

interface ChangesRequest {
  readonly kind: FeedKind;
  readonly cursor: string;
}

export function startCursorAt(serverNowMs: number): string {
  return JSON.stringify({ knownMs: serverNowMs - settleMs } satisfies Cursor);
}

/** What is asked of a kind, from where. */
interface Asking {
  readonly kind: FeedKind;
  readonly cursor: Cursor;
}

/** One keyset query per kind over live and deleted rows, five in one call; each kind fails alone. */
export async function readChanges(
  wire: SalesforceWire,
  schema: OrgSchema,
  requests: readonly ChangesRequest[],
): Promise<Map<FeedKind, CrmChangesResult>> {
  await wire.signIn();
  const results = new Map<FeedKind, CrmChangesResult>();
  const asked: Asking[] = [];
  for (const { kind, cursor } of requests) {
    const parsed = parseCursor(cursor);
    if (parsed === null) results.set(kind, { type: 'resync', reason: 'the cursor cannot be read' });
    else if (parsed.knownMs < wire.serverNowMs - oldestCursorMs) {
      results.set(kind, { type: 'resync', reason: 'deleted records are kept 15 days, the cursor is older' });
    } else asked.push({ kind, cursor: parsed });
  }
  const questioned = await withQuestions(schema, asked, results);
  for (const group of chunks(questioned, queriesPerCall)) {
    const soqls = group.map(asking => queryRequest(soqlOf(asking), 'queryAll'));
    const answers = await wire.composite(soqls, 'read');
    group.forEach(({ kind, cursor }, index) => {
      const result = resultOf(kind, cursor, answers[index]!, wire.serverNowMs);
      results.set(kind, result);
      if (result.type === 'failed') schema.forget(feedObjectOf(kind));
    });
  }
  return results;
}

async function withQuestions(
  schema: OrgSchema,
  asked: readonly Asking[],
  results: Map<FeedKind, CrmChangesResult>,
): Promise<(Asking & { readonly question: Question })[]> {
  const questioned: (Asking & { readonly question: Question })[] = [];
  for (const asking of asked) {
    const { kind } = asking;
    try {
      const question = isFolderKind(kind) ? await folderQuestion(schema, kind) : questions[kind];
      questioned.push({ ...asking, question });
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      results.set(kind, { type: 'failed', failure: error });
    }
  }
  return questioned;
}

/** Details have no owner of their own. */
async function folderQuestion(schema: OrgSchema, kind: FolderKind): Promise<Question> {
  const { columns } = await schema.shape(feedObjectOf(kind));
  return { columns: columns.has('OwnerId') ? 'OwnerId, IsDeleted' : 'IsDeleted' };
}

/** A scan has an end, so that it finishes however fast records change. */
function soqlOf({ kind, cursor, question }: Asking & { readonly question: Question }): string {
  const { knownMs, scan } = cursor;
  const { columns, condition } = question;
  const since =
    scan === undefined
      ? `SystemModstamp >= ${instant(knownMs - overlapMs)}`
      : and(
          `SystemModstamp <= ${instant(scan.untilMs)}`,
          `(SystemModstamp > ${instant(scan.stampMs)} OR ` +
            `(SystemModstamp = ${instant(scan.stampMs)} AND Id > ${literal(scan.id)}))`,
        );
  return (
    `SELECT Id, SystemModstamp, ${columns} FROM ${feedObjectOf(kind)} WHERE ${and(since, condition)} ` +
    `ORDER BY SystemModstamp ASC, Id ASC LIMIT ${rowsPerPage}`
  );
}

function resultOf(kind: FeedKind, cursor: Cursor, answer: SubAnswer, serverNowMs: number): CrmChangesResult {
  if (!answer.ok) return { type: 'failed', failure: answer.failure };
  const { records, done } = rowsOf(answer);
  const last = records.at(-1);
  const more = last !== undefined && (!done || records.length >= rowsPerPage);
  const untilMs = cursor.scan?.untilMs ?? serverNowMs;
  const next: Cursor = more
    ? { knownMs: cursor.knownMs, scan: { stampMs: stampMsOf(last), id: String(last.Id), untilMs } }
    : { knownMs: Math.max(cursor.knownMs, untilMs - settleMs) };
  const changes = records.map(row => changeOf(kind, row));
  return { type: 'changes', changes, cursor: JSON.stringify(next), more, serverNowMs };
}

function changeOf(kind: FeedKind, row: Row): CrmChange {
  return {
    ref: { kind: kind === 'task' && isPhoneCall(row) ? 'call' : kind, id: String(row.Id) },
    version: String(row.SystemModstamp),
    changedAtMs: stampMsOf(row),
    ownerId: text(row.OwnerId ?? row.RelationId),
    deleted: row.IsDeleted === true,
    successor: isFolderKind(kind) ? null : successorOf(kind, row),
    parentId: text(row.AccountId ?? row.EventId),
  };
}

/** The winner of a merge, or the contact that a lead became. */
export function successorOf(kind: CrmKind, row: Row): CrmRef | null {
  const winnerId = text(row.MasterRecordId);
  if (winnerId !== null) return { kind, id: winnerId };
  const contactId = row.IsConverted === true ? text(row.ConvertedContactId) : null;
  return contactId === null ? null : { kind: 'contact', id: contactId };
}

function parseCursor(cursor: string): Cursor | null {
  try {
    return cursorSchema.parse(JSON.parse(cursor));
  } catch {
    return null;
  }
}

function stampMsOf(row: Row): number {
  return Date.parse(String(row.SystemModstamp));
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
