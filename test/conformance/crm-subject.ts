import { expect } from 'vitest';
import type {
  CrmChange,
  CrmConnection,
  CrmQuery,
  CrmSession,
  CrmUser,
  CrmWrite,
  CrmWritten,
  FeedKind,
} from '../../connectors/connector.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmRecord, CrmRef } from '../../sync/record.ts';

/** What people and administrators do in the CRM by themselves. */
export interface CrmHand {
  addAccount(name: string, website: string | null, ownerId: string): Promise<string>;
  setOwner(ref: CrmRef, ownerId: string): Promise<void>;
  delete(ref: CrmRef): Promise<void>;
  /** By the owner of the event. */
  invite(event: CrmRef, userId: string): Promise<void>;
  withdraw(event: CrmRef, userId: string): Promise<void>;
  /** A quote is one of an opportunity. */
  addFolderRecord(record: NewFolderRecord): Promise<string>;
  closeFolderRecord(kind: FolderKind, id: string): Promise<void>;
  renameFolderRecord(kind: FolderKind, id: string, name: string): Promise<void>;
  deleteFolderRecord(kind: FolderKind, id: string): Promise<void>;
  /** Absent where the system has no way to do it from outside. */
  readonly convert?: (leadId: string) => Promise<CrmRef>;
  readonly merge?: (winnerId: string, loserId: string) => Promise<void>;
}
export interface NewFolderRecord {
  readonly kind: FolderKind;
  readonly name: string;
  readonly ownerId: string;
  readonly opportunityId?: string;
}
export interface CrmSubject {
  readonly connection: CrmConnection;
  /** Two users who see their own records only. */
  readonly users: readonly [string, string];
  readonly hand: CrmHand;
  /** A custom object that the CRM has; null where nobody made one. */
  readonly customKind: FolderKind | null;
  readonly close: () => Promise<void>;
}

/** What all parts of the suite share. */
export interface CrmScene {
  readonly subject: CrmSubject;
  readonly crm: CrmConnection;
  readonly ann: CrmUser;
  readonly bob: CrmUser;
  readonly asAnn: CrmSession;
  readonly asBob: CrmSession;
  readonly reader: CrmSession;
}

export const newKey = (): string => `key-${Math.random().toString(36).slice(2)}`;

export async function written(session: CrmSession, operation: CrmWrite): Promise<CrmWritten> {
  const [outcome] = await session.write([operation]);
  if (!outcome!.ok) throw outcome!.failure;
  const { value } = outcome!;
  if (value.after === null) throw new Error('a deletion leaves nothing');
  return value;
}

export async function drain(crm: CrmConnection, kind: FeedKind, start: string) {
  const changes: CrmChange[] = [];
  for (let cursor = start; ; ) {
    const result = (await crm.changes([{ kind, cursor }])).get(kind)!;
    if (result.type === 'failed') throw result.failure;
    if (result.type === 'resync') throw new Error(`expected changes: ${result.reason}`);
    changes.push(...result.changes);
    cursor = result.cursor;
    if (!result.more) return { changes, cursor };
  }
}

export async function recordOf(session: CrmSession, ref: CrmRef): Promise<CrmRecord> {
  const [result] = await session.read([ref]);
  if (result?.type !== 'present') throw new Error(`the user does not see the ${ref.kind} ${ref.id}`);
  return result.record;
}

/** All that a query finds, page by page: as records and as ids it is the same. */
export async function idsIn(session: CrmSession, query: Omit<CrmQuery, 'order'>): Promise<string[]> {
  const [found, listed]: [string[], string[]] = [[], []];
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page = await session.find({ ...query, order: 'id', after });
    found.push(...page.records.map(({ ref }) => ref.id));
    after = page.next;
  }
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page = await session.ids({ ...query, after });
    listed.push(...page.ids);
    after = page.next;
  }
  expect(listed).toEqual(found);
  return found;
}
