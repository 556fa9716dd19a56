import { countMatchKeys } from '../../db/inbox.ts';
import { findCandidates, hasOwnItems, type Item, newItem } from '../../db/items.ts';
import { hashMatchKeys } from '../../db/match-keys.ts';
import { filled, pick, withFields } from '../../sync/people/compare.ts';
import { matchKeys, matchPerson } from '../../sync/people/match.ts';
import { adoptPeople } from '../../sync/people/merge.ts';
import { addressesOf, isExcluded, shownFields } from '../../sync/people/newcomers.ts';
import type { CrmPerson, Fields, MailboxPerson, PersonField } from '../../sync/record.ts';
import { afterWrite } from '../../sync/rewrites.ts';
import { KIND_OF } from '../person-rules.ts';
import { CLEAR, type EventDraft, excluded, healthy, nothing, type Plan } from './plan.ts';
import { REASONS } from './plan-ending.ts';
import { planLinked } from './plan-linked.ts';
import { creationKey, type Sides } from './sides.ts';
import type { Case, Planning, Reach, Work } from './work.ts';

/** What the mailbox already has that may be the arriving people. */
export interface Candidates {
  readonly items: ReadonlyMap<string, readonly Item[]>;
  /** Match keys that several waiting records share: no evidence for any of them. */
  readonly shared: ReadonlySet<string>;
}

/** What a chunk of arriving people is decided by. */
export interface Arriving extends Candidates {
  /** Nothing that was saved at this moment or before comes any more (POL-13); epoch milliseconds. */
  readonly limitMs: number | null;
}

/** Looks once per chunk for items of the user's that could be the arriving people (PAIR-7). */
export async function findArrivalCandidates(work: Work, people: readonly CrmPerson[]): Promise<Candidates> {
  if (people.length === 0) return { items: new Map(), shared: new Set() };
  return work.inTransaction(async tx => {
    if (!(await hasOwnItems(tx, work.step.pairing.id))) return { items: new Map(), shared: new Set() };
    const keysOf = (person: CrmPerson) => hashMatchKeys(tx.vault, matchKeys(person.fields));
    const keys = new Map(people.map(person => [person.ref.id, keysOf(person)]));
    const found = await findCandidates(tx, work.step.pairing.id, [...new Set([...keys.values()].flat())]);
    if (found.length === 0) return { items: new Map(), shared: new Set() };
    const held = new Set(found.flatMap(item => item.matchKeys));
    const contested = await countMatchKeys(
      tx,
      work.step.pairing.id,
      [...keys.values()].flat().filter(key => held.has(key)),
    );
    const shared = new Set([...contested].filter(([, count]) => count > 1).map(([key]) => key));
    const items = new Map(
      people.map(person => [
        person.ref.id,
        found.filter(item => item.matchKeys.some(key => keys.get(person.ref.id)?.includes(key))),
      ]),
    );
    return { items, shared };
  });
}

/** Plans a record that has no item in the mailbox yet: adopt, copy, or say why not (PAIR-6, PAIR-7). */
export function planArrival(
  work: Planning,
  one: Case,
  sides: Sides,
  candidates: Arriving,
  adoptable: ReadonlyMap<string, MailboxPerson>,
): Plan {
  const person = sides.crmPerson;
  if (!person || sides.crm.state !== 'present') return departed(one, sides);
  if (one.item?.link === 'away') return nothing(one);
  if (candidates.limitMs !== null && person.modifiedAtMs <= candidates.limitMs)
    return excluded(one, newcomer(work, one, person), {
      code: 'left_limit',
      reason: 'Newer contacts fill the number that the policy allows.',
    });
  const match = matchOf(work, person, candidates);
  if (match.type === 'ambiguous') return excluded(one, newcomer(work, one, person), AMBIGUOUS);
  if (match.type === 'one') {
    const found = adoptable.get(match.candidate.item.mailboxItemId ?? '');
    if (found)
      return { ...adopt(work, one, match.candidate.item, person, found, sides), ...replacing(one.item) };
  }
  return copy(work, one, person, sides);
}

const AMBIGUOUS = {
  code: 'ambiguous',
  reason: 'Several items of the mailbox, or several CRM records, could be this person; nothing is guessed.',
  fix: 'Make addresses or names tell them apart, in the mailbox or in the CRM.',
};

/** It left before it came: nothing to do, an older entry of the ledger is closed. */
function departed(one: Case, sides: Sides): Plan {
  if (!one.item || sides.crm.state !== 'deleted') return nothing(one);
  return excluded(one, { ...one.item, link: 'none' }, { code: 'crm_deleted', reason: REASONS.crm_deleted });
}

type Match = ReturnType<typeof matchPerson<{ id: string; fields: CrmPerson['fields']; item: Item }>>;

function matchOf(work: Planning, person: CrmPerson, candidates: Candidates): Match {
  const possible = candidates.items.get(person.ref.id) ?? [];
  if (possible.length === 0 || addressesOf(person.fields).some(address => isExcluded(address, work.rules)))
    return { type: 'none' };
  const match = matchPerson(
    person.fields,
    possible.map(item => ({ id: item.id, fields: item.mailboxBase?.fields ?? {}, item })),
  );
  if (match.type !== 'one') return match;
  const contested = match.candidate.item.matchKeys.some(key => candidates.shared.has(key));
  return contested ? { type: 'ambiguous', candidates: [match.candidate] } : match;
}

