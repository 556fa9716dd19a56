import { type PairingRow, readPairings } from '../ledger.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { type Folder, Hands, type OpenRecord } from './hands.ts';
import type { Copy, Memory } from './memory.ts';

/** Where an act happens: one user, with the mailbox and the CRM as they are now. */
export class Scene {
  readonly company: SimulatedCompany;
  readonly memory: Memory;
  readonly hands: Hands;
  readonly pairings: readonly PairingRow[];
  readonly pairing: PairingRow;
  readonly act: Act;

  private constructor(company: SimulatedCompany, memory: Memory, act: Act, pairings: readonly PairingRow[]) {
    this.company = company;
    this.memory = memory;
    this.hands = new Hands(company);
    this.pairings = pairings;
    this.pairing = pairings[act.user] ?? (pairings[0] as PairingRow);
    this.act = act;
  }

  static async of(company: SimulatedCompany, memory: Memory, act: Act): Promise<Scene> {
    return new Scene(company, memory, act, await readPairings(company));
  }

  get mailbox(): string {
    return this.pairing.mailbox;
  }

  get user(): string {
    return this.mailbox.split('@')[0] ?? '';
  }

  get atMs(): number {
    return this.company.now();
  }

  copy(): Copy | undefined {
    return this.memory.copyOf(String(this.act.letter), this.mailbox);
  }

  outlook<T>(method: string, path: string, body?: Readonly<Record<string, unknown>>): Promise<T> {
    return this.hands.outlook(this.mailbox).call<T>(method, path, body && { ...body });
  }

  /** Null where there is no such folder, or its user has deleted it. */
  async folder(id: string): Promise<Folder | null> {
    return this.outlook<Folder>('GET', `/mailFolders/${id}`).catch(() => null);
  }

  /** The record that is called so: by its user's name for it, or by the letter that it was made of. */
  async record(name: string): Promise<OpenRecord | null> {
    const records = await this.hands.records();
    const found = records.find(({ title }) => new RegExp(`(^| )${name} `).test(title));
    return found && (await this.hands.isThere(found)) ? found : null;
  }

  /** Where a user finds a place of that name: the key under which the product knows it, and the folder. */
  async place(name: string): Promise<{ readonly key: string; readonly folderId: string } | null> {
    if (name === 'inbox' || name === 'sentitems') return { key: name, folderId: name };
    if (name === 'filed' || name === 'inside') return this.#ownFolder(name);
    const key = await this.keyOf(name);
    const { rootFolderId } = this.pairing;
    if (key === 'root') return rootFolderId === null ? null : { key, folderId: rootFolderId };
    const known = await this.hands.folderIds();
    const found = known.find(folder => folder.pairingId === this.pairing.id && folder.key === key);
    return found && (await this.folder(found.folderId)) ? { key, folderId: found.folderId } : null;
  }

  async keyOf(name: string): Promise<string> {
    const [, wanted] = /^record:(.*)$/.exec(name) ?? [];
    if (wanted === undefined) return name;
    const record = await this.record(wanted);
    return `record:${record?.object === 'Case' ? 'cases' : 'opportunities'}:${record?.id}`;
  }

  /** Beside the product's folders, or somewhere inside of one of them. */
  async #ownFolder(name: 'filed' | 'inside'): Promise<{ key: string; folderId: string } | null> {
    const folders = await this.hands.folders(this.mailbox);
    const known = folders.find(({ displayName }) => displayName.startsWith(OWN_NAMES[name]));
    if (known) return { key: name, folderId: known.id };
    if (name === 'inside') return null;
    const body = { displayName: OWN_NAMES.filed };
    const made = await this.outlook<Folder>('POST', '/mailFolders', body);
    return { key: name, folderId: made.id };
  }

  /** The owner's own hand in the CRM. */
  async inCrm<T>(ownerId: string, method: string, path: string, body?: object): Promise<T> {
    const { administrator } = this.hands;
    for (const { mailbox } of this.pairings) {
      if ((await administrator.userId(mailbox)) === ownerId)
        return this.company.crm(mailbox).call(method, path, body && { ...body });
    }
    return administrator.call(method, path, body && { ...body });
  }
}

export const OWN_NAMES = { filed: 'Filed', inside: 'Mine' } as const;
