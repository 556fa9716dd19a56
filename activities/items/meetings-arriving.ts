import { type Companion, findCompanions, findInviting, ownMeetings } from '../../db/companions.ts';
import { findItemsById, type Item } from '../../db/items.ts';
import type { Transaction } from '../../db/transaction.ts';
import { participantsOfText } from '../../sync/calendar/text-form.ts';
import type { CrmRecord } from '../../sync/record.ts';
import type { Work } from './work.ts';

/** A record that stands for a meeting which Exchange itself brings into the mailboxes of those who take part (CAL-2). */
export type ArrivingMeeting =
  /** This mailbox's copy, if it is there and has no record yet. */
  | { readonly type: 'brought'; readonly own: Item | null }
  /** The owner's pairing is about to invite (POL-18): what that does is waited for. */
  | { readonly type: 'announced' };

/** An owner who has not brought a record into his mailbox by then does not invite anybody to it. */
const ANNOUNCED_MS = 60 * 60_000;

/** Which of the records other pairings have as meetings with this mailbox, and this mailbox's copies of them. */
export async function findArrivingMeetings(
  tx: Transaction,
  work: Work,
  records: readonly CrmRecord[],
): Promise<Map<string, ArrivingMeeting>> {
  if (work.module !== 'appointments') return new Map();
  const { pairing, crmConnection } = work.step;
  const ids = records.map(({ ref }) => ref.id);
  const companions = await findCompanions(tx, pairing.id, crmConnection.id, ids);
  const meetings = await withThisMailbox(tx, pairing.mailbox, companions);
  const own = await ownMeetings(tx, pairing.id, [...meetings.values()]);
  const items = new Map((await findItemsById(tx, [...own.values()])).map(item => [item.id, item]));
  const brought = [...meetings].map(
    ([crmId, hash]) => [crmId, { type: 'brought', own: items.get(own.get(hash) ?? '') ?? null }] as const,
  );
  return new Map<string, ArrivingMeeting>([...brought, ...(await announced(tx, work, records, companions))]);
}

/** The hashes of the meetings that have this mailbox among their attendees: who was only invited in the CRM gets an item. */
async function withThisMailbox(
  tx: Transaction,
  mailbox: string,
  companions: ReadonlyMap<string, readonly Companion[]>,
): Promise<Map<string, string>> {
  const held = new Map(
    [...companions].flatMap(([crmId, [first]]) => (first ? [[first.itemId, crmId] as const] : [])),
  );
  const items = await findItemsById(tx, [...held.keys()]);
  return new Map(
    items.flatMap(({ id, meetingHash, mailboxBase }) => {
      const people = participantsOfText(mailboxBase?.fields.participants ?? '[]');
      const takesPart = people.some(({ address }) => address === mailbox.toLowerCase());
      return takesPart && meetingHash !== null ? [[held.get(id) ?? '', meetingHash] as const] : [];
    }),
  );
}

async function announced(
  tx: Transaction,
  work: Work,
  records: readonly CrmRecord[],
  companions: ReadonlyMap<string, readonly Companion[]>,
): Promise<[string, ArrivingMeeting][]> {
  const young = records.filter(
    ({ ref, invited, createdAtMs }) =>
      invited && !companions.has(ref.id) && work.step.nowMs - createdAtMs < ANNOUNCED_MS,
  );
  const asked = young.map(({ ref, ownerId }) => ({ crmId: ref.id, ownerId }));
  const inviting = await findInviting(tx, work.step.pairing.id, work.step.crmConnection.id, asked);
  return inviting.map(crmId => [crmId, { type: 'announced' }]);
}
