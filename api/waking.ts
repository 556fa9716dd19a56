import type { Context } from 'hono';
import type { FeedInput, PairingInput } from '../workflows/messages.ts';
import { keyOf } from './auth.ts';
import type { ApiEnv, Deps } from './deps.ts';

const atOnce = 16;

/**
 * Wakes workflows after their rows say what is wanted. Temporal being away fails no request: the answer carries a
 * warning, and the fleet's reconciliation finds the rows (PAIR-4).
 */
async function wake(
  deps: Deps,
  c: Context<ApiEnv>,
  whom: { readonly pairings: readonly PairingInput[]; readonly feeds: readonly FeedInput[] },
): Promise<void> {
  const calls = [
    ...whom.feeds.map(feed => () => deps.workflows.startOrSignalFeed(feed)),
    ...whom.pairings.map(pairing => () => deps.workflows.startOrSignalPairing(pairing)),
  ];
  try {
    for (let start = 0; start < calls.length; start += atOnce) {
      await Promise.all(calls.slice(start, start + atOnce).map(call => call()));
    }
  } catch (error) {
    c.get('logger').warn({ err: error, waiting: calls.length }, 'stored, but Temporal could not be told');
    c.header('warning', '199 tandem "Stored. The workflow engine does not answer; it will be told later."');
  }
}

/** As `wake`, for the caller's organization; the feeds only if any pairing needs them. */
export async function wakePairings(
  deps: Deps,
  c: Context<ApiEnv>,
  pairings: readonly { readonly id: string; readonly policyId: string }[],
  crmConnectionIds: readonly string[] = [],
): Promise<void> {
  const { organizationId } = keyOf(c);
  const feeds = pairings.length > 0 ? crmConnectionIds : [];
  await wake(deps, c, {
    pairings: pairings.map(({ id, policyId }) => ({ organizationId, pairingId: id, policyId })),
    feeds: feeds.map(connectionId => ({ organizationId, connectionId })),
  });
}
