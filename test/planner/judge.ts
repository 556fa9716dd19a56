import { removalsOf } from '../../activities/items/guarding.ts';
import type { Plan } from '../../activities/items/plan.ts';
import type { CrmWrite, MailboxWrite } from '../../connectors/connector.ts';
import type { Item } from '../../db/items.ts';
import { sameText } from '../../sync/items/compare.ts';
import { crmTakes } from '../../sync/items/rules.ts';
import { staysInside } from '../../sync/items/scope.ts';
import { MODULE_OF } from '../../sync/modules.ts';
import { addressesOf } from '../../sync/people/newcomers.ts';
import { type Field, type Fields, type Module, PERSON_FIELDS, type RecordKind } from '../../sync/record.ts';
import type { CrmWatcher, PretendedCrm } from './crm.ts';
import { judgeCrmDeletion } from './crm-deletion.ts';
import type { ItemInMailbox, MailboxWatcher, PretendedMailbox } from './mailbox.ts';
import { MAILBOX_KEY, PAIRING, type Pairing } from './pairing.ts';
import { type RecordInCrm, USER } from './record.ts';
import type { Surroundings } from './surroundings.ts';
import { alike, FIELDS, moduleIn } from './systems.ts';
import { Violation } from './violation.ts';

const ADDRESS: readonly string[] = PERSON_FIELDS.filter(
  field => field.startsWith('business') && field !== 'businessPhone',
);

/** Watches every write, and judges it by what is true in the pretended world. */
export class Judge implements MailboxWatcher, CrmWatcher {
  readonly #pairing: Pairing;
  readonly #mailbox: PretendedMailbox;
  readonly #crm: PretendedCrm;
  readonly #around: Surroundings;
  /** Items that were there before the first cycle and that nobody gave the category since (PAIR-6). */
  readonly untouched = new Set<string>();

  constructor(pairing: Pairing, mailbox: PretendedMailbox, crm: PretendedCrm, around: Surroundings) {
    this.#pairing = pairing;
    this.#mailbox = mailbox;
    this.#crm = crm;
    this.#around = around;
  }

