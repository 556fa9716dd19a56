import type { Loss } from '../../sync/items/merge.ts';
import type { Operation } from '../../sync/items/operation.ts';
import type { EventDraft } from './plan.ts';

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
