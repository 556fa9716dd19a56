import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  type Connection,
  type ConnectionChange,
  getConnection,
  setConnectionState,
  updateConnection,
} from '../db/connections.ts';
import { pairingIdsOf } from '../db/pairings.ts';
import type { JsonObject } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import { apiShare, connectionName } from './connection-view.ts';
import { checkReachability, reachabilityOf } from './connectors.ts';
import type { ApiEnv, Deps } from './deps.ts';
import { checkMatch } from './etag.ts';
import { notFound, Problem } from './problem.ts';
import { change } from './tenant.ts';
import { wakePairings } from './waking.ts';

export const settings = z.record(z.string(), z.unknown()).openapi({
  description: 'graph: {tenantId, baseUrl?, tokenUrl?}; salesforce: {loginUrl, username}',
});
export const credentials = z.record(z.string(), z.unknown()).openapi({
  description:
    'Write-only. graph: {clientId, clientSecret} or {clientId, certificate, privateKey}; ' +
    'salesforce: {clientId, privateKey} (JWT bearer) or {clientId, clientSecret}',
});

export const connectionPatch = z
  .strictObject({
    name: connectionName.optional(),
    settings: settings.optional(),
    credentials: credentials.optional(),
    apiShare: apiShare.optional(),
  })
  .openapi('ConnectionChange');

type ConnectionPatch = z.infer<typeof connectionPatch>;

/** Whoever uses it next tells whether it works again (PAIR-10). */
const UNTRIED = { state: 'ok', reason: 'New credentials were given and not tried yet.', fix: null } as const;

/** What is absent stays. New credentials make a dead connection live, and its pairings and feed look again. */
export async function changeConnection(
  deps: Deps,
  c: Context<ApiEnv>,
  id: string,
  wanted: ConnectionPatch,
  ifMatch: string | undefined,
): Promise<Connection> {
  const at = new Date(deps.clock());
  const { connection, pairings } = await change(deps, c, async (tx, note) => {
    const before = await connectionOr404(tx, id);
    checkMatch(ifMatch, before.version);
    const values = await changeOf(deps, tx, before, wanted);
    await updateConnection(tx, id, before.version, values);
    if (values.credentials && before.state === 'dead') await setConnectionState(tx, id, { ...UNTRIED, at });
    note(id, { changed: Object.keys(wanted) });
    return {
      connection: await connectionOr404(tx, id),
      pairings: await pairingIdsOf(tx, { connectionId: id }),
    };
  });
  await wakePairings(deps, c, pairings, connection.side === 'crm' ? [id] : []);
  return connection;
}

export async function connectionOr404(tx: Transaction, id: string): Promise<Connection> {
  const connection = await getConnection(tx, id);
  if (connection === undefined) throw notFound('connection');
  return connection;
}

/** What is stored, checked by the connector as a whole: old settings may not fit new credentials. */
async function changeOf(
  deps: Deps,
  tx: Transaction,
  before: Connection,
  wanted: ConnectionPatch,
): Promise<ConnectionChange> {
  const { name } = wanted;
  const plain = { ...(name !== undefined && { name }), ...shareOf(wanted) };
  if (wanted.settings === undefined && wanted.credentials === undefined) return plain;
  const settings = withoutNulls({ ...before.settings, ...wanted.settings });
  if (wanted.credentials === undefined) requireSameAddresses(before.settings, settings);
  const credentials = wanted.credentials ?? (await reachabilityOf(tx, before)).credentials;
  const checked = checkReachability(deps, { ...before, settings, credentials });
  return {
    ...plain,
    settings: checked.settings,
    ...(wanted.credentials && { credentials: checked.credentials }),
  };
}

/** The share belongs to the connection; systems that take it among their settings mean the same. */
export function shareOf({ apiShare: share, settings }: Pick<ConnectionPatch, 'apiShare' | 'settings'>) {
  const wanted = apiShare.safeParse(share ?? settings?.apiShare);
  return wanted.success ? { apiShare: wanted.data } : {};
}

/** null takes an optional setting back to its default. */
function withoutNulls(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}

/** Whoever may change an address but does not know the credentials must not have them sent somewhere else. */
function requireSameAddresses(before: JsonObject, after: JsonObject): void {
  const moved = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    key => key.endsWith('Url') && before[key] !== after[key],
  );
  if (moved.length === 0) return;
  throw new Problem('unprocessable', `Changing ${moved.join(', ')} needs the credentials again.`, {
    fix: 'Send the credentials in the same request.',
    errors: [{ pointer: '/credentials', detail: 'Needed, because an address changes' }],
  });
}