/** The items that arriving people would be matched with, whole, as far as they are still where ours are read. */
export async function readAdoptable(
  work: Reach,
  people: readonly CrmPerson[],
  candidates: Candidates,
): Promise<Map<string, MailboxPerson>> {
  const ids = adoptableItems(work, people, candidates);
  if (ids.length === 0) return new Map();
  const read = await work.mailbox.read(ids);
  const found = read.flatMap(answer =>
    answer.ok && answer.value.type === 'present' ? [answer.value.person] : [],
  );
  return new Map(
    found
      .filter(({ containerId }) => work.watched.has(containerId))
      .map(person => [person.itemId, person] as const),
  );
}

function adoptableItems(work: Planning, people: readonly CrmPerson[], candidates: Candidates): string[] {
  return people.flatMap(person => {
    const match = matchOf(work, person, candidates);
    return match.type === 'one' && match.candidate.item.mailboxItemId !== null
      ? [match.candidate.item.mailboxItemId]
      : [];
  });
}

/** The entry that said why the record had no item gives way to the partnership. */
export function replacing(entry: Item | null | undefined): Pick<Plan, 'replaces'> {
  return entry ? { replaces: entry } : {};
}

/** The user's item becomes the partner; from here on it is an ordinary partnership. */
export function adopt(
  work: Planning,
  one: Case,
  own: Item,
  person: CrmPerson,
  found: MailboxPerson,
  sides: Sides,
): Plan {
  const rules = work.rules;
  const fields = shownFields(person, rules, work.step.crm.url(person.ref, 'view'));
  const merge = adoptPeople(
    {
      mailbox: found.fields,
      crm: fields,
      mailboxModifiedAtMs: found.modifiedAtMs,
      crmModifiedAtMs: person.modifiedAtMs,
      editable: person.editable ?? true,
    },
    rules,
  );
  const item: Item = {
    ...healthy(own),
    module: work.module,
    link: 'linked',
    adopted: true,
    crmKind: KIND_OF[work.module],
    crmId: person.ref.id,
    crmParentId: person.accountId,
    crmModifiedAtMs: person.modifiedAtMs,
    mailboxBase: { fields: merge.bases.mailbox, categories: found.categories },
    crmBase: asInMailbox(fields, merge.toMailbox, found.fields),
  };
  const plan = planLinked(work, one, item, {
    ...sides,
    mailbox: {
      state: 'present',
      fields: found.fields,
      categories: found.categories,
      modifiedAtMs: found.modifiedAtMs,
    },
    mailboxPerson: found,
    crm: { state: 'present', fields, modifiedAtMs: person.modifiedAtMs, editable: person.editable ?? true },
    crmPerson: person,
  });
  const events: EventDraft[] = [
    {
      action: 'adopted',
      direction: null,
      reason: 'The mailbox already had this person; the two are linked.',
    },
    ...merge.losses.map(
      (loss): EventDraft => ({
        action: 'conflict',
        direction: 'to-mailbox',
        code: loss.reason,
        reason: `At adoption the values differed; the other one is kept here. Field: ${loss.field}.`,
        detail: loss,
      }),
    ),
  ];
  // Adoption has said what gives way.
  const others = plan.events.filter(({ action }) => action !== 'conflict');
  return { ...plan, events: [...events, ...others], otherwise: { item, events } };
}

/** What adoption brings to the mailbox counts as a change of the CRM, from what the mailbox says. */
function asInMailbox(fields: Fields, toMailbox: Fields, mailbox: Fields): Fields {
  return withFields(fields, pick(mailbox, Object.keys(toMailbox) as PersonField[]));
}

function newcomer(work: Planning, one: Case, person: CrmPerson): Item {
  const item = one.item ?? newItem(work.deps.database.newId, { module: work.module, state: 'in_sync' });
  return {
    ...item,
    module: work.module,
    crmKind: KIND_OF[work.module],
    crmId: person.ref.id,
    crmParentId: person.accountId,
    crmModifiedAtMs: person.modifiedAtMs,
    crmBase: person.fields,
  };
}

function copy(work: Planning, one: Case, person: CrmPerson, sides: Sides): Plan {
  const fields = sides.crm.state === 'present' ? sides.crm.fields : person.fields;
  const shown = filled(
    Object.fromEntries(
      Object.entries(fields).filter(([field]) => work.rules.mailboxFields.has(field as never)),
    ),
  );
  const key = creationKey(work, person.ref.id);
  const category = work.rules.categories[work.module];
  const { nowMs } = work.step;
  return {
    one,
    item: { ...newcomer(work, one, person), crmBase: fields },
    intent: {
      target: 'mailbox',
      module: work.module,
      key,
      sourceId: person.ref.id,
      containerId: work.container,
      payload: { person, fields },
      deadlineAtMs: nowMs + work.step.mailboxes.capabilities.lateCommitMs,
    },
    mailboxWrite: { op: 'create', containerId: work.container, key, fields: shown, categories: [category] },
    events: [
      { action: 'created', direction: 'to-mailbox', reason: 'The CRM record belongs into the mailbox.' },
    ],
    afterwards: CLEAR,
    onMailbox: (item, written) => (written ? copied(item, written, fields, nowMs) : item),
  };
}

/** The partnership of a copy: each side's base as it was read back. */
export function copied(item: Item, written: MailboxPerson, shown: CrmPerson['fields'], nowMs: number): Item {
  return {
    ...healthy(item),
    link: 'linked',
    adopted: false,
    mailboxItemId: written.itemId,
    containerId: written.containerId,
    mailboxEtag: written.etag,
    unheard: true,
    mailboxBase: { fields: written.fields, categories: written.categories },
    crmBase: shown,
    writes: afterWrite(item.writes, 'mailbox', filled(shown), nowMs),
  };
}
