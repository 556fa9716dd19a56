import { SyncFailure } from '../../sync/failure.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmFolderRecords, FolderRecord, RecordDraft, RecordLengths } from '../archive.ts';
import type { Outcome } from '../connector.ts';
import type { MemoryOrg } from './org.ts';
import { outcomeOf } from './outcome.ts';

export interface StoredFolderRecord {
  readonly kind: FolderKind;
  readonly id: string;
  readonly number: string | null;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly accountId: string | null;
  readonly contactId: string | null;
  readonly values: RecordDraft['defaults'];
  readonly key: string | null;
  readonly isOpen: boolean;
  readonly deleted: boolean;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

/** The fields that defaults can name, by kind; a quote needs its opportunity. */
const knownFields: Readonly<Record<string, readonly string[]>> = {
  opportunities: ['StageName', 'CloseDate', 'Amount', 'NextStep'],
  cases: ['Status', 'Priority', 'Origin'],
  quotes: ['OpportunityId', 'Status'],
};
const words: Readonly<Record<string, string>> = {
  opportunities: 'Opportunity',
  cases: 'Case',
  quotes: 'Quote',
};
const dayLength = 'yyyy-MM-dd'.length;
const lengths = { nameLength: 120, descriptionLength: 32_000 };

/** Records with folders that one user sees: his own. */
export class MemoryFolderRecords implements CrmFolderRecords {
  readonly #org: MemoryOrg;
  readonly #userId: string;

  constructor(org: MemoryOrg, userId: string) {
    this.#org = org;
    this.#userId = userId;
  }

  async lengths(kind: FolderKind): Promise<RecordLengths | null> {
    return this.#org.folderKinds.has(kind) ? lengths : null;
  }

  async open(
    kind: FolderKind,
    { ownerId, after, limit }: Parameters<CrmFolderRecords['open']>[1],
  ): Promise<{ records: FolderRecord[]; next: string | null }> {
    const all = this.#visible(kind)
      .filter(record => record.isOpen && (ownerId === undefined || record.ownerId === ownerId))
      .filter(({ id }) => after === null || id > after)
      .sort((a, b) => a.id.localeCompare(b.id));
    const page = all.slice(0, limit);
    const next = all.length > page.length ? (page.at(-1)?.id ?? null) : null;
    return { records: page.map(record => this.#shown(record)), next };
  }

  async read(kind: FolderKind, ids: readonly string[]): Promise<Map<string, FolderRecord>> {
    const wanted = new Set(ids);
    const found = this.#visible(kind).filter(({ id }) => wanted.has(id));
    return new Map(found.map(record => [record.id, this.#shown(record)]));
  }

  async create(drafts: readonly RecordDraft[]): Promise<Outcome<FolderRecord>[]> {
    return drafts.map(draft => outcomeOf(() => this.#shown(this.#create(draft))));
  }

  async findCreated(
    attempts: Parameters<CrmFolderRecords['findCreated']>[0],
  ): Promise<Map<string, FolderRecord>> {
    const found = attempts.map(({ kind, key }) => this.#visible(kind).find(record => record.key === key));
    return new Map(found.flatMap(record => (record?.key ? [[record.key, this.#shown(record)]] : [])));
  }

  #create(draft: RecordDraft): StoredFolderRecord {
    const { kind, key, defaults } = draft;
    if (!this.#org.folderKinds.has(kind)) throw new SyncFailure('schema', `there are no ${kind}`);
    const earlier = [...this.#org.folderRecords.values()].find(record => record.key === key);
    if (earlier !== undefined) return earlier;
    for (const field of Object.keys(defaults))
      if (!knownFields[kind]?.includes(field)) throw refusal(field, `there is no field ${field}`);
    if (kind === 'quotes' && defaults.OpportunityId === undefined)
      throw refusal('OpportunityId', 'a quote needs an opportunity');
    return this.#org.addFolderRecord({ ...draft, ownerId: this.#userId, values: defaults });
  }

  #visible(kind: FolderKind): StoredFolderRecord[] {
    return [...this.#org.folderRecords.values()].filter(
      record => record.kind === kind && !record.deleted && this.#org.owns(this.#userId, record.ownerId),
    );
  }

  #shown({
    kind,
    id,
    number,
    name,
    ownerId,
    modifiedAtMs,
    isOpen,
    ...record
  }: StoredFolderRecord): FolderRecord {
    const { accountId, contactId, createdAtMs, values } = record;
    const url = `https://crm.example/${kind}/${id}`;
    const facts = {
      kind: words[kind] ?? kind.replace('custom:', ''),
      number,
      name,
      account: this.#org.accounts.get(accountId ?? '')?.name ?? null,
      contact: this.#org.records.get(contactId ?? '')?.fields.lastName ?? null,
      owner: this.#org.users.find(user => user.id === ownerId)?.name ?? null,
      amount: typeof values.Amount === 'number' ? { value: values.Amount, currency: null } : null,
      stage: String(values.StageName ?? values.Status ?? 'New'),
      closeDay: values.CloseDate === undefined ? null : String(values.CloseDate),
      createdDay: new Date(createdAtMs).toISOString().slice(0, dayLength),
      lastActivityDay: null,
      viewUrl: `${url}/view`,
      editUrl: `${url}/edit`,
    };
    return { kind, id, number, name, ownerId, modifiedAtMs, isOpen, facts };
  }
}

function refusal(field: string, message: string): SyncFailure {
  const fix = `Correct ${field} in the policy's defaults for this module.`;
  return new SyncFailure('validation', message, { fields: [field], fix });
}
