import type { ZodType } from 'zod';
import type { SyncFailure } from '../sync/failure.ts';
import type { FolderKind } from '../sync/folders/kinds.ts';
import type { FolderModule } from '../sync/policy/folders.ts';
import type {
  CrmKind,
  CrmRecord,
  CrmRef,
  Field,
  Fields,
  ItemKind,
  MailboxItem,
  RecordKind,
} from '../sync/record.ts';
import type { CrmFolderRecords, CrmMail, NewAccountDraft } from './archive.ts';
import type { MailboxMail } from './mail.ts';
import type { World } from './world.ts';

/** One item's result of a batch write: same length and order as the operations. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: SyncFailure };

// ------------------------------------------------------------------------------------------------ mailbox

/** Where contacts live: the default Contacts folder or a folder of the product. */
export interface ContactFolder {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
}
export interface MailFolder extends ContactFolder {
  readonly itemCount: number;
}
export interface MasterCategory {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}
export interface MailboxIdentity {
  /** Resolved identity of the mailbox: cloud, tenant and object id (PAIR-5). */
  readonly key: string;
  readonly userId: string;
  readonly address: string;
  readonly displayName: string;
  readonly timeZone: string | null;
}

/** One row of a mailbox's delta: the newest state of an item, or that it left the container. */
export type MailboxChange =
  | { readonly type: 'present'; readonly item: MailboxItem; readonly partial: boolean }
  | { readonly type: 'removed'; readonly itemId: string };

export type MailboxPage =
  | {
      readonly type: 'page';
      readonly changes: readonly MailboxChange[];
      readonly cursor: string;
      readonly more: boolean;
    }
  /** The cursor died (410): enumerate the container again. No evidence of deletions. */
  | { readonly type: 'resync' }
  /** The container is gone (404 on the folder). No evidence of deletions. */
  | { readonly type: 'container-gone' };

/** What one look at the mailbox asks, all in one HTTP round trip. */
export interface MailboxProbe {
  /**
   * Containers to read from their cursors (sync/containers.ts tells what is behind an id); `cursor: null` starts an
   * enumeration.
   */
  readonly containers: readonly { readonly id: string; readonly cursor: string | null }[];
  /** The product's root mail folder, to re-read its name and ownership stamp. */
  readonly rootFolderId: string | null;
  /** Product contact folders whose name is checked. */
  readonly contactFolderId: string | null;
  readonly categories: boolean;
  /** Mail folders whose folders are listed, with how much is in each of them. */
  readonly folderParents: readonly string[];
}
export interface MailboxProbeResult {
  readonly pages: ReadonlyMap<string, MailboxPage>;
  /** null: not asked, gone, or within another folder. */
  readonly root: { readonly folder: MailFolder; readonly stamp: string | null } | null;
  readonly contactFolder: ContactFolder | null;
  readonly categories: readonly MasterCategory[] | null;
  /** The folders directly in each parent; null where the parent is gone. */
  readonly folders: ReadonlyMap<string, readonly MailFolder[] | null>;
}

export type MailboxWrite =
  | {
      readonly op: 'create';
      readonly containerId: string;
      readonly key: string;
      readonly fields: Fields;
      readonly categories: readonly string[];
    }
  | {
      readonly op: 'update';
      readonly itemId: string;
      readonly etag?: string;
      readonly fields: Fields;
      readonly categories?: readonly string[] /** null removes the stamp */;
      readonly key?: string | null;
    }
  | { readonly op: 'delete'; readonly itemId: string };

/** Answer of a write: the item as read back, or null after a delete. "Already gone" is success for a delete. */
export type MailboxWritten = MailboxItem | null;

/** What a GET of an id says: where the item is now. */
export type MailboxItemState =
  | { readonly type: 'present'; readonly item: MailboxItem }
  | { readonly type: 'deleted' };

/**
 * One mailbox. Every method throws `SyncFailure` (closed set, classified once in the connector); batch
 * methods give a failure per item and throw only when the whole request failed.
 */
