import type { EmailDraft, LinkedPerson, RecordDraft } from '../../connectors/archive.ts';
import type { Outcome } from '../../connectors/connector.ts';
import { isWaiting, type SyncFailure } from '../../sync/failure.ts';
import { folderKindOf } from '../../sync/folders/kinds.ts';
import type { ArchivePlan } from '../../sync/mail/convert.ts';
import type { AccountRef } from '../../sync/mail/creation.ts';
import type { Claiming, HeldCopy } from '../../sync/mail/once.ts';
import type { PersonRef } from '../../sync/mail/people.ts';
import { renew } from './attempts.ts';
import { Calls, orMade } from './calls.ts';
import { attachFiles, type FileResult } from './files.ts';
import { type Judged, optionsOf } from './judging.ts';
import { type Created, createPeople, noAnswer } from './people.ts';
import type { MailWork } from './work.ts';

/** A message that this run writes to the CRM, and what is known of an earlier attempt. */
export interface Writing {
  readonly one: Judged;
  readonly plan: ArchivePlan;
  readonly key: string;
  readonly claiming: Extract<Claiming, { type: 'write' }>;
  /** What the CRM has of the message. */
  readonly copies: readonly HeldCopy[];
}

/** The e-mail that an earlier attempt made: known by the ledger, or by the record that the attempt left behind. */
function heldIdOf({ claiming, copies }: Writing, recordId: string | null): string | null {
  if (claiming.heldId !== null || recordId === null) return claiming.heldId;
  return copies.find(({ relatedId }) => relatedId === recordId)?.id ?? null;
}

/** What became of it; the record stands although its e-mail may not. */
export interface Written {
  readonly writing: Writing;
  readonly recordId: string | null;
  readonly email: Outcome<{ readonly crmId: string; readonly people: readonly string[] }>;
  readonly files: FileResult;
}

/**
 * Writes messages to the CRM in the order in which one needs the other: accounts, people, records, e-mails, files. What
 * fails for one message fails for it alone.
 */
export async function carryOut(work: MailWork, writings: readonly Writing[]): Promise<Written[]> {
  const calls = new Calls();
  const fresh = writings.filter(({ claiming }) => claiming.heldId === null);
  const created = await createPeople(
    work,
    calls,
    fresh.flatMap(({ plan }) => plan.newAccounts),
    fresh.flatMap(({ plan }) => plan.newPeople),
  );
  work.deps.heartbeat();
  const { mustMatch } = optionsOf(work);
  const resolved = writings.map(writing => ({ writing, refs: resolve(writing, created, mustMatch) }));
  const records = await makeRecords(work, calls, resolved);
  work.deps.heartbeat();
  const emails = await writeEmails(work, calls, resolved, records);
  work.deps.heartbeat();
  const written: Written[] = [];
  for (const { writing } of resolved) {
    const email = emails.get(writing) ?? noAnswer();
    const recordId = idIn(records.get(writing));
    const isHeld = heldIdOf(writing, recordId) !== null;
    const files = email.ok
      ? await attachFiles(work, writing, { id: email.value.crmId, isHeld, waiting: waitingIn(written) })
      : NO_FILES;
    written.push({ writing, recordId, email, files });
    work.deps.heartbeat();
  }
  return written;
}

const NO_FILES: FileResult = { leftOut: [], failure: null };

/** What one of the systems asked for while files were brought: no more of them are. */
function waitingIn(written: readonly Written[]): SyncFailure | null {
  const failures = written.flatMap(({ files }) => files.failure ?? []);
  return failures.find(({ kind }) => isWaiting(kind)) ?? null;
}

/** Whom and what a message leads to in the CRM, once everybody is there. */
interface Refs {
  readonly people: readonly LinkedPerson[];
  readonly accountId: string | null;
  /** Of a new record. */
  readonly contactId: string | null;
  readonly recordAccountId: string | null;
}

interface Resolved {
  readonly writing: Writing;
  readonly refs: Outcome<Refs>;
}

/**
 * A message whose people could not all be created waits as a whole: nobody's history would get it later. Whose address the
 * CRM never takes is nobody there, and the message is for the others.
 */
function resolve({ plan, claiming }: Writing, created: Created, mustMatch: boolean): Outcome<Refs> {
  const failures: SyncFailure[] = [];
  const impossible: SyncFailure[] = [];
  const take = <T>(outcome: Outcome<T> | undefined): T | null => {
    if (outcome?.ok) return outcome.value;
    const { failure } = outcome ?? noAnswer();
    // What an earlier attempt has archived needs nobody new.
    if (claiming.heldId === null) (isOfAddress(failure) ? impossible : failures).push(failure);
    return null;
  };
  const idOf = (ref: PersonRef) => (ref.type === 'existing' ? ref.id : take(created.people.get(ref.address)));
  const account = (ref: AccountRef | null | undefined) => {
    if (!ref) return null;
    return ref.type === 'existing' ? ref.id : take(created.accounts.get(ref.domain));
  };
  const people = plan.participants.flatMap(({ role, address, refs }) =>
    refs.flatMap((ref): LinkedPerson[] => {
      const id = idOf(ref);
      return id === null ? [] : [{ role, address, kind: ref.kind, id }];
    }),
  );
  const refs: Refs = {
    people: people.filter(({ id }) => !claiming.linked.includes(id)),
    accountId: account(plan.accounts[0]),
    contactId: plan.newRecord?.contact ? idOf(plan.newRecord.contact) : null,
    recordAccountId: account(plan.newRecord?.account),
  };
  const counts = !mustMatch || plan.record || plan.newRecord || people.some(({ kind }) => kind !== 'user');
  // What may still take effect is waited for, whatever else there is.
  const failed = failures.find(({ maybeApplied }) => maybeApplied) ?? failures[0];
  const failure = failed ?? (counts ? undefined : impossible[0]);
  return failure ? { ok: false, failure } : { ok: true, value: refs };
}

