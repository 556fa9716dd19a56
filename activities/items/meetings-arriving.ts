import { findCompanions, ownMeetings } from '../../db/companions.ts';
import { findItemsById, type Item } from '../../db/items.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { CrmRecord } from '../../sync/record.ts';
import type { Work } from './work.ts';

/** A record that stands for a meeting which Exchange itself brings into the mailboxes of those who take part (CAL-2). */
export interface ArrivingMeeting {
  /** This mailbox's copy, if it is there and has no record yet. */
  readonly own: Item | null;
}

/** Which of the records other pairings made from meetings, and this mailbox's copies of them. */
export async function findArrivingMeetings(
  tx: Transaction,
  work: Work,
  records: readonly CrmRecord[],
): Promise<Map<string, ArrivingMeeting>> {
  if (work.module !== 'appointments') return new Map();
  const { pairing, crmConnection } = work.step;
  const companions = await findCompanions(
    tx,
    pairing.id,
    crmConnection.id,
    records.map(({ ref }) => ref.id),
  );
  const hashOf = (crmId: string) => companions.get(crmId)?.[0]?.meetingHash ?? '';
  const own = await ownMeetings(tx, pairing.id, [...companions.keys()].map(hashOf));
  const items = new Map(
    (await findItemsById(tx, pairing.id, [...own.values()])).map(item => [item.id, item]),
  );
  return new Map(
    [...companions.keys()].map(crmId => [crmId, { own: items.get(own.get(hashOf(crmId)) ?? '') ?? null }]),
  );
}
