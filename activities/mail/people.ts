import type { NewAccountDraft } from '../../connectors/archive.ts';
import type { CrmWrite, Outcome } from '../../connectors/connector.ts';
import { takeClaim } from '../../db/claims.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { NewAccount, NewPerson } from '../../sync/mail/creation.ts';
import type { Calls } from './calls.ts';
import type { MailWork } from './work.ts';

/** What became of the accounts and people that messages need: their ids, or why there is none. */
export interface Created {
  /** By domain. */
  readonly accounts: ReadonlyMap<string, Outcome<string>>;
  /** By canonical address. */
  readonly people: ReadonlyMap<string, Outcome<string>>;
}

/** A colleague's pairing is about to create the very same: its result is found when the message is looked at again. */
export class ClaimedElsewhere extends SyncFailure {
  constructor() {
    super('locked', 'Another pairing is creating the same person or account.');
  }
}

/**
 * Creates who is missing, each once however many of the messages name them (MAIL-2). What several pairings could create
 * takes a row in claims first (ARCHITECTURE.md section 5).
 */
export async function createPeople(
  work: MailWork,
  calls: Calls,
  accounts: readonly NewAccount[],
  people: readonly NewPerson[],
): Promise<Created> {
  const madeAccounts = await createAccounts(
    work,
    calls,
    uniqueBy(accounts, ({ domain }) => domain),
  );
  const wanted = uniqueBy(people, ({ address }) => address);
  const made = new Map<string, Outcome<string>>();
  const writes: { readonly address: string; readonly write: CrmWrite }[] = [];
  for (const person of wanted) {
    const account = accountOf(person, madeAccounts);
    if (!account.ok) made.set(person.address, account);
    else if (!(await claim(work, person.kind, person.address)))
      made.set(person.address, { ok: false, failure: new ClaimedElsewhere() });
    else writes.push({ address: person.address, write: writeOf(work, person, account.value) });
  }
  const outcomes = await calls.write(writes.length, () =>
    work.session.write(writes.map(({ write }) => write)),
  );
  writes.forEach(({ address }, index) => {
    made.set(address, idOf(outcomes[index]));
  });
  return { accounts: madeAccounts, people: made };
}

async function createAccounts(
  work: MailWork,
  calls: Calls,
  wanted: readonly NewAccount[],
): Promise<Map<string, Outcome<string>>> {
  const made = new Map<string, Outcome<string>>();
  const drafts: NewAccountDraft[] = [];
  for (const { domain, name } of wanted) {
    if (await claim(work, 'account', domain))
      drafts.push({ key: creationKey(work, 'account', domain), name, website: domain });
    else made.set(domain, { ok: false, failure: new ClaimedElsewhere() });
  }
  const outcomes = await calls.write(drafts.length, () => work.session.createAccounts(drafts));
  drafts.forEach(({ website }, index) => {
    const outcome = outcomes[index];
    made.set(website, outcome?.ok ? { ok: true, value: outcome.value.id } : (outcome ?? noAnswer()));
  });
  return made;
}

function accountOf({ account }: NewPerson, made: Created['accounts']): Outcome<string | null> {
  if (account === null) return { ok: true, value: null };
  if (account.type === 'existing') return { ok: true, value: account.id };
  return made.get(account.domain) ?? noAnswer();
}

/** The claim that the contacts' phase takes for a person that a user made by hand, too. */
async function claim(work: MailWork, kind: string, name: string): Promise<boolean> {
  const { crmConnection, pairing } = work.step;
  return work.inTransaction(tx => {
    const key = { connectionId: crmConnection.id, kind, keyHash: tx.vault.hash('claim', name) };
    return takeClaim(tx, key, pairing.id, work.deps.world.now());
  });
}

/** Of this run: a person who is made once more after years is another record. */
function creationKey({ step, cycle }: MailWork, kind: string, name: string): string {
  return `${kind}:${step.pairing.id}:${cycle}:${name}`;
}

function writeOf(work: MailWork, person: NewPerson, accountId: string | null): CrmWrite {
  const { kind, address, firstName, lastName, company } = person;
  return {
    op: 'create',
    kind,
    key: creationKey(work, kind, address),
    fields: { firstName, lastName, email1: address, ...(company === null ? {} : { company }) },
    accountId,
  };
}

function idOf(
  outcome: Outcome<{ readonly ref: { readonly id: string } } | null> | undefined,
): Outcome<string> {
  if (!outcome) return noAnswer();
  if (outcome.ok) return outcome.value ? { ok: true, value: outcome.value.ref.id } : noAnswer();
  return outcome;
}

export function noAnswer(): { readonly ok: false; readonly failure: SyncFailure } {
  const failure = new SyncFailure('transient', 'The CRM gave no answer for this one.', {
    maybeApplied: true,
  });
  return { ok: false, failure };
}

function uniqueBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map(value => [key(value), value])).values()];
}
