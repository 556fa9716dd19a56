import type { Item } from '../../db/items.ts';
import { hashMatchKeys, nameSearchKey } from '../../db/match-keys.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { Vault } from '../../db/vault.ts';
import { AMBIGUOUS_CODE, keysToFind, keysToMatch } from '../../sync/items/match.ts';
import type { Meeting } from '../../sync/record.ts';

/**
 * What an item is found by, hashed: addresses and the name, or the subject, for operators; an item of the user's own, and
 * a record that nothing tells apart from others, also by all that arriving ones may match (PAIR-7); an event also by the
 * meeting that it is a copy of (CAL-2).
 */
export function withKeys(tx: Transaction, item: Item): Item {
  const fields = item.mailboxBase?.fields ?? item.crmBase;
  const meetingHash = hashOfMeeting(tx.vault, item.meeting);
  if (!fields) return { ...item, meetingHash };
  const name = [fields.firstName, fields.lastName].filter(Boolean).join(' ');
  const found = keysToFind(item.module, fields);
  const isFree = item.link === 'already_there' || item.code === AMBIGUOUS_CODE;
  const keys = isFree ? [...new Set([...keysToMatch(item.module, fields), ...found])] : found;
  const matchKeys = hashMatchKeys(tx.vault, name ? [...keys, nameSearchKey(name)] : keys);
  return { ...item, matchKeys, meetingHash };
}

/** Null for what nobody else can have: no event, or one without others. */
export function hashOfMeeting(vault: Vault, meeting: Meeting | null | undefined): string | null {
  return meeting?.uid && meeting.hasAttendees ? vault.hash('meeting', meeting.uid) : null;
}
