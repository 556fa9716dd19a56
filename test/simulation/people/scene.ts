import { type Entry, type PairingRow, readEntries, readPairings } from '../ledger.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { FIELD_NAMES, FIELDS, type FieldName, type Json, type PersonObject } from './fields.ts';
import { Hands, type Item, type PersonRecord, type Values } from './hands.ts';
import type { Memory } from './memory.ts';
import { ADDRESS_BOOK, type PeoplePolicy, policyOf } from './policy.ts';

export type Place = 'synced' | 'contacts' | 'private';

/** Where an act happens: one user, with all that their hands reach. */
export class Scene {
  readonly company: SimulatedCompany;
  readonly memory: Memory;
  readonly hands: Hands;
  readonly policy: PeoplePolicy;
  readonly pairings: readonly PairingRow[];
  readonly pairing: PairingRow;
  readonly act: Act;

  private constructor(
    company: SimulatedCompany,
    memory: Memory,
    policy: PeoplePolicy,
    pairings: readonly PairingRow[],
    act: Act,
  ) {
    this.company = company;
    this.memory = memory;
    this.hands = new Hands(company);
    this.policy = policy;
    this.pairings = pairings;
    this.pairing = pairings[act.user] ?? (pairings[0] as PairingRow);
    this.act = act;
  }

  static async of(company: SimulatedCompany, memory: Memory, act: Act): Promise<Scene> {
    return new Scene(company, memory, await policyOf(company), await readPairings(company), act);
  }

  get mailbox(): string {
    return this.pairing.mailbox;
  }

  get user(): string {
    return nameOf(this.mailbox);
  }

  get person(): string {
    return String(this.act.person);
  }

  get atMs(): number {
    return this.company.now();
  }

  /** What the act says about fields. */
  get entered(): Values {
    const { act } = this;
    return Object.fromEntries(
      FIELD_NAMES.flatMap(field => (field in act ? [[field, act[field] as string | null]] : [])),
    );
  }

  /** The product has looked at the mailbox and made its folders. */
  get isPrepared(): boolean {
    return this.pairing.rootFolderId !== null;
  }

  /** Where the product's folder is not (any more), its people go into Contacts. */
  async folderOf(place: Place): Promise<string> {
    const { hands, mailbox, pairing, policy } = this;
    if (place === 'private') return hands.privateFolder(mailbox);
    if (place === 'synced' && policy.contacts.separateFolder) {
      const own = (await hands.folders(mailbox)).find(({ id }) => id === pairing.contactFolderId);
      if (own) return own.id;
    }
    return hands.defaultFolder(mailbox);
  }

  async item(): Promise<Item | null> {
    return (await this.hands.itemsOf(this.mailbox, this.person))[0] ?? null;
  }

  async record(object?: PersonObject): Promise<PersonRecord | null> {
    return (await this.hands.recordsOf(this.person, object))[0] ?? null;
  }

  entries(): Promise<Entry[]> {
    return readEntries(this.company, ADDRESS_BOOK);
  }

  /** The items that the product holds for partners of a record, or the other way round. */
  async partners(id: string): Promise<Entry[]> {
    const entries = await this.entries();
    return entries.filter(entry => entry.link === 'linked' && (entry.itemId === id || entry.recordId === id));
  }

  /** The owner's own hand in the CRM; nobody else sees the record. */
  async inCrm<T>(ownerId: string, method: string, path: string, body?: Json): Promise<T> {
    for (const { mailbox } of this.pairings) {
      if ((await this.hands.userId(mailbox)) === ownerId)
        return this.company.crm(mailbox).call(method, path, body && { ...body });
    }
    return this.hands.asAdministrator(method, path, body);
  }

  remember(where: string, entered: Values): void {
    const { memory, person, atMs } = this;
    for (const [field, value] of Object.entries(entered) as [FieldName, string | null][])
      if (value !== null) memory.edits.push({ person, field, value, where, atMs });
  }

  /** What stood there is seen and given up. */
  async rememberOver(where: string, entered: Values, before: Item | PersonRecord): Promise<void> {
    const { memory, person, atMs } = this;
    const hasPartner = (await this.partners(before.id)).length > 0;
    for (const [field, value] of Object.entries(entered) as [FieldName, string | null][]) {
      memory.discard([before.values[field]]);
      if (value === null && before.values[field] && hasPartner)
        memory.clearings.push({ person, field, where, thingId: before.id, atMs });
    }
    this.remember(where, entered);
  }
}

export function nameOf(mailbox: string): string {
  return mailbox.split('@')[0] ?? mailbox;
}

/** What Outlook sends when these values are entered over what it shows. */
export function enteredInto(item: Json, values: Values): Json {
  let body: Json = {};
  for (const [field, value] of Object.entries(values) as [FieldName, string | null][])
    body = { ...body, ...FIELDS[field].entered(value, { ...item, ...body }) };
  return body;
}

export function inWords(values: Values): string {
  const told = Object.entries(values).map(([field, value]) => `${field} ${value ?? 'nothing'}`);
  return told.join(', ');
}
