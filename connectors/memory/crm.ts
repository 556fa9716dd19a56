import { SyncFailure } from '../../sync/failure.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmRef } from '../../sync/record.ts';
import type {
  ConnectionCheck,
  CrmAbsence,
  CrmCapabilities,
  CrmChange,
  CrmChangesResult,
  CrmConnection,
  CrmSession,
  CrmUser,
  FeedKind,
} from '../connector.ts';
import { type LogEntry, type MemoryOrg, partsOf, storedFields } from './org.ts';
import { MemorySession } from './session.ts';

const rowsPerPage = 50;

/** A CRM without a network: the executable reference of the conformance suite. */
export class MemoryCrm implements CrmConnection {
  readonly system = 'memory';
  readonly #org: MemoryOrg;

  constructor(org: MemoryOrg) {
    this.#org = org;
  }

  async capabilities(): Promise<CrmCapabilities> {
    return {
      fields: storedFields,
      modules: ['contacts', 'leads', 'appointments', 'calls', 'tasks'],
      idempotentCreate: 'externalKey',
      lateCommitMs: 0,
      settleMs: 0,
      feed: 'connection',
      maxWriteBatch: 200,
      maxReadBatch: 2_000,
    };
  }

  async reader(): Promise<CrmSession> {
    return new MemorySession(this.#org, this.#org.readerId);
  }

  async asUser(user: { id: string; login: string }): Promise<CrmSession> {
    if (!this.#org.users.some(({ id, active }) => id === user.id && active)) {
      throw new SyncFailure('forbidden', `${user.login} cannot be acted for`);
    }
    return new MemorySession(this.#org, user.id);
  }

  async usersByEmail(addresses: readonly string[]): Promise<Map<string, CrmUser[]>> {
    return this.#org.usersByEmail(addresses);
  }

  async user(id: string): Promise<CrmUser | null> {
    return this.#org.users.find(user => user.id === id) ?? null;
  }

  async users(): Promise<{ users: CrmUser[]; next: string | null }> {
    return { users: [...this.#org.users], next: null };
  }

  async changes(
    requests: readonly { readonly kind: FeedKind; readonly cursor: string }[],
  ): Promise<Map<FeedKind, CrmChangesResult>> {
    return new Map(requests.map(({ kind, cursor }) => [kind, this.#changesOf(kind, Number(cursor))]));
  }

  async startCursor(): Promise<string> {
    return String(this.#org.log.length);
  }

  async absence(refs: readonly CrmRef[]): Promise<Map<string, CrmAbsence | { readonly successor: CrmRef }>> {
    return new Map(refs.map(ref => [ref.id, this.#reasonOf(ref)]));
  }

  budget(): null {
    return null;
  }

  async orgKey(): Promise<string> {
    return 'memory:org';
  }

  url({ kind, id }: Parameters<CrmConnection['url']>[0], mode: 'view' | 'edit'): string {
    return `https://crm.example/${kind}/${id}/${mode}`;
  }

  async test(): Promise<ConnectionCheck[]> {
    return [{ stage: 'sign-in', check: 'memory', state: 'ok', detail: 'Nothing is needed.' }];
  }

  #changesOf(kind: FeedKind, start: number): CrmChangesResult {
    if (isFolderKind(kind) && !this.#org.folderKinds.has(kind))
      return { type: 'failed', failure: new SyncFailure('schema', `there are no ${kind}`) };
    if (!Number.isInteger(start) || start > this.#org.log.length) {
      return { type: 'resync', reason: 'the cursor cannot be read' };
    }
    const entries = this.#org.log.map((entry, index) => ({ entry, index })).slice(start);
    const own = entries.filter(({ entry }) => feedOf(entry.ref.kind) === kind);
    const page = own.slice(0, rowsPerPage);
    const more = own.length > page.length;
    return {
      type: 'changes',
      changes: page.map(({ entry, index }) => this.#changeOf(entry, index)),
      cursor: String(more ? page.at(-1)!.index + 1 : this.#org.log.length),
      more,
      serverNowMs: this.#org.now(),
    };
  }

  #changeOf({ ref, atMs }: LogEntry, index: number): CrmChange {
    const at = { ref, version: String(index), changedAtMs: atMs };
    if (ref.kind === 'invitation') return { ...at, ...this.#invitation(ref.id) };
    const record = this.#org.records.get(ref.id);
    const isDeleted = record?.deleted ?? this.#org.folderRecords.get(ref.id)?.deleted;
    return {
      ...at,
      ownerId: this.#org.ownerOf(ref.id),
      deleted: isDeleted ?? false,
      successor: record?.successor ?? null,
      parentId: record?.accountId ?? null,
    };
  }

  #invitation(id: string): Pick<CrmChange, 'ownerId' | 'deleted' | 'successor' | 'parentId'> {
    const { eventId, userId } = partsOf(id);
    const isInvited = this.#org.inviteesOf(this.#org.records.get(eventId)!).includes(userId);
    return { ownerId: userId, deleted: !isInvited, successor: null, parentId: eventId };
  }

  #reasonOf(ref: CrmRef): CrmAbsence | { readonly successor: CrmRef } {
    const record = this.#org.records.get(ref.id);
    if (record?.successor != null) return { successor: record.successor };
    return record?.deleted === true ? 'deleted' : 'hidden';
  }
}

const standardFolderKinds: readonly FeedKind[] = [
  'opportunities',
  'cases',
  'quotes',
  'projects',
  'serviceCalls',
];

function isFolderKind(kind: FeedKind): kind is FolderKind {
  return standardFolderKinds.includes(kind) || kind.startsWith('custom:');
}

/** The changes of calls are told among those of tasks. */
function feedOf(kind: FeedKind): FeedKind {
  return kind === 'call' ? 'task' : kind;
}
