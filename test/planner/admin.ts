import type { Decision } from '../../db/deletions.ts';
import type { Field } from '../../sync/record.ts';
import type { Ledger } from './ledger.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The admin's word on everything that is held (db/held-deletions.ts): each item is looked at again. False where nothing is.
 */
export function decide(
  verdict: Extract<Decision, 'approved' | 'rejected'>,
  ledger: Ledger,
  { authorship, nowMs }: Surroundings,
): boolean {
  const held = [...ledger.decisions].filter(([, decision]) => decision === 'held');
  for (const [key] of held) {
    ledger.decisions.set(key, verdict);
    if (verdict === 'rejected') ledger.keptByAdmin.add(key);
    const [itemId = '', what = ''] = key.split('|');
    const item = ledger.items.get(itemId);
    // Their word is above that of whoever cleared the value.
    for (const where of [item?.mailboxItemId, item?.crmId])
      if (where) authorship.carried(where, what.replace('clear:', '') as Field);
    if (item) ledger.items.set(item.id, { ...item, nextAttemptAtMs: nowMs });
  }
  return held.length > 0;
}
