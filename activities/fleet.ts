import { purge } from '../db/retention.ts';
import { feedWorkflowId, pairingWorkflowId } from '../workflows/messages.ts';
import type { ActivityDeps } from './deps.ts';

/** Workflows started per second in a mass start: Temporal shares its start rate among all. */
const STARTS_AT_ONCE = 10;

/**
 * What should run stands in PostgreSQL: missing workflows are started, superfluous ones told to look, so that losing
 * Temporal's store loses nothing (ARCHITECTURE.md section 4).
 */
export function createReconcileFleet(deps: ActivityDeps) {
  return async function reconcileFleet(): Promise<{ readonly started: number; readonly stopped: number }> {
    const { database, fleet } = deps;
    const [pairings, feeds, runningPairings, runningFeeds] = await Promise.all([
      database.pairingsThatShouldRun(),
      database.feedsThatShouldRun(),
      fleet.runningPairings(),
      fleet.runningFeeds(),
    ]);
    const wanted = new Map(pairings.map(pairing => [pairingWorkflowId(pairing.pairingId), pairing]));
    const wantedFeeds = new Map(feeds.map(feed => [feedWorkflowId(feed.connectionId), feed]));
    const running = new Set([...runningPairings, ...runningFeeds]);
    const missing = [...wanted].filter(([id]) => !running.has(id));
    const missingFeeds = [...wantedFeeds].filter(([id]) => !running.has(id));
    await inTurns(missingFeeds, ([, feed]) => fleet.startFeed(feed));
    await inTurns(missing, ([, pairing]) => fleet.startPairing(pairing));
    const superfluous = [...running].filter(id => !wanted.has(id) && !wantedFeeds.has(id));
    await inTurns(superfluous, id => fleet.look(id));
    await inTurns(await database.organizationIds(), forget);
    return { started: missing.length + missingFeeds.length, stopped: superfluous.length };
  };

  /** What is older than it may be kept goes (POL-28); one organization's trouble is not another's. */
  async function forget(organizationId: string): Promise<void> {
    const now = new Date(deps.world.now());
    await deps.database
      .inOrganization(organizationId, tx => purge(tx, now))
      .catch(err => deps.log.warn({ err, organizationId }, 'old history could not be deleted'));
  }

  async function inTurns<T>(entries: readonly T[], run: (entry: T) => Promise<void>): Promise<void> {
    for (let start = 0; start < entries.length; start += STARTS_AT_ONCE) {
      await Promise.all(entries.slice(start, start + STARTS_AT_ONCE).map(run));
      deps.heartbeat();
    }
  }
}