export interface Mailbox {
  identity(): Promise<MailboxIdentity>;
  probe(probe: MailboxProbe): Promise<MailboxProbeResult>;
  /** One further page of a container's delta. */
  changes(containerId: string, cursor: string | null): Promise<MailboxPage>;
  /** The default Contacts folder's id. */
  defaultContactFolder(): Promise<ContactFolder>;
  contactFolders(): Promise<ContactFolder[]>;
  createContactFolder(name: string): Promise<ContactFolder>;
  renameContactFolder(id: string, name: string): Promise<void>;
  mailFolders(): Promise<MailFolder[]>;
  createMailFolder(name: string, stamp: string): Promise<MailFolder>;
  renameMailFolder(id: string, name: string): Promise<void>;
  /** Reads a mail folder with its ownership stamp; null when it is gone. */
  mailFolder(id: string): Promise<{ folder: MailFolder; stamp: string | null } | null>;
  writeFolderStamp(id: string, stamp: string): Promise<void>;
  categories(): Promise<MasterCategory[]>;
  createCategory(name: string, color: string): Promise<MasterCategory>;
  recolorCategory(id: string, color: string): Promise<void>;
  /** The container of the list that new tasks go into (sync/containers.ts). */
  defaultTaskList(): Promise<string>;
  items(kind: ItemKind): MailboxItems;
  mail(): MailboxMail;
}

/** The items of one kind in a mailbox. */
export interface MailboxItems {
  /** All fields (also those that delta does not carry) of many items; order kept. */
  read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]>;
  /** Items that carry these creation keys, in any of the containers; absent keys are not in the map. */
  findByKeys(containerId: string, keys: readonly string[]): Promise<Map<string, MailboxItem>>;
  /** Nobody but the mailbox's owner hears of it, unless the item has attendees or is given some (POL-18). */
  write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]>;
}

export interface MailboxCapabilities {
  /** Most operations that one HTTP round trip carries; more than that is chunked. */
  readonly batchSize: number;
  readonly fields: Readonly<Record<ItemKind, ReadonlySet<Field>>>;
  /** Fields whose values a delta row does not carry and that need a read of the item. */
  readonly fieldsOutsideChanges: ReadonlySet<Field>;
  /** The longest time a request can still take effect after it was sent. */
  readonly lateCommitMs: number;
}

export interface MailboxConnection {
  readonly system: string;
  readonly capabilities: MailboxCapabilities;
  /** By address or object id. `auth` when the credential is dead, `gone` when there is no such mailbox. */
  mailbox(user: string): Mailbox;
  /** Mailboxes of the tenant by address, for the directory. */
  users(addresses: readonly string[]): Promise<MailboxIdentity[]>;
  /** The tenant's own domains, lower case; none where the credential may not ask. */
  domains(): Promise<readonly string[]>;
  test(mailbox?: string): Promise<ConnectionCheck[]>;
}

// ------------------------------------------------------------------------------------------------ CRM

export interface CrmUser {
  readonly id: string;
  readonly login: string;
  readonly email: string;
  readonly name: string;
  readonly active: boolean;
  readonly timeZone: string | null;
}

/** What the feed asks for: records, what they depend on, and records with folders in the mailbox. */
export type FeedKind = CrmKind | FolderKind;

/** One changed row, as the reading user sees it: that something changed, not what. */
export interface CrmChange {
  readonly ref: { readonly kind: FeedKind; readonly id: string };
  readonly version: string;
  /** Epoch milliseconds of the version by the CRM's clock. */
  readonly changedAtMs: number;
  readonly ownerId: string | null;
  readonly deleted: boolean;
  readonly successor: CrmRef | null;
  /**
   * The account of a person, whose name whoever shows the person shows; the event of an invitation, whose `ownerId` is who
   * is invited.
   */
  readonly parentId: string | null;
}
export type CrmChangesResult =
  | {
      readonly type: 'changes';
      readonly changes: readonly CrmChange[];
      readonly cursor: string;
      readonly more: boolean;
      readonly serverNowMs: number;
    }
  | { readonly type: 'resync'; readonly reason: string }
  | { readonly type: 'failed'; readonly failure: SyncFailure };

