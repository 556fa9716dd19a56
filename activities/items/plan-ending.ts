import type { Item } from '../../db/items.ts';
import type { Operation, RemovalReason, StayAwayHow } from '../../sync/items/operation.ts';
import { lossEvents } from './losses.ts';
import { AGAIN, asOwn, CLEAR, type EventDraft, later, type Plan } from './plan.ts';
import type { Case, Planning } from './work.ts';

/** Operations that end the partnership; null for those that do not. */
export function planEnding(
  work: Planning,
  one: Case,
  item: Item,
  operation: Operation,
  all: readonly Operation[],
): Plan | null {
  const events = lossEvents(all);
  if (work.first && (operation.op === 'delete-crm' || operation.op === 'withdraw'))
    return later(one, work.step.nowMs + 1);
  const ours = work.deleting.has(item.id) ? reasonOfOurs(operation) : null;
  if (ours)
    return {
      one,
      item: departed(item, ours),
      removes: true,
      uncounted: true,
      events: [...events, crmEvent(ours)],
      afterwards: CLEAR,
    };
  switch (operation.op) {
    case 'delete-crm':
      return crmRemoval(one, item, operation.reason, events);
    case 'withdraw':
      return withdrawal(one, item, operation.isGone, events);
    case 'restore-mailbox':
      return restoration(one, item, operation.why);
    case 'stay-away':
      return {
        one,
        item: {
          ...item,
          link: 'away',
          state: 'excluded',
          code: `user_${operation.how}`,
          reason: AWAY[operation.how],
          fix: 'Restore the item to bring it back into the mailbox.',
          attempts: 0,
          nextAttemptAtMs: null,
        },
        events: [
          {
            action: 'stay_away',
            direction: null,
            code: `user_${operation.how}`,
            reason: AWAY[operation.how],
          },
        ],
        afterwards: CLEAR,
      };
    case 'forget':
      return {
        one,
        item: departed(item, operation.reason),
        events: [
          { action: 'forgotten', direction: null, code: operation.reason, reason: REASONS[operation.reason] },
        ],
        afterwards: CLEAR,
      };
    case 'release':
      return operation.untouched
        ? releaseUntouched(one, item, operation.reason)
        : release(work, one, item, operation.reason, operation.categories);
    case 'delete-mailbox':
      return { ...removal(one, item, operation.reason, events), uncounted: one.crmRow?.what === 'displaced' };
    default:
      return null;
  }
}

const AWAY: Readonly<Record<StayAwayHow, string>> = {
  deleted: 'The user deleted the item in the mailbox; it stays away, the CRM record lives.',
  moved: 'The user moved the item out of the synchronized folder; it stays away, the CRM record lives.',
  declined:
    'The user declined the invitation; the appointment is no longer synchronized, the CRM record lives.',
  cancelled: 'The organizer cancelled the meeting; the appointment is no longer synchronized.',
};

export const REASONS: Readonly<Record<RemovalReason, string>> = {
  crm_deleted: 'The record was deleted in the CRM.',
  left_owner: 'The record belongs to another user now.',
  left_access: 'The user can no longer see the record in the CRM.',
  left_age: 'The record is older than the sync start date.',
  left_limit: 'Newer contacts took its place: the policy limits their number.',
  left_module: 'The policy no longer synchronizes this module.',
  left_private: 'The appointment is private, and the policy does not synchronize private appointments.',
  left_horizon: 'The appointment lies beyond the days that the policy synchronizes.',
  left_closed: 'The task was completed before it came.',
  user_deleted: 'The user deleted the item in the mailbox.',
  cancelled: 'The organizer cancelled the meeting.',
  private: 'The user made the appointment private, and the policy does not synchronize private appointments.',
};

function removal(one: Case, item: Item, reason: RemovalReason, events: EventDraft[]): Plan {
  const plan: Plan = {
    one,
    item,
    removes: true,
    events: [
      ...events,
      { action: 'deleted', direction: 'to-mailbox', code: reason, reason: REASONS[reason] },
    ],
    afterwards: CLEAR,
    onMailbox: current => departed(current, reason),
  };
  if (item.mailboxItemId !== null) plan.mailboxWrite = { op: 'delete', itemId: item.mailboxItemId };
  return plan;
}

/** The user took it out of the mailbox, and so out of the CRM. */
function crmRemoval(one: Case, item: Item, reason: RemovalReason, events: EventDraft[]): Plan {
  const plan: Plan = {
    one,
    item,
    removes: true,
    events: [...events, crmEvent(reason)],
    afterwards: CLEAR,
    onCrmDeleted: current => departed(current, reason),
  };
  if (item.crmId !== null && item.crmKind !== null)
    plan.crmWrite = { op: 'delete', ref: { kind: item.crmKind, id: item.crmId } };
  return plan;
}

