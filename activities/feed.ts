import type { CrmChangesResult, FeedKind } from '../connectors/connector.ts';
import {
  type FeedCursor,
  failFeedCursors,
  feedCursors,
  type LoggedChange,
  logChanges,
  readersOf,
  wantSweeps,
} from '../db/change-log.ts';
import type { ConnectionRow } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import { SyncFailure } from '../sync/failure.ts';
import type { FolderKind } from '../sync/folders/kinds.ts';
import { MODULES } from '../sync/modules.ts';
import type { Module } from '../sync/record.ts';
import { feedInterval } from '../sync/schedule/feed.ts';
import type { FeedInput } from '../workflows/messages.ts';
import { apiUsedShare } from './budget.ts';
import { connectionDied, connectionRecovered, isDoubtful } from './connection-alerts.ts';
import type { ActivityDeps } from './deps.ts';
import { feedKinds } from './feed-kinds.ts';
import type { OpenedConnections } from './opened.ts';
import type { FeedStanding } from './types.ts';

/** A poll that keeps finding full pages goes on with the next one rather than for ever. */
const MOST_ROUNDS = 200;

/** Polls the CRM once for all pairings of a connection and logs that something changed, and whose it is. */
export function createPollFeed(deps: ActivityDeps, opened: OpenedConnections) {
  return async function pollFeed(input: FeedInput): Promise<FeedStanding> {
    const startedMs = deps.world.now();
    const feed = await deps.database.inOrganization(input.organizationId, tx =>
      readFeed(tx, opened, input.connectionId),
    );
    if (!feed) return { next: 'stop', dueAtMs: startedMs, note: 'no pairing needs this connection' };
    try {
      const read = await drain(deps, input, feed);
      await deps.database.inOrganization(input.organizationId, tx => polled(tx, feed, startedMs));
      if (isDoubtful(feed.row)) await connectionRecovered(deps, input.organizationId, feed.row);
      return { next: 'sleep', dueAtMs: startedMs + restMs(feed, startedMs), note: `${read} changes` };
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      if (error.kind !== 'auth') return fail(deps, input, error);
      await connectionDied(deps, input.organizationId, feed.row, error);
      await deps.database.inOrganization(input.organizationId, tx => polled(tx, feed, startedMs));
      return { next: 'sleep', dueAtMs: startedMs + restMs(feed, startedMs), note: 'connection dead' };
    }
  };
}

/** Whoever waits for the poll learns that it failed. */
async function fail(
  deps: ActivityDeps,
  { organizationId, connectionId }: FeedInput,
  error: SyncFailure,
): Promise<never> {
  await deps.database.inOrganization(organizationId, tx =>
    failFeedCursors(tx, connectionId, { kind: error.kind, message: error.native ?? error.kind }),
  );
  throw error;
}

interface Feed {
  readonly row: ConnectionRow;
  readonly crm: ReturnType<OpenedConnections['crm']>;
  readonly cursors: readonly FeedCursor[];
  /** What the policies of its pairings have. */
  readonly modules: readonly Module[];
  readonly folderKinds: readonly FolderKind[];
  /** When the next of its pairings looks into the log, epoch ms; null: at any moment. */
  readonly nextReaderMs: number | null;
}

async function readFeed(
  tx: Transaction,
  opened: OpenedConnections,
  connectionId: string,
): Promise<Feed | null> {
  const row = await tx
    .selectFrom('connections')
    .selectAll()
    .where('id', '=', connectionId)
    .executeTakeFirst();
  if (!row) return null;
  const readers = await readersOf(tx, connectionId);
  if (readers.count === 0) return null;
  return {
    row,
    crm: opened.crm(tx, row),
    cursors: await feedCursors(tx, connectionId),
    modules: MODULES.filter(module => readers.modules.includes(module)),
    folderKinds: readers.folderKinds,
    nextReaderMs: readers.nextDueMs,
  };
}

