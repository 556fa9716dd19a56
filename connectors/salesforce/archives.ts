import { SyncFailure } from '../../sync/failure.ts';
import type { EmailDraft, LinkedPerson } from '../archive.ts';
import type { Outcome } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { emailColumns } from './email-columns.ts';
import { ofItem } from './email-files.ts';
import { isRuleOfOrg, type Linking, linkPeople } from './email-people.ts';
import { insertAll } from './inserts.ts';
import type { UserSchema } from './schema.ts';
import type { DescribedShape } from './shape.ts';
import type { SalesforceWire } from './wire.ts';

/** What one user's e-mails are written with. */
export interface MailParts {
  readonly wire: SalesforceWire;
  readonly schema: UserSchema;
  readonly access: CheckedAccess | null;
}

type Archived = Outcome<{ readonly id: string }>;

/** Each e-mail is one insert, since nothing of it can be changed afterwards; then come the people that it could not name. */
export async function archiveEmails(
  { wire, access }: MailParts,
  shape: DescribedShape,
  drafts: readonly EmailDraft[],
): Promise<Archived[]> {
  const rights = (await access?.rights(drafts.flatMap(idsBehind))) ?? null;
  const outcomes = new Map<EmailDraft, Archived>();
  for (const draft of drafts) {
    const hidden = rights === null ? undefined : idsBehind(draft).find(id => rights.get(id)?.read !== true);
    if (hidden !== undefined) outcomes.set(draft, { ok: false, failure: notVisible(hidden) });
    else if (draft.heldId !== null) outcomes.set(draft, { ok: true, value: { id: draft.heldId } });
  }
  const fresh = drafts.filter(draft => !outcomes.has(draft));
  const results = await insertAll(
    wire,
    'EmailMessage',
    fresh.map(draft => emailColumns(draft, shape)),
  );
  fresh.forEach((draft, index) => {
    outcomes.set(draft, insertOutcome(results[index]!));
  });
  await addPeople({ wire }, drafts, outcomes);
  return drafts.map(draft => outcomes.get(draft)!);
}

/** Records that the acted-for user has to see; users are known to all. */
function idsBehind({ people, related }: EmailDraft): string[] {
  const ids = people.filter(({ kind }) => kind !== 'user').map(({ id }) => id);
  return related === null ? ids : [...ids, related.id];
}

function insertOutcome(result: Outcome<string>): Archived {
  return result.ok
    ? { ok: true, value: { id: result.value } }
    : { ok: false, failure: ofItem(result.failure) };
}

/** The e-mails stand by now: what is missing on one of them is added by the next attempt, which finds it. */
async function addPeople(
  { wire }: Pick<MailParts, 'wire'>,
  drafts: readonly EmailDraft[],
  outcomes: Map<EmailDraft, Archived>,
): Promise<void> {
  const linkings = drafts.flatMap((draft): Linking[] => {
    const outcome = outcomes.get(draft)!;
    const people = draft.heldId === null ? draft.people.filter(isSender) : draft.people;
    return outcome.ok ? [{ emailId: outcome.value.id, people }] : [];
  });
  const refused = await refusedLinks(wire, linkings);
  for (const [draft, outcome] of outcomes) {
    const failure = outcome.ok ? refused(outcome.value.id) : undefined;
    if (failure !== undefined && !isRuleOfOrg(failure))
      outcomes.set(draft, { ok: false, failure: halfDone(failure) });
  }
}

async function refusedLinks(
  wire: MailParts['wire'],
  linkings: readonly Linking[],
): Promise<(emailId: string) => SyncFailure | undefined> {
  try {
    const refused = await linkPeople(wire, linkings);
    return id => refused.get(id);
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    const unlinked = new Set(linkings.flatMap(({ emailId, people }) => (people.length > 0 ? [emailId] : [])));
    return id => (unlinked.has(id) ? error : undefined);
  }
}

function halfDone(failure: SyncFailure): SyncFailure {
  const { kind, message, native, retryAfterMs, fix } = failure;
  return new SyncFailure(kind, message, {
    maybeApplied: true,
    ...(native !== undefined && { native }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(fix !== undefined && { fix }),
    cause: failure,
  });
}

function isSender({ role }: LinkedPerson): boolean {
  return role === 'from';
}

function notVisible(id: string): SyncFailure {
  return new SyncFailure('gone', `the user does not see the record ${id}`, { native: 'UserRecordAccess' });
}
