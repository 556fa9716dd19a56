import { KIND_OF } from '../../sync/modules.ts';
import type { Field, Fields } from '../../sync/record.ts';
import { decide } from './admin.ts';
import type { PretendedCrm } from './crm.ts';
import type { Judge } from './judge.ts';
import type { ItemInMailbox, PretendedMailbox } from './mailbox.ts';
import { type Convening, meetingOf, reconvened } from './meeting.ts';
import type { Pairing } from './pairing.ts';
import { COLLEAGUE, type RecordInCrm, USER } from './record.ts';
import { CATEGORIES, OWN_CATEGORY } from './rules.ts';
import type { Category, Deed, SimpleDeed } from './scenario.ts';
import type { Surroundings } from './surroundings.ts';
import { alike, FIELDS } from './systems.ts';

const CATEGORY_NAMES: Readonly<Record<Category, readonly string[]>> = {
  none: [],
  contacts: [CATEGORIES.contacts],
  leads: [CATEGORIES.leads],
  both: [CATEGORIES.leads, OWN_CATEGORY, CATEGORIES.contacts],
  own: [OWN_CATEGORY],
};

/** The people at both ends, and the admin: they do what the story says, where it makes sense at that moment. */
export class Users {
  /** How many things there are: new ones take the next number. */
  cast = 0;
  readonly #pairing: Pairing;
  readonly #mailbox: PretendedMailbox;
  readonly #crm: PretendedCrm;
  readonly #judge: Judge;
  readonly #around: Surroundings;

  constructor(
    pairing: Pairing,
    mailbox: PretendedMailbox,
    crm: PretendedCrm,
    judge: Judge,
    around: Surroundings,
  ) {
    this.#pairing = pairing;
    this.#mailbox = mailbox;
    this.#crm = crm;
    this.#judge = judge;
    this.#around = around;
  }

  act(deed: Deed): void {
    if (!this.#done(deed)) return;
    this.#around.tick += 1;
    this.#around.reach(deed.do);
    this.#around.tell(`  users: ${JSON.stringify(deed)}`);
  }

  #done(deed: Deed): boolean {
    switch (deed.do) {
      case 'change policy':
        this.#pairing.changePolicy(deed.settings);
        return true;
      case 'rename account':
        return this.#renameAccount(deed.account, deed.name);
      case 'enumerate':
        this.#pairing.enumerates = true;
        return true;
      case 'sweep':
        this.#pairing.ledger.sweepWanted = true;
        return true;
      case 'approve':
        return decide('approved', this.#pairing.ledger, this.#around);
      case 'reject':
        return decide('rejected', this.#pairing.ledger, this.#around);
      case 'create item':
        return this.#createItem(deed);
      case 'create record':
        return this.#createRecord(deed);
      default:
        return this.#toOne(deed);
    }
  }

  #toOne(deed: Extract<Deed, { who: number }>): boolean {
    if (this.cast === 0) return false;
    const who = deed.who % this.cast;
    if (deed.do.endsWith('item')) {
      const item = this.#itemOf(who, deed.do === 'restore item');
      return item !== undefined && this.#toItem(deed, item);
    }
    const record = this.#recordOf(who);
    return record !== undefined && this.#toRecord(deed, record);
  }

  #itemOf(who: number, dead: boolean): ItemInMailbox | undefined {
    return this.#itemsOf(who, dead)[0];
  }

  /** The thing's item, and copies of it. */
  #itemsOf(who: number, dead: boolean): ItemInMailbox[] {
    return [...this.#mailbox.items.values()].filter(item => item.who === who && item.dead === dead);
  }

