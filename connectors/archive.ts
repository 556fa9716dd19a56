import type { FolderKind } from '../sync/folders/kinds.ts';
import type { RecordFacts } from '../sync/folders/summary.ts';
import type { TrackedRecord } from '../sync/folders/tracked.ts';
import type { AttachmentLimits } from '../sync/mail/attachments.ts';
import type { ArchivedCopy, TextLimits } from '../sync/mail/copy.ts';
import type { Role } from '../sync/mail/message.ts';
import type { Outcome } from './connector.ts';

/** By what an e-mail is found in the CRM again: who sent it when, under which Message-ID. */
export interface EmailTrace {
  /** Names the question in the answer. */
  readonly key: string;
  readonly messageId: string | null;
  /** Canonical; null where the sender's address is none. */
  readonly from: string | null;
  readonly dateMs: number | null;
  readonly subject: string;
}

/** An e-mail that the CRM holds. */
export interface HeldEmail {
  readonly id: string;
  /** The record that it was put on: an account, an opportunity, a case … */
  readonly relatedId: string | null;
  /** The creation key, where the CRM keeps one. */
  readonly key: string | null;
  /** Ids of the people whom it leads to: users, contacts and leads. */
  readonly people: readonly string[];
  readonly createdAtMs: number;
}

export interface LinkedPerson {
  readonly role: Role;
  readonly address: string;
  readonly kind: 'user' | 'contact' | 'lead';
  readonly id: string;
}

/** What is written of a message; people are linked to it by what the CRM has for it, the sender too. */
export interface EmailDraft {
  readonly key: string;
  readonly copy: ArchivedCopy;
  readonly people: readonly LinkedPerson[];
  /** The record whose history gets it besides those of the people; an account, or a record with folders. */
  readonly related: { readonly kind: 'account' | FolderKind; readonly id: string } | null;
  /** The e-mail that an earlier attempt made: only what is missing on it is added. */
  readonly heldId: string | null;
}

export interface EmailFile {
  readonly emailId: string;
  readonly name: string;
  readonly contentBase64: string;
}

export interface HeldFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** E-mails in the history of the CRM's people and records. Written as the user of the session (MAIL-2). */
export interface CrmMail {
  limits(): Promise<TextLimits & AttachmentLimits>;
  /** Of all that the session's user sees; those of whom there is nothing are not in the map. Drafts do not count. */
  find(traces: readonly EmailTrace[]): Promise<Map<string, HeldEmail[]>>;
  /** Never mails anybody. `duplicate` with the ids of what has the key already. */
  archive(drafts: readonly EmailDraft[]): Promise<Outcome<{ readonly id: string }>[]>;
  /** Links more people to an e-mail that the CRM holds; those that are linked stay so. */
  link(emailId: string, people: readonly LinkedPerson[]): Promise<void>;
  /** Which files the e-mails have, by e-mail. */
  files(emailIds: readonly string[]): Promise<Map<string, HeldFile[]>>;
  /** `validation` and `permanent` for what the CRM never takes; a full storage is `forbidden`. */
  attach(files: readonly EmailFile[]): Promise<Outcome<null>[]>;
}

export interface NewAccountDraft {
  readonly key: string;
  readonly name: string;
  /** The domain that it is known by. */
  readonly website: string;
}

/** A record with folders in the mailbox, as the session's user sees it. */
export interface FolderRecord extends TrackedRecord {
  readonly kind: FolderKind;
  readonly isOpen: boolean;
  readonly facts: RecordFacts;
}

/** What the CRM holds of new records of a kind. */
export interface RecordLengths {
  readonly nameLength: number;
  readonly descriptionLength: number;
}

export interface RecordDraft {
  readonly kind: FolderKind;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly contactId: string | null;
  readonly accountId: string | null;
  /** By the API names of the fields; a required field that is not among them gets what the CRM usually gives it. */
  readonly defaults: Readonly<Record<string, string | number | boolean>>;
}

/** Opportunities, cases, quotes and custom objects, as the session's user sees them (POL-9, POL-10). */
export interface CrmFolderRecords {
  /** Null where the CRM, or its user, has no such records. */
  lengths(kind: FolderKind): Promise<RecordLengths | null>;
  /** Open records in the order of their ids. */
  open(
    kind: FolderKind,
    query: { readonly ownerId?: string; readonly after: string | null; readonly limit: number },
  ): Promise<{ readonly records: readonly FolderRecord[]; readonly next: string | null }>;
  /** Those that the user does not see, or that are deleted, are not in the map. */
  read(kind: FolderKind, ids: readonly string[]): Promise<Map<string, FolderRecord>>;
  create(drafts: readonly RecordDraft[]): Promise<Outcome<FolderRecord>[]>;
  /** Records that an attempt with these keys left behind, created since; by key. */
  findCreated(
    attempts: readonly (Pick<RecordDraft, 'kind' | 'key' | 'name'> & { readonly sinceMs: number })[],
  ): Promise<Map<string, FolderRecord>>;
}
