import type { Item } from '../../db/items.ts';
import { moduleOf } from '../../sync/items/newcomers.ts';
import { isPerson } from '../../sync/modules.ts';
import { addressesOf } from '../../sync/people/newcomers.ts';
import type { MailboxItem, Module } from '../../sync/record.ts';
import { considerOffer, type Offered } from './offered.ts';
import { AGAIN, later, nothing, type Plan, quarantined } from './plan.ts';
import { planLinked } from './plan-linked.ts';
import { isUnansweredCreate } from './plan-offer.ts';
import type { Sides } from './sides.ts';
import type { Succession } from './successors.ts';
import { type Case, type Planning, rowsOf } from './work.ts';

/** Cases by what they are: partnerships, records that gave way, records that arrive, items that are offered. */
export interface Sorted {
  readonly plans: Plan[];
  readonly successions: Succession[];
  readonly arrivals: { one: Case; sides: Sides }[];
  readonly offers: Offered[];
}

export function sortCases(work: Planning, cases: readonly Case[], sides: ReadonlyMap<Case, Sides>): Sorted {
  const sorted: Sorted = { plans: [], successions: [], arrivals: [], offers: [] };
  for (const one of cases) {
    const both = sides.get(one);
    if (!both) continue;
    sortOne(work, one, both, sorted);
  }
  return withoutTwins(withoutFollowed(withoutHeirs(sorted), sides), sides);
}

/** A record that takes another one's item needs none of its own (CON-5). */
function withoutHeirs(sorted: Sorted): Sorted {
  const heirs = new Set(sorted.successions.map(({ successor }) => successor.id));
  const inherits = ({ sides }: Sorted['arrivals'][number]) => heirs.has(sides.crmRecord?.ref.id ?? '');
  return {
    ...sorted,
    plans: [...sorted.plans, ...sorted.arrivals.filter(inherits).map(({ one }) => nothing(one))],
    arrivals: sorted.arrivals.filter(arrival => !inherits(arrival)),
  };
}

/** An item that a partnership was found again in, by its stamp, is not a new one. */
function withoutFollowed(sorted: Sorted, sides: ReadonlyMap<Case, Sides>): Sorted {
  const followed = new Set(
    [...sides].flatMap(([{ item }, { mailboxItem: mailboxPerson }]) =>
      item && mailboxPerson ? [mailboxPerson.itemId] : [],
    ),
  );
  const isFollowed = ({ one, offered: person }: Offered) => one.item === null && followed.has(person.itemId);
  return {
    ...sorted,
    plans: [...sorted.plans, ...sorted.offers.filter(isFollowed).map(({ one }) => nothing(one))],
    offers: sorted.offers.filter(offer => !isFollowed(offer)),
  };
}

/**
 * What is on its way to the CRM is found there a moment later: an item with an address of another one waits for it,
 * so that the two do not become two records (PAIR-7).
 */
function withoutTwins(sorted: Sorted, sides: ReadonlyMap<Case, Sides>): Sorted {
  const sent = sorted.offers.filter(({ offer }) => offer.type === 'send');
  if (sent.length === 0) return sorted;
  const offered = new Set(sorted.offers.map(({ one }) => one));
  const taken = new Set(
    [...sides].flatMap(([one, { mailboxItem: mailboxPerson }]) =>
      mailboxPerson && !offered.has(one) ? addressesOf(mailboxPerson.fields) : [],
    ),
  );
  // A record that takes another one's place is nobody's to be linked with.
  const twins = new Set<Offered>(sorted.successions.length > 0 ? sent : []);
  for (const offer of sent) {
    const addresses = addressesOf(offer.offered.fields);
    if (addresses.some(address => taken.has(address))) twins.add(offer);
    for (const address of addresses) taken.add(address);
  }
  return {
    ...sorted,
    plans: [...sorted.plans, ...[...twins].map(({ one }) => ({ ...nothing(one), afterwards: AGAIN }))],
    offers: sorted.offers.filter(offer => !twins.has(offer)),
  };
}

function sortOne(work: Planning, one: Case, sides: Sides, sorted: Sorted): void {
  const { item } = one;
  if (isUnanswered(work, one, sides)) {
    sorted.plans.push(later(one, work.step.nowMs + work.crmCapabilities.lateCommitMs));
  } else if (sides.failure) {
    const verdict = {
      code: sides.failure.kind,
      reason: sides.failure.message,
      ...(sides.failure.fix ? { fix: sides.failure.fix } : {}),
    };
    sorted.plans.push(
      item ? quarantined(one, item, verdict, work.step.nowMs) : later(one, work.step.nowMs + 1),
    );
  } else if (item?.link === 'linked') {
    if (sides.successor) sorted.successions.push({ one, item, sides, successor: sides.successor });
    else sorted.plans.push(planLinked(work, one, item, sides));
  } else if (item?.link === 'away' && hasReturned(work, sides)) {
    sorted.plans.push(planReturned(work, one, item, sides));
  } else if (item?.link === 'away' && !one.crmRow) {
    sorted.plans.push(nothing(one));
  } else if (one.crmRow) {
    sorted.arrivals.push({ one, sides });
  } else {
    sortUnlinked(work, one, sides, sorted);
  }
}

/** An item without a record is offered while it stands for itself. */
function sortUnlinked(work: Planning, one: Case, sides: Sides, sorted: Sorted): void {
  const { item } = one;
  if (sides.mailboxItem && !standsForOthers(sides)) {
    const module = moduleNow(work, sides.mailboxItem);
    if (module === work.module) sorted.offers.push(considerOffer(work, one, sides, sides.mailboxItem));
    else sorted.plans.push({ ...nothing(one), afterwards: { row: 'elsewhere', module } });
  } else {
    const isGone = sides.mailbox.state === 'gone' || standsForOthers(sides);
    sorted.plans.push(item && isGone ? { ...nothing(one), item, forget: true } : nothing(one));
  }
}

/** A person's category may have come after the row that brought them here (CON-5). */
function moduleNow(work: Planning, person: MailboxItem): Module {
  return isPerson(work.module) ? moduleOf('contact', person.categories, work.rules) : work.module;
}

/** Of a series each occurrence is an appointment (CAL-4). */
function standsForOthers({ mailboxItem }: Sides): boolean {
  return mailboxItem?.meeting?.type === 'series';
}

/** The user moved it back into the folder: the old partnership goes on (POL-8). */
function hasReturned(work: Planning, { mailboxItem: mailboxPerson, crm }: Sides): boolean {
  return mailboxPerson?.containerId === work.container && crm.state === 'present';
}

function planReturned(work: Planning, one: Case, item: Item, sides: Sides): Plan {
  const plan = planLinked(work, one, { ...item, link: 'linked' }, sides);
  plan.events.unshift({
    action: 'returned',
    direction: null,
    reason: 'The user moved the item back into the synchronized folder.',
  });
  return plan;
}

function isUnanswered(work: Planning, one: Case, { crmRecord: crmPerson }: Sides): boolean {
  const { mailbox, crm } = work.unanswered;
  if (one.item?.link !== 'linked' && crmPerson && isUnansweredCreate(work, crmPerson)) return true;
  return rowsOf(one).some(row => (row.side === 'crm' ? mailbox : crm).has(row.sourceId));
}
