import { createHash } from 'node:crypto';
import { createApiKey } from '../../db/api-keys.ts';
import { appendAudit } from '../../db/audit.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { RandomBytes } from '../../db/ids.ts';
import { putInbox } from '../../db/inbox.ts';
import { recordEvents } from '../../db/item-events.ts';
import { newItem, saveItems } from '../../db/items.ts';
import { recordNotification } from '../../db/notifications.ts';
import { AT, organizationIn, pairing, policy } from './world.ts';

/** The same bytes for the same seed. */
export function seeded(seed: number): RandomBytes {
  let block = 0;
  return size => {
    const blocks = Array.from({ length: Math.ceil(size / 32) }, () =>
      createHash('sha256').update(`${seed} ${block++}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, size);
  };
}

/** The database is closed when the work is done. */
export async function using<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Rows of every kind of column that the product has, with text that escapes and bytes that are no text. */
export async function writeSomeOfEach(tx: Transaction): Promise<void> {
  const { id: policyId, crmConnectionId } = await policy(tx, { nested: [1.5, null, { 'ключ"\\': 'ß\n' }] });
  const pairingId = await pairing(tx, policyId, "O'Neil\\@Contoso.example");
  const item = newItem(tx.newId, {
    module: 'contacts',
    state: 'in_sync',
    mailboxItemId: 'AAMk=',
    crmModifiedAtMs: AT.getTime() + 1,
    crmBase: { firstName: 'Ünïcode', lastName: '"}{,' },
    matchKeys: ['plain', 'with "quotes", {braces} and \\', '', 'NULL'],
  });
  await saveItems(tx, pairingId, [item], AT.getTime());
  await recordEvents(
    tx,
    pairingId,
    1,
    [{ itemId: item.id, action: 'a', direction: null, code: null, reason: 'r', detail: { a: 1 } }],
    AT.getTime(),
  );
  await putInbox(
    tx,
    pairingId,
    [{ side: 'crm', sourceId: 'S1', kind: 'lead', what: 'present', payload: 'x'.repeat(20_000) }],
    AT.getTime(),
  );
  await appendAudit(tx, { at: AT, actor: 'system', action: 'a', outcome: 'done', detail: { list: [] } });
  await createApiKey(tx, { name: 'CI', role: 'viewer', createdAt: AT });
  await recordNotification(tx, {
    kind: 'k',
    dedupe: 'd',
    recipients: ['a@b.example', 'c,d'],
    subject: 's',
    body: 'b',
    state: 'kept',
    at: AT,
  });
  await tx
    .updateTable('connections')
    .set({ seq: 2 ** 52, api_share: 0.1, polled_at: new Date('0099-12-31T23:59:59.999Z') })
    .where('id', '=', crmConnectionId)
    .execute();
}

async function tablesIn(database: Database, organizationId: string) {
  return database.inOrganization(organizationId, async tx => ({
    organizations: await tx.selectFrom('organizations').selectAll().execute(),
    connections: await tx.selectFrom('connections').selectAll().orderBy('id').execute(),
    policies: await tx.selectFrom('policies').selectAll().execute(),
    versions: await tx.selectFrom('policy_versions').selectAll().execute(),
    pairings: await tx.selectFrom('pairings').selectAll().execute(),
    items: await tx.selectFrom('items').selectAll().execute(),
    events: await tx.selectFrom('item_events').selectAll().execute(),
    inbox: await tx.selectFrom('inbox').selectAll().execute(),
    audit: await tx.selectFrom('audit').selectAll().execute(),
    apiKeys: await tx.selectFrom('api_keys').selectAll().execute(),
    notifications: await tx.selectFrom('notifications').selectAll().execute(),
  }));
}

/** All rows of a new organization that has some of each. */
export async function written(database: Database) {
  const organizationId = await organizationIn(database);
  await database.inOrganization(organizationId, writeSomeOfEach);
  return tablesIn(database, organizationId);
}
