import { findMeetings, findSyncedCalendars } from '../../db/companions.ts';
import { findItems, type Item } from '../../db/items.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { CrmRecord } from '../../sync/record.ts';
import { claimCreation } from './claiming.ts';
import { hashOfMeeting } from './keys.ts';
import type { Offered } from './offered.ts';
import { excluded, later, type Plan } from './plan.ts';
import { adopt, replacing } from './plan-arrival.ts';
import { readVisible } from './visible.ts';
import type { Planning, Work } from './work.ts';

/** What a meeting that is offered is to other pairings. */
export type OfferedMeeting =
  /** It has a record; null: this pairing's user does not see it. */
  | { readonly type: 'recorded'; readonly record: CrmRecord | null; readonly entry: Item | null }
  /** Its organizer's pairing writes the record. */
  | { readonly type: 'led' };

interface FoundMeetings {
  readonly claimedElsewhere: ReadonlySet<string>;
  readonly meetings: ReadonlyMap<string, OfferedMeeting>;
}

/** Looks who has the record of each meeting, who will make it, and takes the right to make it where nobody has (CAL-2). */
export async function findOfferedMeetings(work: Work, sent: readonly Offered[]): Promise<FoundMeetings> {
  const known = await work.inTransaction(tx => askLedgers(tx, work, sent));
  const crmIds = [...known.crmIds.values()];
  const visible = await readVisible(
    work,
    crmIds.map(id => ({ kind: 'event', id })),
  );
  const entries = new Map(known.entries.map(entry => [entry.crmId ?? '', entry]));
  const recorded = [...known.crmIds].map(([itemId, crmId]): [string, OfferedMeeting] => [
    itemId,
    { type: 'recorded', record: visible.get(crmId) ?? null, entry: entries.get(crmId) ?? null },
  ]);
  const led = known.led.map((itemId): [string, OfferedMeeting] => [itemId, { type: 'led' }]);
  return { claimedElsewhere: known.claimedElsewhere, meetings: new Map([...recorded, ...led]) };
}

interface Known {
  /** The meetings' records, by item. */
  readonly crmIds: ReadonlyMap<string, string>;
  /** This pairing's entries of them. */
  readonly entries: readonly Item[];
  /** Items without a record whose organizer's pairing makes it. */
  readonly led: readonly string[];
  readonly claimedElsewhere: ReadonlySet<string>;
}

async function askLedgers(tx: Transaction, work: Work, sent: readonly Offered[]): Promise<Known> {
  const { pairing, crmConnection } = work.step;
  const hashes = new Map(
    sent.flatMap(({ offered }) => {
      const hash = hashOfMeeting(tx.vault, offered.meeting);
      return hash === null ? [] : [[offered.itemId, hash] as const];
    }),
  );
  const recorded = await findMeetings(tx, pairing.id, crmConnection.id, [...hashes.values()]);
  const crmIds = new Map(
    [...hashes].flatMap(([itemId, hash]) => {
      const crmId = recorded.get(hash)?.[0]?.crmId;
      return crmId === undefined ? [] : [[itemId, crmId] as const];
    }),
  );
  const led = await findLed(
    tx,
    work,
    sent.filter(({ offered }) => !crmIds.has(offered.itemId)),
  );
  const claimedElsewhere = new Set<string>();
  for (const [itemId, keyHash] of hashes) {
    if (crmIds.has(itemId) || led.includes(itemId)) continue;
    if (!(await claimCreation(tx, work, 'meeting', keyHash))) claimedElsewhere.add(itemId);
  }
  const entries = await findItems(tx, pairing.id, [], [...crmIds.values()]);
  return { crmIds, entries, led, claimedElsewhere };
}

/** Items of meetings whose organizers are synchronized with the same CRM. */
async function findLed(tx: Transaction, work: Work, sent: readonly Offered[]): Promise<string[]> {
  const { pairing, crmConnection } = work.step;
  const foreign = sent.flatMap(({ offered: { itemId, meeting } }) =>
    meeting?.organizer && !meeting.isOrganizer ? [{ itemId, organizer: meeting.organizer }] : [],
  );
  const organizers = foreign.map(({ organizer }) => organizer);
  const synced = await findSyncedCalendars(tx, pairing.id, crmConnection.id, organizers);
  return foreign.filter(({ organizer }) => synced.has(organizer)).map(({ itemId }) => itemId);
}

const LED = {
  code: 'organizer_leads',
  reason:
    "The organizer's pairing writes the CRM's record of this meeting; the item is linked when it is there.",
  fix: 'Let the organizer give the meeting the category, if it is not in the CRM.',
};
const HIDDEN = {
  code: 'exists_hidden',
  reason: 'The CRM has the record of this meeting, but the user may not see it.',
  fix: 'Let the owner invite the user in the CRM, or ask a CRM administrator for access.',
};
const TAKEN = {
  code: 'duplicate_in_mailbox',
  reason: "Another item of this mailbox is linked with the CRM's record of this meeting.",
  fix: 'Delete one of the two items in Outlook.',
};

/** A meeting that others have is joined, never made a second time; null: this pairing makes the record. */
export function planMeeting(
  work: Planning,
  { one, sides, offered }: Offered,
  item: Item,
  meeting: OfferedMeeting,
): Plan | null {
  const own = { ...item, link: 'already_there' as const };
  if (meeting.type === 'led') return excluded(one, own, LED);
  const { record, entry } = meeting;
  if (!record) return excluded(one, own, HIDDEN);
  if (entry?.link === 'linked' && entry.id !== item.id) return excluded(one, own, TAKEN);
  if (work.unanswered.mailbox.has(record.ref.id))
    return later(one, work.step.nowMs + work.step.mailboxes.capabilities.lateCommitMs);
  return { ...adopt(work, one, item, record, offered, { ...sides, follows: true }), ...replacing(entry) };
}