function crmEvent(reason: RemovalReason): EventDraft {
  return { action: 'deleted', direction: 'to-crm', code: reason, reason: REASONS[reason] };
}

/** Why the record is gone that we deleted ourselves, though nobody answered; null: it is not what we did. */
function reasonOfOurs(operation: Operation): 'user_deleted' | 'cancelled' | null {
  if (operation.op === 'forget') return 'user_deleted';
  return operation.op === 'stay-away' && operation.how === 'cancelled' ? 'cancelled' : null;
}

/** The CRM loses it, the mailbox keeps it as its user's own. */
function withdrawal(one: Case, item: Item, isGone: boolean, events: EventDraft[]): Plan {
  const own: Item = {
    ...released(item),
    code: 'private',
    reason: REASONS.private,
    fix: 'Take the privacy off in Outlook, or let the policy hide private appointments in the CRM.',
  };
  const plan = crmRemoval(one, item, 'private', events);
  if (!isGone) return { ...plan, onCrmDeleted: () => own };
  return { one, item: own, removes: true, uncounted: true, events: plan.events, afterwards: CLEAR };
}

/** It is made anew in the mailbox, as a record that has no item yet. */
export function restoration(one: Case, item: Item, why: keyof typeof RESTORED): Plan {
  return {
    one,
    item: {
      ...departed(item, 'user_deleted'),
      state: 'in_sync',
      code: null,
      reason: null,
      restored: item.restored + 1,
    },
    events: [{ action: 'restored', direction: 'to-mailbox', code: why, reason: RESTORED[why] }],
    afterwards: AGAIN,
  };
}

const RESTORED = {
  not_writable: 'The user deleted the item, but the deletion may not be written to the CRM; it comes back.',
  edited: 'The user deleted the item while somebody edited it in the CRM; it comes back.',
  rejected: 'The user deleted the item; an administrator rejected its deletion in the CRM: it comes back.',
};

/** The mailbox has it no longer; the entry stays for whoever asks what became of it (OPS-2, POL-28). */
function departed(item: Item, reason: RemovalReason): Item {
  return {
    ...item,
    link: 'none',
    state: 'excluded',
    code: reason,
    reason: REASONS[reason],
    fix: null,
    attempts: 0,
    nextAttemptAtMs: null,
    mailboxItemId: null,
    containerId: null,
    mailboxEtag: null,
    unheard: false,
    mailboxBase: null,
    meeting: null,
  };
}

/** Writing it would mail its attendees: it stays as it is, as its user's own (POL-18). */
function releaseUntouched(one: Case, item: Item, reason: RemovalReason): Plan {
  const why = `${REASONS[reason]} Others take part in it, who would be told: the item stays with its user.`;
  return {
    one,
    item: {
      ...released(item),
      code: 'has_attendees',
      reason: why,
      fix: 'Delete or cancel it in Outlook, or let the policy send invitations (calendar.invitations).',
    },
    events: [{ action: 'released', direction: null, code: reason, reason: why }],
    afterwards: CLEAR,
  };
}

/** An item that is nobody's partner any more. */
function released(item: Item): Item {
  return { ...asOwn(item), adopted: false };
}

/** The user's own item stays, without category and stamp; it is not sent anew by itself (PAIR-7). */
function release(
  work: Planning,
  one: Case,
  item: Item,
  reason: RemovalReason,
  categories: readonly string[] | null,
): Plan {
  const own =
    categories ??
    (item.mailboxBase?.categories ?? []).filter(name => !Object.values(work.rules.categories).includes(name));
  const plan: Plan = {
    one,
    item,
    events: [
      {
        action: 'released',
        direction: 'to-mailbox',
        code: reason,
        reason: `${REASONS[reason]} The user's own item stays.`,
      },
    ],
    afterwards: CLEAR,
    onMailbox: (current, written) => ({
      ...released(current),
      code: 'already_there',
      reason: `${REASONS[reason]} The item was the user's before and stays.`,
      fix: 'Give it the category in Outlook to send it to the CRM again.',
      mailboxEtag: written?.etag ?? null,
      mailboxBase: written
        ? { fields: { ...item.mailboxBase?.fields, ...written.fields }, categories: written.categories }
        : item.mailboxBase,
    }),
  };
  if (item.mailboxItemId !== null)
    plan.mailboxWrite = { op: 'update', itemId: item.mailboxItemId, fields: {}, categories: own, key: null };
  return plan;
}