  #recordOf(who: number): RecordInCrm | undefined {
    return this.#recordsOf(who)[0];
  }

  #recordsOf(who: number): RecordInCrm[] {
    return [...this.#crm.records.values()].filter(
      record => record.who === who && !record.deleted && record.successor === null,
    );
  }

  #toItem(deed: Extract<Deed, { who: number }>, item: ItemInMailbox): boolean {
    switch (deed.do) {
      case 'edit item':
        this.#seen(item.fields, deed.fields, this.#recordsOf(item.who));
        this.#mailbox.edit(item, deed.fields, this.#isCompared(item.id));
        return true;
      case 'move item':
        if (deed.container === item.container || item.meeting || item.container === 'tasks:list')
          return false;
        // Moved into a folder that is read, it is new there (POL-8).
        if (item.container === 'elsewhere') this.#judge.untouched.delete(item.id);
        this.#mailbox.move(item, deed.container);
        return true;
      case 'categorize item':
        this.#categorize(item, deed.category);
        return true;
      default:
        return this.#simplyToItem(deed.do as SimpleDeed, item);
    }
  }

  /** Who edits a value that both sides have supersedes it on both, and in every copy. */
  #seen(
    before: Fields,
    edits: Fields,
    others: readonly { readonly id: string; readonly fields: Fields }[],
  ): void {
    for (const { id, fields } of others)
      for (const field of Object.keys(edits) as Field[])
        if (alike(before[field], fields[field])) this.#around.authorship.superseded(id, field);
  }

  /** What stays away keeps what both sides agreed on, and goes on from there when it returns (POL-8). */
  #isCompared(id: string): boolean {
    const { ledger } = this.#pairing;
    return ledger.itemsOf([id], [id]).some(({ link }) => link === 'linked' || link === 'away');
  }

  #categorize(item: ItemInMailbox, category: Category): void {
    item.categories = CATEGORY_NAMES[category];
    if (category !== 'none' && category !== 'own') this.#judge.untouched.delete(item.id);
    this.#mailbox.handled(item);
  }

  #simplyToItem(deed: SimpleDeed, item: ItemInMailbox): boolean {
    switch (deed) {
      case 'delete item':
        item.dead = true;
        this.#mailbox.handled(item);
        return true;
      case 'restore item':
        this.#again(item);
        return true;
      case 'copy item':
        this.#again(item);
        return true;
      case 'touch item':
        this.#mailbox.touch(item);
        return true;
      case 'decline item':
      case 'cancel item':
      case 'invite item':
        return this.#convene(deed, item);
      default:
        return false;
    }
  }

  #convene(deed: Convening, item: ItemInMailbox): boolean {
    const meeting = reconvened(deed, item.meeting);
    if (!meeting) return false;
    item.meeting = meeting;
    this.#mailbox.handled(item);
    return true;
  }

  /** The same content under a new id: restored from the deleted items, or copied by its user. */
  #again(item: ItemInMailbox): void {
    const { who, fields, container, categories, stamp, meeting } = item;
    const twin = this.#mailbox.put(who, fields, { container, categories, meeting }, stamp);
    const { authorship } = this.#around;
    authorship.copied(item.id, twin.id);
    // What is blank on a thing that was never compared may be filled (PAIR-7).
    for (const field of FIELDS) if (alike(fields[field], null)) authorship.carried(twin.id, field);
  }

  #toRecord(deed: Extract<Deed, { who: number }>, record: RecordInCrm): boolean {
    switch (deed.do) {
      case 'edit record':
        this.#seen(record.fields, deed.fields, this.#itemsOf(record.who, false));
        this.#crm.edit(record, deed.fields, this.#isCompared(record.id));
        return true;
      case 'give record':
        record.ownerId = deed.own ? USER : COLLEAGUE;
        this.#crm.handled(record);
        return true;
      case 'merge record':
        return this.#merge(record, this.#recordOf(deed.into % this.cast));
      case 'convert record':
        return this.#convert(record);
      default:
        return this.#simplyToRecord(deed.do as SimpleDeed, record);
    }
  }

  #simplyToRecord(deed: SimpleDeed, record: RecordInCrm): boolean {
    switch (deed) {
      case 'delete record':
        record.deleted = true;
        break;
      case 'hide record':
        record.visible = false;
        break;
      case 'show record':
        record.visible = true;
        break;
      case 'lock record':
        record.editable = false;
        record.wasLocked = true;
        break;
      case 'unlock record':
        record.editable = true;
        break;
      default:
    }
    this.#crm.handled(record);
    return true;
  }

  #merge(loser: RecordInCrm, winner: RecordInCrm | undefined): boolean {
    if (!winner || winner === loser || winner.kind !== loser.kind) return false;
    this.#sameBefore(loser, winner);
    winner.wasLocked ||= loser.wasLocked;
    loser.deleted = true;
    loser.successor = { kind: winner.kind, id: winner.id };
    this.#crm.handled(loser);
    this.#crm.handled(winner);
    return true;
  }

  /** What an item's user had before them is no news when the record's successor says the same. */
  #sameBefore(loser: RecordInCrm, winner: RecordInCrm): void {
    const { authorship } = this.#around;
    const item = this.#itemOf(loser.who, false);
    for (const field of item ? FIELDS : []) {
      const known = authorship.knownBefore(item?.id ?? '', field) ?? item?.fields[field];
      if (alike(known, winner.fields[field])) authorship.carried(winner.id, field);
    }
  }

  /** A lead becomes a contact with the same values; the company goes into an account, if there is one. */
  #convert(lead: RecordInCrm): boolean {
    if (lead.kind !== 'lead') return false;
    const { company: _company, ...own } = lead.fields;
    const account = this.#crm.accounts.find(one => one.name === lead.fields.company)?.id ?? null;
    const contact = this.#crm.put(lead.who, 'contact', own, {
      ownerId: lead.ownerId,
      accountId: account,
      editable: lead.editable,
    });
    contact.wasLocked = lead.wasLocked;
    this.#crm.handled(contact);
    this.#around.authorship.copied(lead.id, contact.id);
    lead.successor = { kind: 'contact', id: contact.id };
    this.#crm.handled(lead);
    return true;
  }

  #renameAccount(index: number, name: string): boolean {
    const account = this.#crm.accounts[index];
    if (!account) return false;
    const before = account.name;
    account.name = name;
    this.#crm.touched.add(account.id);
    for (const record of this.#crm.records.values()) {
      if (record.accountId !== account.id) continue;
      this.#seen({ company: before }, { company: name }, this.#itemsOf(record.who, false));
      this.#around.tick += 1;
      record.changedTick = this.#around.tick;
    }
    return true;
  }

  #createItem({ fields, container, category, meeting: role }: Extract<Deed, { do: 'create item' }>): boolean {
    const who = this.cast++;
    const meeting = container === 'calendar' ? meetingOf(role, who) : undefined;
    const categories = CATEGORY_NAMES[category];
    const item = this.#mailbox.put(who, fields, { container, categories, meeting });
    this.#around.authorship.wroteAll(item.id, item.fields);
    this.#mailbox.handled(item);
    return true;
  }

  #createRecord({ module, fields, own }: Extract<Deed, { do: 'create record' }>): boolean {
    const record = this.#crm.put(this.cast++, KIND_OF[module], fields, {
      ownerId: own ? USER : COLLEAGUE,
    });
    this.#around.authorship.wroteAll(record.id, record.fields);
    this.#crm.handled(record);
    return true;
  }
}
