import { Administrator } from '../administrator.ts';
import { type Entry, type PairingRow, readEntries, readPairings } from '../ledger.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import type { Memory, OwnItem, TakenOut } from './memory.ts';
import type { ActivityModule, CrmThing, Thing, Values } from './thing.ts';
import { nameOf } from './view.ts';

/** Whose hand changes a record. */
export const OWNER = 'the owner in the CRM';

/** Where an act happens: one user, and what the product holds of the thing in question. */
export class Scene {
  readonly company: SimulatedCompany;
  readonly memory: Memory;
  readonly administrator: Administrator;
  readonly pairings: readonly PairingRow[];
  readonly pairing: PairingRow;
  readonly act: Act;
  readonly #entries: readonly Entry[];

  private constructor(
    company: SimulatedCompany,
    memory: Memory,
    act: Act,
    pairings: readonly PairingRow[],
    entries: readonly Entry[],
  ) {
    this.company = company;
    this.memory = memory;
    this.administrator = new Administrator(company);
    this.pairings = pairings;
    this.pairing = pairings[act.user] ?? (pairings[0] as PairingRow);
    this.act = act;
    this.#entries = entries;
  }

  static async of(
    company: SimulatedCompany,
    memory: Memory,
    modules: readonly ActivityModule[],
    act: Act,
  ): Promise<Scene> {
    const entries = await readEntries(company, modules);
    return new Scene(company, memory, act, await readPairings(company), entries);
  }

  get mailbox(): string {
    return this.pairing.mailbox;
  }

  get user(): string {
    return nameOf(this.mailbox);
  }

  /** Which appointment or task. */
  get name(): string {
    return String(this.act.thing);
  }

  get atMs(): number {
    return this.company.now();
  }

  /** What the act says about these fields. */
  entered(fields: readonly string[]): Values {
    const { act } = this;
    return Object.fromEntries(
      fields.flatMap(field => (field in act ? [[field, act[field] as string | null]] : [])),
    );
  }

  /** The items that the product holds for partners of a record, or the other way round. */
  partners(id: string): Entry[] {
    return this.#entries.filter(
      entry => entry.link === 'linked' && (entry.itemId === id || entry.recordId === id),
    );
  }

  /** The owner's own hand in the CRM. */
  async inCrm<T>(ownerId: string, method: string, path: string, body?: object): Promise<T> {
    for (const { mailbox } of this.pairings) {
      if ((await this.administrator.userId(mailbox)) === ownerId)
        return this.company.crm(mailbox).call(method, path, body && { ...body });
    }
    return this.administrator.call(method, path, body && { ...body });
  }

  /** What was entered, and what stood there before: that was seen and given up. */
  remember(where: string, entered: Values, telling: readonly string[], before: Thing | null): void {
    const { memory, name } = this;
    memory.edited(name, where);
    for (const [field, value] of Object.entries(entered)) {
      if (!telling.includes(field)) continue;
      memory.discard([before?.values[field]]);
      if (value !== null) memory.edits.push({ name, field, value, where });
    }
  }

  rememberItem(itemId: string, isMarked: boolean, details: Partial<OwnItem> = {}): void {
    const { mailbox, name, atMs, memory } = this;
    memory.ownItems.push({ itemId, mailbox, name, wasOurs: false, isCopy: false, atMs, ...details });
    if (isMarked) memory.marked.push({ itemId, atMs });
  }

  takeOut(item: Thing, how: TakenOut['how'], mailbox = this.mailbox): void {
    const { atMs, memory } = this;
    const [partner] = this.partners(item.id);
    const recordId = partner?.recordId ?? null;
    memory.takenOut.push({ mailbox, itemId: item.id, name: item.name, how, atMs, recordId });
  }

  depart(record: CrmThing, how: 'deleted' | 'given away' | 'private'): void {
    const { atMs, memory } = this;
    const itemIds = this.partners(record.id).flatMap(({ itemId }) => itemId ?? []);
    memory.departures.push({ name: record.name, recordId: record.id, how, atMs, itemIds });
  }
}