/** One round asks for all kinds at once; kinds with full pages are asked again until all are read to their end. */
async function drain(deps: ActivityDeps, input: FeedInput, feed: Feed): Promise<number> {
  const cursors = await startOf(feed);
  let open: readonly FeedCursor[] = cursors;
  let read = 0;
  for (let round = 0; open.length > 0 && round < MOST_ROUNDS; round++) {
    const results = await feed.crm.changes(
      open.map(({ kind, cursor }) => ({ kind: kind as FeedKind, cursor })),
    );
    const steps = await Promise.all(
      open.map(cursor => stepOf(feed, cursor, results.get(cursor.kind as FeedKind))),
    );
    const changes = steps.flatMap(step => step.changes);
    const missed = [...results.values()].some(result => result.type === 'resync');
    await deps.database.inOrganization(input.organizationId, async tx => {
      const cursorsAfter = steps.map(step => step.cursor);
      await logChanges(tx, input.connectionId, changes, cursorsAfter, deps.world.now());
      if (missed) await wantSweeps(tx, input.connectionId);
    });
    read += changes.length;
    open = steps.filter(step => step.more).map(step => step.cursor);
    deps.heartbeat();
  }
  return read;
}

async function startOf(feed: Feed): Promise<readonly FeedCursor[]> {
  const wanted = feedKinds(feed.modules, feed.folderKinds);
  const known = feed.cursors.filter(({ kind }) => wanted.some(name => name === kind));
  if (known.length === wanted.length) return known;
  const cursor = await feed.crm.startCursor();
  const missing = wanted.filter(kind => !known.some(cursorOfKind => cursorOfKind.kind === kind));
  return [...known, ...missing.map(kind => ({ kind, cursor, failure: null }))];
}

interface FeedStep {
  readonly cursor: FeedCursor;
  readonly changes: readonly LoggedChange[];
  readonly more: boolean;
}

/** A kind fails alone; a dead cursor begins anew from now, and the next sweep finds what was missed. */
async function stepOf(
  feed: Feed,
  before: FeedCursor,
  result: CrmChangesResult | undefined,
): Promise<FeedStep> {
  if (!result) return { cursor: before, changes: [], more: false };
  if (result.type === 'resync')
    return { cursor: { ...before, cursor: await feed.crm.startCursor() }, changes: [], more: false };
  if (result.type === 'failed') {
    if (
      result.failure.kind === 'auth' ||
      result.failure.kind === 'throttled' ||
      result.failure.kind === 'quota'
    )
      throw result.failure;
    return {
      cursor: {
        ...before,
        failure: { kind: result.failure.kind, message: result.failure.native ?? result.failure.kind },
      },
      changes: [],
      more: false,
    };
  }
  const { settleMs } = await feed.crm.capabilities([]);
  const changes = result.changes.map(change => ({
    kind: change.ref.kind,
    recordId: change.ref.id,
    version: change.version,
    settled: result.serverNowMs - change.changedAtMs >= settleMs,
    ownerId: change.ownerId,
    deleted: change.deleted,
    successor: change.successor,
    parentId: change.parentId,
  }));
  return { cursor: { kind: before.kind, cursor: result.cursor, failure: null }, changes, more: result.more };
}

async function polled(tx: Transaction, feed: Feed, startedMs: number): Promise<void> {
  const budget = feed.crm.budget();
  await tx
    .updateTable('connections')
    .set({
      polled_at: new Date(startedMs),
      ...(budget ? { budget_used: budget.used, budget_limit: budget.limit } : {}),
    })
    .where('id', '=', feed.row.id)
    .execute();
}

/** Longer than any ordinary interval: nobody looks before that, so all readers are in their blackout. */
const NOBODY_LOOKS_MS = 61 * 60_000;

function restMs(feed: Feed, nowMs: number): number {
  const inBlackout = feed.nextReaderMs !== null && feed.nextReaderMs - nowMs > NOBODY_LOOKS_MS;
  return feedInterval({ inBlackout, apiUsedShare: apiUsedShare(feed.row, feed.crm.budget()) });
}
