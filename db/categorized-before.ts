import type { Transaction } from './transaction.ts';

/** Which of these messages had the category before the archive was switched on (POL-23). */
export async function categorizedBefore(
  tx: Transaction,
  pairingId: string,
  messageIds: readonly string[],
): Promise<Set<string>> {
  if (messageIds.length === 0) return new Set();
  const rows = await tx
    .selectFrom('categorized_before')
    .select('message_id')
    .where('pairing_id', '=', pairingId)
    .where('message_id', 'in', messageIds)
    .execute();
  return new Set(rows.map(row => row.message_id));
}

export async function rememberCategorized(
  tx: Transaction,
  pairingId: string,
  messageIds: readonly string[],
): Promise<void> {
  if (messageIds.length === 0) return;
  await tx
    .insertInto('categorized_before')
    .values(messageIds.map(id => ({ pairing_id: pairingId, message_id: id })))
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

/** Their user took the category off: given once more, it counts. */
export async function forgetCategorized(
  tx: Transaction,
  pairingId: string,
  messageIds: readonly string[],
): Promise<void> {
  if (messageIds.length === 0) return;
  await tx
    .deleteFrom('categorized_before')
    .where('pairing_id', '=', pairingId)
    .where('message_id', 'in', messageIds)
    .execute();
}
