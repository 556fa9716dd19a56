import type { Database, Transaction } from './database.ts';

/**
 * Wraps every organization's data key with the ring's current key, one short transaction each. The data keys stay, so
 * it runs while everything else does, and may stop and start again anywhere.
 */
export async function rotateRing(database: Database): Promise<{ rewrapped: number }> {
  let rewrapped = 0;
  for (const organizationId of await database.organizationIds()) {
    if (await database.inOrganization(organizationId, tx => rewrap(database, tx))) rewrapped++;
  }
  return { rewrapped };
}

async function rewrap({ keyRing }: Database, tx: Transaction): Promise<boolean> {
  const row = await tx
    .selectFrom('organizations')
    .select(['key_id', 'data_key_wrapped'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.key_id === keyRing.currentId) return false;
  const dataKey = keyRing.unwrap(tx.organizationId, { keyId: row.key_id, wrapped: row.data_key_wrapped });
  const { keyId, wrapped } = keyRing.wrap(tx.organizationId, dataKey, tx.randomBytes);
  await tx.updateTable('organizations').set({ key_id: keyId, data_key_wrapped: wrapped }).execute();
  return true;
}
