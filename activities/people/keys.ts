import type { Item } from '../../db/items.ts';
import { hashMatchKeys, nameSearchKey } from '../../db/match-keys.ts';
import type { Transaction } from '../../db/transaction.ts';
import { addressKeys, matchKeys } from '../../sync/people/match.ts';

/**
 * What an item is found by, hashed: addresses and the name for operators; an item of the user's own also by all that
 * an arriving record may match (PAIR-7).
 */
export function withKeys(tx: Transaction, item: Item): Item {
  const fields = item.mailboxBase?.fields ?? item.crmBase;
  if (!fields) return item;
  const name = [fields.firstName, fields.lastName].filter(Boolean).join(' ');
  const keys = item.link === 'already_there' ? matchKeys(fields) : addressKeys(fields);
  return { ...item, matchKeys: hashMatchKeys(tx.vault, name ? [...keys, nameSearchKey(name)] : keys) };
}