/** Why a record asked for by id is not among the answers. */
export type CrmAbsence = 'deleted' | 'hidden';
export type CrmReadResult =
  | { readonly type: 'present'; readonly record: CrmRecord }
  | { readonly type: 'absent' };

export interface CrmQuery {
  readonly kind: RecordKind;
  /** Only records of this user: owned, assigned, or appointments that the user is invited to. */
  readonly ownerId?: string;
  /** Appointments that end after the one moment and begin before the other, epoch milliseconds. */
  readonly within?: { readonly fromMs: number; readonly toMs: number };
  /** Only tasks and calls of which something is left to do. */
  readonly open?: boolean;
  /** Created or modified on or after this moment (POL-2). */
  readonly modifiedSinceMs?: number;
  /** 'recent': newest saved first, for POL-13; 'id' is the keyset order of a full read. */
  readonly order: 'id' | 'recent';
  readonly after?: string | null;
  readonly limit: number;
}
export interface CrmPage {
  readonly records: readonly CrmRecord[];
  /** Keyset cursor of the next page, null at the end. */
  readonly next: string | null;
}

export type CrmWrite =
  | {
      readonly op: 'create';
      readonly kind: RecordKind;
      readonly key: string;
      readonly fields: Fields;
      readonly accountId?: string | null;
    }
  | { readonly op: 'update'; readonly ref: CrmRef; readonly fields: Fields }
  /** "Already gone" is success. */
  | { readonly op: 'delete'; readonly ref: CrmRef };

/** What stood there just before, and what the CRM holds just after it. */
export interface CrmWritten {
  readonly ref: CrmRef;
  /** Absent for a create. */
  readonly before?: CrmRecord;
  readonly after: CrmRecord;
  /** Whether a create found its own earlier attempt. */
  readonly existed?: boolean;
}
/**
 * What a deletion took: the record as it stood just before, as its user saw it. Absent where it was gone already, or could not
 * be read in the same moment; what needed other records, which may have gone with it, is unknown.
 */
export interface CrmDeleted {
  readonly ref: CrmRef;
  readonly before?: CrmRecord;
  readonly after: null;
}
export type CrmAnswered = CrmWritten | CrmDeleted;

export interface CrmBudget {
  readonly used: number;
  readonly limit: number;
}

export interface CorrespondentsQuestion {
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
  readonly kinds: readonly ('contact' | 'lead')[];
}

/** By address and by domain, both in lower case; leads that were converted are left out. */
export interface Correspondents {
  readonly users: ReadonlyMap<string, readonly CrmUser[]>;
  readonly contacts: ReadonlyMap<string, readonly CrmRecord[]>;
  readonly leads: ReadonlyMap<string, readonly CrmRecord[]>;
  readonly accounts: ReadonlyMap<string, readonly string[]>;
}

/** A session as one CRM user: the CRM's own security decides what it sees. */
export interface CrmSession {
  readonly userId: string;
  find(query: CrmQuery): Promise<CrmPage>;
  /** Only ids, for the sweep: visible as this user. */
  ids(query: Omit<CrmQuery, 'order'>): Promise<{ ids: readonly string[]; next: string | null }>;
  read(refs: readonly CrmRef[]): Promise<CrmReadResult[]>;
  /** By address in lower case; addresses that nobody has are not in the map. Converted leads are left out. */
  findByEmail(kind: 'contact' | 'lead', addresses: readonly string[]): Promise<Map<string, CrmRecord[]>>;
  /** Users, people and accounts that addresses and domains stand for, in as few calls as the CRM allows (MAIL-2). */
  correspondents(asked: CorrespondentsQuestion): Promise<Correspondents>;
  /** Accounts of exactly that name that this user sees (CON-1). */
  accountsByName(names: readonly string[]): Promise<Map<string, string[]>>;
  /** Accounts by the domain of their website, lower case (CON-1). */
  accountsByDomain(domains: readonly string[]): Promise<Map<string, string[]>>;
  write(operations: readonly CrmWrite[]): Promise<Outcome<CrmAnswered>[]>;
  createAccounts(drafts: readonly NewAccountDraft[]): Promise<Outcome<{ readonly id: string }>[]>;
  /** Records that an attempt with these keys left behind, created within the span. */
  findCreated(
    attempts: readonly {
      readonly key: string;
      readonly kind: RecordKind;
      readonly fields: Fields;
      readonly sinceMs: number;
    }[],
  ): Promise<Map<string, CrmRecord>>;
  mail(): CrmMail;
  records(): CrmFolderRecords;
}

