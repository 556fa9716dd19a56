import { takeClaim } from '../../db/claims.ts';
import { findMeetings, findSyncedCalendars } from '../../db/companions.ts';
import { findItems, type Item } from '../../db/items.ts';
import type { CrmRecord, MailboxItem } from '../../sync/record.ts';
import { hashOfMeeting } from './keys.ts';
import type { Offered } from './offered.ts';
import { excluded, nothing, type Plan } from './plan.ts';
import { adopt, replacing } from './plan-arrival.ts';
import type { Planning, Work } from './work.ts';

/** What a meeting that is offered is to other pairings. */
export type OfferedMeeting =
  /** It has a record; null: this pairing's user does not see it. */
  | { readonly type: 'recorded'; readonly record: CrmRecord | null; readonly entry: Item | null }
  /** Its organizer's pairing writes the record. */
  | { readonly type: 'led' };

interface FoundMeetings {
  readonly entries: ReadonlyMap<string, Item>;
  readonly claimedElsewhere: ReadonlySet<string>;
  readonly meetings: ReadonlyMap<string, OfferedMeeting>;
}

/** Looks who has the record of each meeting, who will make it, and takes the right to make it where nobody has (CAL-2). */
export async function findOfferedMeetings(work: Work, sent: readonly Offered[]): Promise<FoundMeetings> {
  const { pairing, crmConnection } = work.step;
  const known = await work.inTransaction(async tx => {
    const hashes = new Map(
      sent.flatMap(({ offered }) => {
        const hash = hashOfMeeting(tx.vault, offered.meeting);
        return hash === null ? [] : [[offered.itemId, hash] as const];
      }),
    );
    const recorded = await findMeetings(tx, pairing.id, crmConnection.id, [...hashes.values()]);
    const organizers = sent.flatMap(({ offered: { meeting } }) =>
      meeting?.organizer && !meeting.isOrganizer ? [meeting.organizer] : [],
    );
    const synced = await findSyncedCalendars(tx, pairing.id, crmConnection.id, organizers);
    const isLed = ({ meeting }: MailboxItem) =>
      meeting?.isOrganizer === false && synced.has(meeting.organizer ?? '');
    const claimedElsewhere = new Set<string>();
    for (const { offered } of sent) {
      const keyHash = hashes.get(offered.itemId);
      if (keyHash === undefined || recorded.has(keyHash) || isLed(offered)) continue;
      const claim = { connectionId: crmConnection.id, kind: 'meeting', keyHash };
      if (!(await takeClaim(tx, claim, pairing.id, work.deps.world.now())))
        claimedElsewhere.add(offered.itemId);
    }
    const crmIdOf = (itemId: string) => recorded.get(hashes.get(itemId) ?? '')?.[0]?.crmId;
    const crmIds = sent.flatMap(({ offered }) => crmIdOf(offered.itemId) ?? []);
    return { crmIdOf, crmIds, isLed, claimedElsewhere, entries: await findItems(tx, pairing.id, [], crmIds) };
  });
  const read =
    known.crmIds.length > 0 ? await work.session.read(known.crmIds.map(id => ({ kind: 'event', id }))) : [];
  const visible = new Map(
    read.flatMap(answer =>
      answer.type === 'present' ? [[answer.record.ref.id, answer.record] as const] : [],
    ),
  );
  const entries = new Map(known.entries.map(entry => [entry.crmId ?? '', entry]));
  const meetings = new Map<string, OfferedMeeting>();
  for (const { offered } of sent) {
    const crmId = known.crmIdOf(offered.itemId);
    if (crmId !== undefined)
      meetings.set(offered.itemId, {
        type: 'recorded',
        record: visible.get(crmId) ?? null,
        entry: entries.get(crmId) ?? null,
      });
    else if (known.isLed(offered)) meetings.set(offered.itemId, { type: 'led' });
  }
  return { entries, claimedElsewhere: known.claimedElsewhere, meetings };
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
    return {
      ...nothing(one),
      afterwards: {
        row: 'later',
        notBeforeMs: work.step.nowMs + work.step.mailboxes.capabilities.lateCommitMs,
      },
    };
  return { ...adopt(work, one, item, record, offered, { ...sides, follows: true }), ...replacing(entry) };
}
