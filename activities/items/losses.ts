import type { CrmDeleted } from '../../connectors/connector.ts';
import type { Item } from '../../db/items.ts';
import { editsSince } from '../../sync/activities/endings.ts';
import { sameValue } from '../../sync/items/compare.ts';
import type { Loss } from '../../sync/items/merge.ts';
import type { Operation } from '../../sync/items/operation.ts';
import { shownOf } from '../../sync/items/shown.ts';
import type { EventDraft, Plan } from './plan.ts';
import type { Planning } from './work.ts';

/** Values that gave way become events of their item: both values, sealed (invariant 2). */
export function lossEvents(operations: readonly Operation[]): EventDraft[] {
  return operations.flatMap(operation => (operation.op === 'keep-loser' ? [lossEvent(operation.loss)] : []));
}

export function lossEvent(loss: Loss): EventDraft {
  return {
    action: 'conflict',
    direction: loss.side === 'mailbox' ? 'to-mailbox' : 'to-crm',
    code: loss.reason,
    reason: `${LOST[loss.reason]} Field: ${loss.field}.`,
    detail: { field: loss.field, side: loss.side, lost: loss.lost, kept: loss.kept },
  };
}

const LOST: Readonly<Record<Loss['reason'], string>> = {
  both_changed: 'Both sides changed the field; the losing value is kept here.',
  not_writable: "The edit may not be written back; the CRM's value was restored and the edit is kept here.",
  record_left: 'The record left while the edit was on its way; the edit is kept here.',
  replaced: 'Another record took its place; the value is kept here.',
  unseen: 'An edit replaced more of the value than its editor could see; the whole of it is kept here.',
};

/**
 * What somebody saved between our last look at a record and its deletion goes into the history with it (invariant 2). `item`:
 * the partnership that it ends.
 */
export function keepUnseen(work: Planning, item: Item, { before }: CrmDeleted, plan: Plan): void {
  if (!before) return;
  const { crmBase, meeting } = item;
  const url = work.step.crm.url(before.ref, 'view');
  const fields = shownOf(before, work.rulesOf(item.module), url, { before: crmBase, meeting });
  const unseen = editsSince(crmBase ?? {}, fields).filter(loss => !isKept(plan, loss));
  plan.events = [...unseen.map(lossEvent), ...plan.events];
}

/** Whether it was seen before, and so is among the plan's losses. */
function isKept({ events }: Plan, { field, side, lost }: Loss): boolean {
  return events.some(({ action, detail }) => {
    const kept = detail as Loss;
    return (
      action === 'conflict' && kept.field === field && kept.side === side && sameValue(field, kept.lost, lost)
    );
  });
}