export interface CrmCapabilities {
  readonly fields: Readonly<Partial<Record<RecordKind, ReadonlySet<Field>>>>;
  readonly modules: readonly string[];
  /** How a create is recognised again: 'externalKey' is unique in the CRM, 'search' looks by natural key. */
  readonly idempotentCreate: 'externalKey' | 'search';
  /** The longest time a request can still take effect after it was sent. */
  readonly lateCommitMs: number;
  /** Rows younger than this may still change without a new version. */
  readonly settleMs: number;
  readonly feed: 'connection' | 'user';
  readonly maxWriteBatch: number;
  readonly maxReadBatch: number;
}

export interface CrmConnection {
  readonly system: string;
  /** `fields` and `modules` tell of these kinds alone, all if none are named: what is not asked for costs nothing. */
  capabilities(kinds?: readonly RecordKind[]): Promise<CrmCapabilities>;
  /** The reading user's own session. */
  reader(): Promise<CrmSession>;
  /** `auth` or `forbidden` where the user cannot be acted for. */
  asUser(user: { id: string; login: string }): Promise<CrmSession>;
  usersByEmail(addresses: readonly string[]): Promise<Map<string, CrmUser[]>>;
  user(id: string): Promise<CrmUser | null>;
  users(after: string | null): Promise<{ users: CrmUser[]; next: string | null }>;
  /** Changes of many kinds at once, from their cursors: one call for up to five kinds. Failures are per kind. */
  changes(
    requests: readonly { readonly kind: FeedKind; readonly cursor: string }[],
  ): Promise<Map<FeedKind, CrmChangesResult>>;
  /** A cursor that sees what changes from now on (by the CRM's clock). */
  startCursor(): Promise<string>;
  /**
   * Why a user does not see these records, asked as the reading user: `deleted` is only what is seen as deleted; what
   * neither of them sees is `hidden`. Every ref is in the map.
   */
  absence(refs: readonly CrmRef[]): Promise<Map<string, CrmAbsence | { readonly successor: CrmRef }>>;
  budget(): CrmBudget | null;
  /** Identity of the org (PAIR-5). */
  orgKey(): Promise<string>;
  url(ref: { readonly kind: FeedKind | 'email'; readonly id: string }, mode: 'view' | 'edit'): string;
  test(): Promise<ConnectionCheck[]>;
}

// ------------------------------------------------------------------------------------------------ both

/** One check of `test connection` (OPS-3). */
export interface ConnectionCheck {
  readonly stage: string;
  readonly check: string;
  readonly state: 'ok' | 'missing' | 'too_broad' | 'unknown';
  readonly detail: string;
  readonly who?: string;
  readonly fix?: string;
}

export interface MailboxConnector {
  readonly system: string;
  readonly settings: ZodType;
  readonly credentials: ZodType;
  connect(settings: unknown, credentials: unknown, world: World): MailboxConnection;
}
export interface CrmConnector {
  readonly system: string;
  /** Whether it can keep a recurring appointment as one record (POL-16). */
  readonly keepsSeries: boolean;
  /** The folder-based modules that it knows (POL-9). */
  readonly folderModules: readonly FolderModule['module'][];
  readonly settings: ZodType;
  readonly credentials: ZodType;
  connect(settings: unknown, credentials: unknown, world: World): CrmConnection;
}