  /** Creation keys name their source: whose person it is. */
  whoIs(key: string): number {
    const [origin, id = ''] = key.split(':');
    if (origin === PAIRING) return this.#crm.records.get(id)?.who ?? -1;
    return origin === MAILBOX_KEY ? (this.#mailbox.items.get(id)?.who ?? -1) : -1;
  }

  mailboxWrite(operation: MailboxWrite, item: ItemInMailbox | null): void {
    this.#around.reach(`mailbox ${operation.op}`);
    if (operation.op === 'create') this.#copy(operation);
    else if (operation.op === 'delete') this.#removal(item);
    else if (item) this.#update(operation, item);
  }

  #copy({ key, fields, containerId }: Extract<MailboxWrite, { op: 'create' }>): void {
    const twin = [...this.#mailbox.items.values()].find(item => !item.dead && item.stamp === key);
    if (twin && !this.#isUsersCopy(twin))
      throw new Violation('unique', `${twin.id} is a second time made from ${key}`);
    const record = this.#crm.records.get(key.split(':')[1] ?? '');
    // What leaves while we work goes again in the next cycle.
    const knownDead = record?.deleted && record.changedTick <= this.#around.cycleTick;
    if (!record || knownDead) throw new Violation('dead', `an item is made of ${key}, which is not there`);
    if (containerId !== this.#pairing.containerOf(moduleOfRecord(record)))
      throw new Violation('agree', `made in ${containerId}`);
    this.#fieldsOf(fields, this.#pairing.rulesOf(moduleOfRecord(record)).mailboxFields, 'mailbox');
  }

  /** Copies by a user's hand carry the stamp of their original, and mean nothing. */
  #isUsersCopy(item: ItemInMailbox): boolean {
    const [entry] = this.#pairing.ledger.itemsOf([item.id], []);
    return entry?.link !== 'linked' || item.stamp !== `${PAIRING}:${entry.crmId}`;
  }

  #removal(item: ItemInMailbox | null): void {
    if (!item || item.dead) return;
    const { invitations } = this.#pairing.rulesOf('appointments').calendar;
    const mails = item.meeting?.isOrganizer || invitations === 'never';
    if (mails && this.#isMeeting(item))
      throw new Violation('mail', `${item.id} has attendees and is deleted`);
    const entry = this.#entryOf(item);
    if (entry?.link !== 'linked' || entry.adopted)
      throw new Violation('evidence', `${item.id} is the user's own and is deleted`);
    const record = this.#crm.records.get(entry.crmId ?? '');
    if (!record || !this.#hasLeft(record, entry))
      throw new Violation('evidence', `${item.id} is deleted although ${entry.crmId} belongs here`);
  }

  /** Found again by its stamp, a restored item is the partner before the ledger says so. */
  #entryOf({ id, stamp }: ItemInMailbox): Item | undefined {
    const { ledger } = this.#pairing;
    const stamped = stamp === undefined ? [] : [stamp.slice(PAIRING.length + 1)];
    return ledger.itemsOf([id], [])[0] ?? ledger.itemsOf([], stamped)[0];
  }

  #hasLeft(record: RecordInCrm, entry: Item): boolean {
    const rules = this.#pairing.rulesOf(entry.module);
    if (rules.maximum !== null || record.successor !== null) return true;
    const gone = record.deleted || !record.visible || record.told === null;
    const outside = (person: ReturnType<PretendedCrm['seen']> | null) =>
      person !== null && !staysInside(person, USER, rules).inside;
    return gone || outside(record.told) || outside(this.#crm.seen(record));
  }

  #update(operation: Extract<MailboxWrite, { op: 'update' }>, item: ItemInMailbox): void {
    const { fields, categories, key } = operation;
    if (this.#isMeeting(item)) throw new Violation('mail', `${item.id} has attendees and is written`);
    this.#fieldsOf(fields, this.#pairing.rulesOf(moduleIn(item.container)).mailboxFields, 'mailbox');
    const sameCategories = !categories || categories.join('|') === item.categories.join('|');
    const nothing = key === undefined && sameCategories && isThere(fields, item.fields);
    if (nothing && item.changedTick <= item.readTick)
      throw new Violation('echo', `${item.id} gets what it has: ${JSON.stringify(operation)}`);
  }

  /** Exchange would mail somebody; whom the user added after our look we could not know. */
  #isMeeting({ meeting, changedTick, readTick }: ItemInMailbox): boolean {
    const { invitations } = this.#pairing.rulesOf('appointments').calendar;
    return meeting?.hasAttendees === true && invitations !== 'send' && changedTick <= readTick;
  }

  crmWrite(operation: CrmWrite, record: RecordInCrm | null): void {
    this.#around.reach(`CRM ${operation.op}`);
    if (this.#pairing.first) throw new Violation('direction', 'the CRM is written in the first cycle');
    if (operation.op === 'delete') {
      judgeCrmDeletion(operation.ref, record, this.#pairing, this.#mailbox, this.#around);
      return;
    }
    const { fields } = operation;
    if (record?.led && record.ownerId !== USER)
      throw new Violation('direction', `${record.id} is written by the pairing of its owner`);
    const module = MODULE_OF[(operation.op === 'create' ? operation.kind : operation.ref.kind) as RecordKind];
    const rules = this.#pairing.rulesOf(module);
    if (rules.direction !== 'both') throw new Violation('direction', `${module} go to the mailbox only`);
    this.#fieldsOf(fields, rules.crmFields, 'CRM');
    if (operation.op === 'create') {
      this.#created(operation);
      return;
    }
    const changed = Object.keys(fields).filter(field => !ADDRESS.includes(field)) as Field[];
    const refused = changed.filter(field => !crmTakes(field, rules));
    if (refused.length > 0)
      throw new Violation('direction', `${record?.id} does not take ${refused.join(', ')}`);
    if (record?.told?.editable === false && !record.editable)
      throw new Violation('direction', `${record.id} may not be edited by this user, and says so`);
    const raced = record !== null && record.changedTick > record.readTick;
    if (record && !raced && isThere(fields, this.#crm.seen(record).fields))
      throw new Violation('echo', `${record.id} gets what it has: ${JSON.stringify(fields)}`);
  }

  #created({ kind, fields, key }: Extract<CrmWrite, { op: 'create' }>): void {
    const id = key.split(':')[1] ?? '';
    if (this.untouched.has(id)) throw new Violation('direction', `${id} was there before and nobody sent it`);
    const addresses = addressesOf(fields);
    const twin = [...this.#crm.records.values()].find(
      record =>
        record.kind === kind &&
        record.key !== key &&
        !record.deleted &&
        record.successor === null &&
        // What changed since we asked we could not know.
        record.changedTick <= this.#crm.askedTick &&
        addressesOf(record.fields).some(address => addresses.includes(address)),
    );
    if (twin) throw new Violation('unique', `${twin.id} has an address of ${id} already`);
  }

  /** The other side has the value for itself: the website under the link to the record (POL-12). */
  standsElsewhere(where: string, field: Field, value: string | null): boolean {
    const item = this.#mailbox.items.get(where);
    if (item) return this.#standsInCrm(this.#entryOf(item), field, value);
    const [entry] = this.#pairing.ledger.itemsOf([], [where]);
    return alike(this.#mailbox.items.get(entry?.mailboxItemId ?? '')?.fields[field] ?? '\u0000', value);
  }

  #standsInCrm(entry: Item | undefined, field: Field, value: string | null): boolean {
    const record = this.#crm.records.get(entry?.crmId ?? '');
    const heir = this.#crm.records.get(record?.successor?.id ?? '');
    return [record, heir].some(
      one =>
        one !== undefined &&
        (alike(one.fields[field], value) || alike(this.#crm.seen(one).fields[field], value)),
    );
  }

  #fieldsOf(fields: Fields, known: ReadonlySet<string>, side: string): void {
    const unknown = Object.keys(fields).filter(field => !known.has(field));
    if (unknown.length > 0)
      throw new Violation('direction', `the ${side} does not have ${unknown.join(', ')}`);
  }

  /** The user's own again: what is blank there may be filled when it is linked anew (PAIR-7). */
  #released(itemId: string): void {
    const fields = this.#mailbox.items.get(itemId)?.fields ?? {};
    for (const field of FIELDS)
      if (sameText(fields[field], null)) this.#around.authorship.carried(itemId, field);
  }

  /**
   * How much of a long value a system showed is unknown if its user edited it before anybody read it back: the story
   * does not ask for the rest.
   */
  recovered({ mailboxItemId, crmId }: Item): void {
    const item = this.#mailbox.items.get(mailboxItemId ?? '');
    const record = this.#crm.records.get(crmId ?? '');
    if (!item || !record || item.changedTick + record.changedTick === 0) return;
    this.#around.reach('edited before its create was answered');
    const { authorship } = this.#around;
    for (const field of FIELDS) {
      if (this.#mailbox.cuts(field, record.fields[field] ?? '')) authorship.carried(record.id, field);
      if (this.#crm.cuts(field, item.fields[field] ?? '')) authorship.carried(item.id, field);
    }
  }

  /** Agreed by our account, and in truth: a later chunk of the same cycle may bring what supersedes it. */
  #agreed({ mailboxItemId, crmId, mailboxBase, crmBase }: Item): void {
    const item = this.#mailbox.items.get(mailboxItemId ?? '');
    const record = this.#crm.records.get(crmId ?? '');
    if (!item || !record) return;
    const shown = this.#crm.seen(record).fields;
    // Who went on before our write had the value before them as well.
    const movedOn = item.changedTick > item.readTick;
    for (const field of FIELDS) {
      const agreed = mailboxBase?.fields[field];
      if (agreed === undefined || !alike(crmBase?.[field], agreed) || !alike(shown[field], agreed)) continue;
      const still = alike(item.fields[field], agreed);
      if (still) this.#around.authorship.carried(item.id, field);
      if (still || movedOn) this.#around.authorship.carried(record.id, field);
    }
  }

  /** What both said at adoption is agreed, whoever goes on to change it. */
  #adopted({ mailboxItemId, crmId, mailboxBase, crmBase }: Item): void {
    const item = this.#mailbox.items.get(mailboxItemId ?? '');
    const record = this.#crm.records.get(crmId ?? '');
    for (const id of [mailboxItemId, crmId]) this.#around.authorship.filledIn(id ?? '');
    for (const field of FIELDS) {
      const agreed = mailboxBase?.fields[field];
      if (agreed === undefined || !alike(agreed, crmBase?.[field])) continue;
      for (const one of [item, record])
        if (one && alike(one.fields[field], agreed)) this.#around.authorship.carried(one.id, field);
    }
  }

  #note({ item, events, one }: Plan): void {
    if (item?.link === 'linked') this.#agreed(item);
    for (const { action, code, reason } of events) {
      if (action === 'released') this.#released(item?.mailboxItemId ?? '');
      if (action === 'adopted' && item) this.#adopted(item);
      this.#around.reach(`event: ${action}`);
      this.#around.tell(`  ${item?.id ?? one.item?.id}: ${action} ${code ?? ''} ${reason}`);
    }
  }

  /** After each chunk: the history kept what gave way, and the guard was asked (POL-20). */
  settled(module: Module, plans: readonly Plan[], linkedBefore: number): void {
    const { ledger, settings } = this.#pairing;
    for (const plan of plans) this.#note(plan);
    this.#around.authorship.settle(ledger.losses);
    const { count, percent } = settings.guard;
    const asked = new Set(plans.flatMap(plan => (plan.failed ? [] : removalsOf(plan))));
    for (const [what, recent] of ledger.recent(module, this.#around.nowMs)) {
      if (!asked.has(what)) continue;
      const removed = ledger.removals.filter(
        removal => removal.module === module && removal.what === what && !removal.approved,
      ).length;
      const most = Math.max(5, ((linkedBefore + recent.pairing) * percent) / 100);
      if (removed > count || removed > most)
        throw new Violation('evidence', `${removed} times ${what} of ${module} within a day`);
    }
  }
}

export function moduleOfRecord(record: RecordInCrm): Module {
  return MODULE_OF[record.kind];
}

function isThere(fields: Fields, held: Fields): boolean {
  return (Object.keys(fields) as Field[]).every(field => sameText(fields[field], held[field]));
}
