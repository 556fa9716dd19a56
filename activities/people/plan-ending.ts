import type { Item } from '../../db/items.ts';
import type { Operation, RemovalReason } from '../../sync/people/reconcile.ts';
import { lossEvents } from './losses.ts';
import { CLEAR, type EventDraft, type Plan } from './plan.ts';
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
  switch (operation.op) {
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
      return release(work, one, item, operation.reason, operation.categories);
    case 'delete-mailbox':
      return { ...removal(one, item, operation.reason, events), uncounted: one.crmRow?.what === 'displaced' };
    default:
      return null;
  }
}

const AWAY = {
  deleted: 'The user deleted the item in the mailbox; it stays away, the CRM record lives.',
  moved: 'The user moved the item out of the synchronized folder; it stays away, the CRM record lives.',
};

export const REASONS: Readonly<Record<RemovalReason, string>> = {
  crm_deleted: 'The record was deleted in the CRM.',
  left_owner: 'The record belongs to another user now.',
  left_access: 'The user can no longer see the record in the CRM.',
  left_age: 'The record is older than the sync start date.',
  left_limit: 'Newer contacts took its place: the policy limits their number.',
  left_module: 'The policy no longer synchronizes this module.',
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
  };
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
      ...current,
      link: 'already_there',
      state: 'excluded',
      code: 'already_there',
      reason: `${REASONS[reason]} The item was the user's before and stays.`,
      fix: 'Give it the category in Outlook to send it to the CRM again.',
      crmKind: null,
      crmId: null,
      crmParentId: null,
      crmBase: null,
      adopted: false,
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
