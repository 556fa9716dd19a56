import { SyncFailure } from '../../sync/failure.ts';
import type { AttachmentLimits } from '../../sync/mail/attachments.ts';
import type { ArchivedCopy, TextLimits } from '../../sync/mail/copy.ts';
import type {
  CrmMail,
  EmailDraft,
  EmailFile,
  EmailTrace,
  HeldEmail,
  HeldFile,
  LinkedPerson,
} from '../archive.ts';
import type { Outcome } from '../connector.ts';
import type { MemoryOrg } from './org.ts';
import { outcomeOf } from './outcome.ts';

export interface StoredEmail {
  readonly id: string;
  readonly key: string;
  readonly copy: ArchivedCopy;
  readonly people: readonly LinkedPerson[];
  readonly relatedId: string | null;
  readonly authorId: string;
  readonly createdAtMs: number;
  readonly files: readonly HeldFile[];
}

const limits = {
  subjectLength: 3_000,
  textLength: 32_000,
  htmlLength: 131_072,
  maxAttachmentBytes: 1024 * 1024,
  blockedExtensions: new Set<string>(),
};

/** The e-mails that one user sees: his own, and those of records that he sees. */
export class MemoryCrmMail implements CrmMail {
  readonly #org: MemoryOrg;
  readonly #userId: string;

  constructor(org: MemoryOrg, userId: string) {
    this.#org = org;
    this.#userId = userId;
  }

  async limits(): Promise<TextLimits & AttachmentLimits> {
    return limits;
  }

  async find(traces: readonly EmailTrace[]): Promise<Map<string, HeldEmail[]>> {
    const visible = [...this.#org.emails.values()].filter(email => this.#sees(email));
    const found = traces.map((trace): [string, HeldEmail[]] => [
      trace.key,
      visible.filter(({ copy }) => isOf(trace, copy)).map(held),
    ]);
    return new Map(found.filter(([, emails]) => emails.length > 0));
  }

  async archive(drafts: readonly EmailDraft[]): Promise<Outcome<{ readonly id: string }>[]> {
    return drafts.map(draft => outcomeOf(() => ({ id: this.#archive(draft) })));
  }

  async link(emailId: string, people: readonly LinkedPerson[]): Promise<void> {
    this.#link(emailId, people);
  }

  async files(emailIds: readonly string[]): Promise<Map<string, HeldFile[]>> {
    const found = emailIds.map((id): [string, HeldFile[]] => [
      id,
      [...(this.#org.emails.get(id)?.files ?? [])],
    ]);
    return new Map(found.filter(([, files]) => files.length > 0));
  }

  async attach(files: readonly EmailFile[]): Promise<Outcome<null>[]> {
    return files.map(file => outcomeOf(() => this.#attach(file)));
  }

  #archive({ key, copy, people, related, heldId }: EmailDraft): string {
    if (heldId !== null) return this.#link(heldId, people);
    requireLengths(copy);
    const earlier = [...this.#org.emails.values()].find(email => email.key === key);
    if (earlier !== undefined)
      throw new SyncFailure('duplicate', 'the key is taken', { matches: [earlier.id] });
    const id = this.#org.nextId();
    const relatedId = related?.id ?? null;
    const made = { authorId: this.#userId, createdAtMs: this.#org.now(), files: [] };
    this.#org.emails.set(id, { id, key, copy, people, relatedId, ...made });
    return id;
  }

  #link(emailId: string, people: readonly LinkedPerson[]): string {
    const email = this.#held(emailId);
    const isKnown = (person: LinkedPerson) =>
      email.people.some(({ id, role }) => id === person.id && role === person.role);
    const missing = people.filter(person => !isKnown(person));
    this.#org.emails.set(emailId, { ...email, people: [...email.people, ...missing] });
    return emailId;
  }

  #attach({ emailId, name, contentBase64 }: EmailFile): null {
    const email = this.#held(emailId);
    const sizeBytes = Buffer.byteLength(contentBase64, 'base64');
    if (sizeBytes > limits.maxAttachmentBytes)
      throw new SyncFailure('validation', 'the file is too large', { fix: 'Leave the file out.' });
    this.#org.emails.set(emailId, { ...email, files: [...email.files, { name, sizeBytes }] });
    return null;
  }

  #held(id: string): StoredEmail {
    const email = this.#org.emails.get(id);
    if (email === undefined || !this.#sees(email)) throw new SyncFailure('gone', 'the e-mail is deleted');
    return email;
  }

  #sees({ authorId, relatedId, people }: StoredEmail): boolean {
    const behind = [...people.map(({ id }) => id), relatedId ?? ''];
    return [authorId, ...behind.map(id => this.#org.ownerOf(id))].some(
      ownerId => ownerId !== null && this.#org.owns(this.#userId, ownerId),
    );
  }
}

/** A Message-ID is a hint: sender and time have to agree with it. */
function isOf(trace: EmailTrace, copy: ArchivedCopy): boolean {
  const sender = copy.parties.find(({ role }) => role === 'from')?.address ?? null;
  const isSameTime = trace.dateMs === null || Math.abs((copy.dateMs ?? 0) - trace.dateMs) <= 1_000;
  const isSameName =
    trace.messageId === null ? copy.subject === trace.subject : copy.messageId === trace.messageId;
  return sender === trace.from && isSameTime && isSameName;
}

function held({ id, key, relatedId, people, createdAtMs }: StoredEmail): HeldEmail {
  return { id, key, relatedId, people: [...new Set(people.map(person => person.id))], createdAtMs };
}

function requireLengths({ subject, text, html }: ArchivedCopy): void {
  const isFitting =
    subject.length <= limits.subjectLength &&
    text.length <= limits.textLength &&
    (html ?? '').length <= limits.htmlLength;
  if (!isFitting)
    throw new SyncFailure('validation', 'the e-mail is too long', { fix: 'Shorten the e-mail.' });
}