/** Too long, or in letters that the CRM has no place for. */
function isOfAddress({ kind, fields = [] }: SyncFailure): boolean {
  return kind === 'validation' && fields.includes('email1');
}

type Records = ReadonlyMap<Writing, Outcome<string>>;

/** The records that messages start: those that an earlier attempt left behind are found, the others made (MAIL-2). */
async function makeRecords(work: MailWork, calls: Calls, resolved: readonly Resolved[]): Promise<Records> {
  const made = new Map<Writing, Outcome<string>>();
  const drafts: RecordWriting[] = [];
  for (const { writing, refs } of resolved) {
    const { newRecord } = writing.plan;
    if (newRecord === null) continue;
    if (writing.claiming.recordId !== null) made.set(writing, { ok: true, value: writing.claiming.recordId });
    else if (!refs.ok) made.set(writing, refs);
    else drafts.push({ writing, draft: draftOf(writing, newRecord, refs.value) });
  }
  const outcomes = await calls.write(drafts.length, () => findOrCreate(work, drafts));
  drafts.forEach(({ writing }, index) => {
    made.set(writing, outcomes[index] ?? noAnswer());
  });
  return made;
}

interface RecordWriting {
  readonly writing: Writing;
  readonly draft: RecordDraft;
}

async function findOrCreate(work: MailWork, drafts: readonly RecordWriting[]): Promise<Outcome<string>[]> {
  const found = await findRecords(work, drafts);
  const missing = drafts.filter(({ draft }) => !found.has(draft.key));
  await renew(work, missing);
  const outcomes =
    missing.length === 0 ? [] : await work.session.records().create(missing.map(({ draft }) => draft));
  const created = new Map(missing.map((one, index) => [one, outcomes[index] ?? noAnswer()]));
  return drafts.map((one): Outcome<string> => {
    const id = found.get(one.draft.key);
    if (id !== undefined) return { ok: true, value: id };
    const outcome = created.get(one) ?? noAnswer();
    return outcome.ok ? { ok: true, value: outcome.value.id } : orMade(outcome.failure);
  });
}

function draftOf(
  { key }: Writing,
  record: NonNullable<ArchivePlan['newRecord']>,
  { contactId, recordAccountId }: Refs,
): RecordDraft {
  const { type, name, description, defaults } = record;
  const kind = folderKindOf(type);
  return { kind, key: `record:${key}`, name, description, contactId, accountId: recordAccountId, defaults };
}

async function findRecords(work: MailWork, drafts: readonly RecordWriting[]): Promise<Map<string, string>> {
  const doubtful = drafts.filter(({ writing }) => writing.claiming.sinceMs !== null);
  if (doubtful.length === 0) return new Map();
  const found = await work.session.records().findCreated(
    doubtful.map(({ writing, draft: { kind, key, name } }) => ({
      ...{ kind, key, name },
      sinceMs: writing.claiming.sinceMs ?? 0,
    })),
  );
  return new Map([...found].map(([key, { id }]) => [key, id]));
}

async function writeEmails(
  work: MailWork,
  calls: Calls,
  resolved: readonly Resolved[],
  records: Records,
): Promise<Map<Writing, Written['email']>> {
  const emails = new Map<Writing, Written['email']>();
  const drafts: { readonly writing: Writing; readonly draft: EmailDraft }[] = [];
  for (const { writing, refs } of resolved) {
    const record = records.get(writing);
    if (!refs.ok) emails.set(writing, refs);
    else if (record && !record.ok) emails.set(writing, record);
    else drafts.push({ writing, draft: emailOf(writing, refs.value, record?.value ?? null) });
  }
  const outcomes = await calls.write(drafts.length, async () => {
    await renew(work, drafts);
    return work.session.mail().archive(drafts.map(({ draft }) => draft));
  });
  drafts.forEach(({ writing, draft }, index) => {
    const people = draft.people.map(({ id }) => id);
    const id = emailIn(outcomes[index] ?? noAnswer());
    emails.set(writing, id.ok ? { ok: true, value: { crmId: id.value, people } } : id);
  });
  return emails;
}

/** An e-mail that has the key already is what an earlier attempt made. */
function emailIn(outcome: Outcome<{ readonly id: string }>): Outcome<string> {
  if (outcome.ok) return { ok: true, value: outcome.value.id };
  const { kind, matches: [held] = [] } = outcome.failure;
  return kind === 'duplicate' && held !== undefined ? { ok: true, value: held } : outcome;
}

function emailOf(writing: Writing, refs: Refs, recordId: string | null): EmailDraft {
  const { key, plan } = writing;
  return {
    ...{ key, copy: plan.copy, people: refs.people, heldId: heldIdOf(writing, recordId) },
    related: relatedTo(plan, refs, recordId),
  };
}

/** The record, else the account whose people take part. */
function relatedTo(
  { record, newRecord }: ArchivePlan,
  { accountId }: Refs,
  recordId: string | null,
): EmailDraft['related'] {
  if (record) return { kind: folderKindOf(record), id: record.id };
  if (newRecord && recordId !== null) return { kind: folderKindOf(newRecord.type), id: recordId };
  return accountId === null ? null : { kind: 'account', id: accountId };
}

function idIn(outcome: Outcome<string> | undefined): string | null {
  return outcome?.ok ? outcome.value : null;
}
