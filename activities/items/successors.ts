import type { CrmReadResult } from '../../connectors/connector.ts';
import { findItems, type Item } from '../../db/items.ts';
import { differing, isBeginning, isBlank, pick, sameValue, withFields } from '../../sync/items/compare.ts';
import type { MailboxSide } from '../../sync/items/operation.ts';
import { crmTakes } from '../../sync/items/rules.ts';
import { KIND_OF } from '../../sync/modules.ts';
import { type CrmRecord, type CrmRef, FIELDS, type Fields } from '../../sync/record.ts';
import { lossEvent } from './losses.ts';
import { CLEAR, type EventDraft, later, type Plan } from './plan.ts';
import { replacing } from './plan-arrival.ts';
import { located, planLinked } from './plan-linked.ts';
import { crmSideOf, moduleOfKind, type Sides } from './sides.ts';
import type { Case, Planning, Work } from './work.ts';

/** A linked record that another one has taken the place of: a merge, or the conversion of a lead (CON-5, CON-7). */
export interface Succession {
  readonly one: Case;
  readonly item: Item;
  readonly sides: Sides;
  readonly successor: CrmRef;
}

export async function planSuccessions(work: Work, successions: readonly Succession[]): Promise<Plan[]> {
  if (successions.length === 0) return [];
  const winners = await work.session.read(successions.map(({ successor }) => successor));
  const taken = await work.inTransaction(tx =>
    findItems(
      tx,
      work.step.pairing.id,
      [],
      successions.map(({ successor }) => successor.id),
    ),
  );
  return succeed(work, successions, winners, taken);
}

/** Each loser's item follows the winner, or goes into the item that the winner has. */
export function succeed(
  work: Planning,
  successions: readonly Succession[],
  winners: readonly CrmReadResult[],
  taken: readonly Item[],
): Plan[] {
  return successions.map((succession, index) => {
    const answer = winners[index];
    const person = answer?.type === 'present' ? answer.record : null;
    const module = moduleOfKind(succession.successor.kind);
    const { one, item, sides } = succession;
    if (!person || module === null)
      return planLinked(work, one, item, { ...sides, crm: { state: 'deleted' } });
    // An item may have been made of the winner already, and nobody answered.
    if (work.unanswered.mailbox.has(person.ref.id))
      return later(one, work.step.nowMs + work.step.mailboxes.capabilities.lateCommitMs);
    const winner = taken.find(other => other.crmId === succession.successor.id && other.id !== item.id);
    if (winner?.link === 'linked') return mergeInto(work, succession, winner, person);
    const heir: Item = {
      ...withUntold(located(item, sides), person),
      module,
      crmKind: KIND_OF[module],
      crmId: person.ref.id,
      crmParentId: person.accountId,
      crmModifiedAtMs: person.modifiedAtMs,
    };
    const mailbox = asItIs(item, sides);
    const plan = planLinked(work, one, heir, { ...sides, mailbox, ...crmSideOf(work, heir, person) });
    const succeeded: EventDraft = {
      action: 'succeeded',
      direction: null,
      reason: 'The record became another one in the CRM; the item follows it.',
    };
    return {
      ...plan,
      events: [succeeded, ...plan.events],
      otherwise: { item: heir, events: [succeeded] },
      ...replacing(winner),
    };
  });
}

/**
 * What the old record had no place for was never compared. It counts as empty on both sides until now, so that whatever
 * either of them says about it is told to the other (CON-2, CON-5).
 */
function withUntold(item: Item, { fields }: CrmRecord): Item {
  const untold = FIELDS.filter(field => fields[field] !== undefined && item.crmBase?.[field] === undefined);
  const empty: Fields = Object.fromEntries(untold.map(field => [field, null]));
  return {
    ...item,
    crmBase: withFields(item.crmBase ?? {}, empty),
    mailboxBase: item.mailboxBase && {
      ...item.mailboxBase,
      fields: withFields(item.mailboxBase.fields, empty),
    },
  };
}

/** The item's own values, also where nothing was heard of it: its base is about to say something else. */
function asItIs({ mailboxBase }: Item, { mailbox }: Sides): MailboxSide {
  if (mailbox.state !== 'unchanged' || !mailboxBase) return mailbox;
  return { state: 'present', ...mailboxBase, modifiedAtMs: 0 };
}

/** The winner has an item already: the loser's edits that were on their way go into it first, then its item goes. */
function mergeInto(work: Planning, { one, item, sides }: Succession, winner: Item, person: CrmRecord): Plan {
  const fields = sides.mailbox.state === 'present' ? sides.mailbox.fields : {};
  const edited = differing(item.mailboxBase?.fields ?? {}, fields);
  const gone = planLinked(work, one, item, {
    ...sides,
    mailbox: sides.mailbox.state === 'gone' ? sides.mailbox : { state: 'unchanged' },
    crm: { state: 'deleted' },
  });
  const rules = work.rulesOf(winner.module);
  const editable = (person.editable ?? true) && !work.denied.has(item.id);
  const takes = edited.filter(field => editable && crmTakes(field, rules) && !isBlank(fields[field]));
  const sent = takes.filter(field => !sameValue(field, fields[field], person.fields[field]));
  const kept = edited.filter(field => !takes.includes(field));
  const events = kept.map(field =>
    lossEvent({
      field,
      side: 'mailbox',
      lost: fields[field] ?? null,
      kept: winner.mailboxBase?.fields[field] ?? null,
      reason: 'replaced',
    }),
  );
  const plan: Plan = {
    ...gone,
    events: [
      {
        action: 'merged',
        direction: null,
        code: 'crm_merged',
        reason: 'The record was merged into one that has an item here already.',
      },
      ...events,
      ...gone.events,
    ],
    afterwards: CLEAR,
    uncounted: true,
    joins: person.ref.id,
  };
  if (winner.crmId && winner.crmKind && sent.length > 0 && !work.first) {
    plan.crmWrite = {
      op: 'update',
      ref: { kind: winner.crmKind, id: winner.crmId },
      fields: pick(fields, sent),
    };
    const values = pick(fields, sent);
    plan.events.push(...overwritten(person.fields, values, winner.crmBase ?? {}));
    plan.onCrm = (current, { before, after }, carriedOut) => {
      // What somebody saved since we looked.
      const news = differing(person.fields, before?.fields ?? {});
      carriedOut.events.push(...overwritten(pick(before?.fields ?? {}, news), values, person.fields));
      carriedOut.events.push(...cutShort(values, after.fields));
      return current;
    };
  }
  return plan;
}

/** What the CRM does not hold whole goes with the item. */
function cutShort(sent: Fields, after: Fields): EventDraft[] {
  return differing(sent, after)
    .filter(field => isBeginning(after[field], sent[field] ?? null))
    .map(field =>
      lossEvent({
        field,
        side: 'mailbox',
        lost: sent[field] ?? null,
        kept: after[field] ?? null,
        reason: 'replaced',
      }),
    );
}

/** What the winner said for itself, and not as both sides knew it. */
function overwritten(before: Fields, sent: Fields, base: Fields): EventDraft[] {
  return differing(before, sent)
    .filter(field => !isBlank(before[field]) || !isBlank(base[field]))
    .map(field =>
      lossEvent({
        field,
        side: 'crm',
        lost: before[field] ?? null,
        kept: sent[field] ?? null,
        reason: 'both_changed',
      }),
    );
}
