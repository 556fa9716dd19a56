import type { Item } from '../../db/items.ts';
import { sameText, sameValue } from '../../sync/items/compare.ts';
import { considerItem, moduleOf } from '../../sync/items/newcomers.ts';
import { crmTakes, hasExactCategories, mailboxKeeps } from '../../sync/items/rules.ts';
import { comesInside, staysInside } from '../../sync/items/scope.ts';
import { shownOf } from '../../sync/items/shown.ts';
import { ITEM_KIND_OF } from '../../sync/modules.ts';
import type { Field, Fields, Module } from '../../sync/record.ts';
import { viewUrl } from './crm.ts';
import { moduleOfRecord } from './judge.ts';
import type { ItemInMailbox } from './mailbox.ts';
import type { Stage } from './opening.ts';
import { type RecordInCrm, USER } from './record.ts';
import { alike, FIELDS, kept, moduleIn, SYSTEMS } from './systems.ts';
import { Violation } from './violation.ts';

/** Both ends of every partnership whose item and record live. */
function partners({ pairing, mailbox, crm }: Stage): (readonly [Item, ItemInMailbox, RecordInCrm])[] {
  return [...pairing.ledger.items.values()].flatMap(entry => {
    const item = mailbox.items.get(entry.mailboxItemId ?? '');
    const record = crm.records.get(entry.crmId ?? '');
    return entry.link === 'linked' && item && record ? [[entry, item, record] as const] : [];
  });
}

/** After a round: what both sides have now is carried over, and a later hand may replace it (invariant 2). */
export function noteCarried(stage: Stage): void {
  const { authorship } = stage.around;
  for (const [, item, record] of partners(stage)) {
    const shown = stage.crm.seen(record).fields;
    for (const field of FIELDS) {
      if (!alike(item.fields[field], shown[field])) continue;
      authorship.carried(item.id, field);
      authorship.carried(record.id, field);
    }
  }
}

/** When nothing is left to do: partners agree, and everything else is named in the ledger (invariants 1 and 3). */
export function judgeEnd(stage: Stage): void {
  for (const [entry, item, record] of partners(stage)) {
    if (entry.state === 'in_sync') judgePartners(stage, entry, item, record);
  }
  for (const record of stage.crm.records.values()) judgeRecord(stage, record);
  for (const item of stage.mailbox.items.values()) judgeItem(stage, item);
  judgeNumber(stage);
}

function judgePartners(stage: Stage, entry: Item, item: ItemInMailbox, record: RecordInCrm): void {
  const name = `${item.id} and ${record.id}`;
  const { pairing, crm } = stage;
  const rules = pairing.rulesOf(entry.module);
  if (item.dead) throw new Violation('agree', `${name} are partners, but the item is gone`);
  if (!crm.isSeen(record)) throw new Violation('agree', `${name} are partners, but the record is gone`);
  const person = crm.seen(record);
  if (!staysInside(person, USER, rules).inside)
    throw new Violation('agree', `${name} are partners, but the record is outside the filter`);
  if (entry.module !== moduleOfRecord(record)) throw new Violation('agree', `${name}: wrong module`);
  // Another pairing writes it, or wrote it: this one has agreed to nothing of it (CAL-2).
  if (record.led) return;
  // An admin kept the record of what is over in the mailbox: each side goes its way.
  if (pairing.ledger.keptByAdmin.has(`${entry.id}|deletion`)) return;
  // What was adopted in the first cycle, which mails nobody, waits until it is heard of again.
  if (!hasExactCategories(item.categories, rules) && !item.meeting?.hasAttendees)
    throw new Violation('agree', `${name}: categories are ${item.categories.join(', ')}`);
  const shown = shownOf(person, rules, viewUrl(person.ref), {
    before: entry.crmBase,
    meeting: item.meeting ?? null,
  });
  for (const field of FIELDS) {
    if (mailboxKeeps(field, shown[field] ?? null, rules)) continue;
    if (pairing.ledger.keptByAdmin.has(`${entry.id}|clear:${field}`)) continue;
    // What an adopted item had before stays its user's where the CRM takes nothing.
    if (entry.adopted && !alwaysTook(stage, record, field) && sameText(shown[field], null)) continue;
    if (!agrees(stage, entry.module, field, item.fields, shown))
      throw new Violation('agree', `${name}: ${field} is "${item.fields[field]}" and "${shown[field]}"`);
  }
}

/** Whether the user could write the field at any time of the story. */
function alwaysTook({ scenario, pairing }: Stage, record: RecordInCrm, field: Field): boolean {
  const module = moduleOfRecord(record);
  const policies = scenario.days
    .flatMap(({ before, meanwhile }) => [...before, ...meanwhile])
    .flatMap(deed => (deed.do === 'change policy' ? (deed.settings.modules ?? []) : []));
  // A lead's item may be a contact's by now.
  const directions = [scenario.settings.modules, ...policies].flatMap(modules =>
    Object.values(modules).map(({ direction }) => direction),
  );
  const took = directions.every(direction => direction === 'both') && !record.wasLocked;
  return took && crmTakes(field, pairing.rulesOf(module));
}

/** The same, as far as the weaker of both systems can show it. */
function agrees(stage: Stage, module: Module, field: Field, mailbox: Fields, crm: Fields): boolean {
  if (mailbox[field] === undefined || crm[field] === undefined) return true;
  const systems = SYSTEMS[stage.scenario.systems];
  return (
    sameValue(field, mailbox[field], kept(systems.mailbox, crm, module)[field]) ||
    sameValue(field, crm[field], kept(systems.crm, mailbox, module)[field])
  );
}

/** Every record that belongs to the user is a partner, or the ledger says why not. */
function judgeRecord({ pairing, crm }: Stage, record: RecordInCrm): void {
  const rules = pairing.rulesOf(moduleOfRecord(record));
  if (!crm.isSeen(record) || record.successor || rules.maximum !== null) return;
  if (!comesInside(crm.seen(record), USER, rules).inside) return;
  const [entry] = pairing.ledger.itemsOf([], [record.id]);
  if (entry?.link === 'linked' || entry?.link === 'away' || entry?.code) return;
  throw new Violation('agree', `${record.id} belongs to the user, has no item, and nothing says why`);
}

/** Every item that is to go to the CRM is a partner, or the ledger says why not. */
function judgeItem({ pairing, mailbox }: Stage, item: ItemInMailbox): void {
  const usual = moduleIn(item.container);
  if (item.dead || item.container !== pairing.containerOf(usual)) return;
  const [entry] = pairing.ledger.itemsOf([item.id], []);
  if (entry?.link === 'linked' || entry?.link === 'away' || entry?.code) return;
  const rules = pairing.rulesOf(
    moduleOf(ITEM_KIND_OF[usual], item.categories, { categories: pairing.rulesOf(usual).categories }),
  );
  const { fields, categories, containerId, meeting } = mailbox.seen(item);
  const offer = considerItem({ fields, categories, containerId, meeting, categoriesBefore: null }, rules);
  if (offer.type !== 'leave')
    throw new Violation('agree', `${item.id} is to go to the CRM, has no record, and nothing says why`);
}

function judgeNumber({ pairing }: Stage): void {
  const { maximum } = pairing.settings;
  const linked = pairing.ledger.linked('contacts').filter(item => item.state !== 'held');
  if (maximum !== null && linked.length > maximum)
    throw new Violation('agree', `${linked.length} contacts are in the mailbox, ${maximum} are allowed`);
}
