import type { NewAccountDraft } from '../../connectors/archive.ts';
import type { CrmAnswered, CrmWrite, Outcome } from '../../connectors/connector.ts';
import { type ClaimKey, releaseClaim, takeClaim } from '../../db/claims.ts';
import type { Transaction } from '../../db/transaction.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { NewAccount, NewPerson } from '../../sync/mail/creation.ts';
import { inStep } from '../step.ts';
import { type Calls, orMade } from './calls.ts';
import type { MailWork } from './work.ts';

/** What became of the accounts and people that messages need: their ids, or why there is none. */
export interface Created {
  /** By domain. */
  readonly accounts: ReadonlyMap<string, Outcome<string>>;
  /** By canonical address. */
  readonly people: ReadonlyMap<string, Outcome<string>>;
}

/** An attempt to create the very same is not over: its result is found when the message is looked at again. */
export class ClaimedElsewhere extends SyncFailure {
  constructor() {
    super('locked', 'The same person or account is being created.');
  }
}

/**
 * Creates who is missing, each once however many of the messages name them (MAIL-2). Whoever is created takes a row in claims
 * first (ARCHITECTURE.md section 5): other pairings wait for it, and so does this one where an answer was lost.
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
  const wanted = uniqueBy(people, ({ address }) => address).map(person => ({
    person,
    claim: { kind: person.kind, name: person.address },
    account: accountOf(person, madeAccounts),
  }));
  const isMine = await takeClaims(
    work,
    wanted.flatMap(({ account, claim }) => (account.ok ? [claim] : [])),
  );
  const made = new Map<string, Outcome<string>>();
  const writes: { readonly person: NewPerson; readonly claim: Claim; readonly write: CrmWrite }[] = [];
  for (const { person, claim, account } of wanted) {
    if (!account.ok) made.set(person.address, account);
    else if (!isMine.has(claim)) made.set(person.address, { ok: false, failure: new ClaimedElsewhere() });
    else writes.push({ person, claim, write: writeOf(work, person, account.value) });
  }
  const outcomes = await calls.write(writes.length, () =>
    work.session.write(writes.map(({ write }) => write)),
  );
  const answers = writes.map(({ claim }, index) => ({ claim, outcome: idOf(outcomes[index]) }));
  await releaseClaims(work, answers);
  writes.forEach(({ person }, index) => {
    made.set(person.address, answers[index]?.outcome ?? noAnswer());
  });
  return { accounts: madeAccounts, people: made };
}

async function createAccounts(
  work: MailWork,
  calls: Calls,
  wanted: readonly NewAccount[],
): Promise<Map<string, Outcome<string>>> {
  const made = new Map<string, Outcome<string>>();
  const claims = new Map(wanted.map(({ domain }) => [domain, accountClaim(domain)]));
  const isMine = await takeClaims(work, [...claims.values()]);
  const drafts: { readonly claim: Claim; readonly draft: NewAccountDraft }[] = [];
  for (const { domain, name } of wanted) {
    const claim = claims.get(domain);
    if (!claim || !isMine.has(claim)) made.set(domain, { ok: false, failure: new ClaimedElsewhere() });
    else drafts.push({ claim, draft: { key: creationKey(work, 'account', domain), name, website: domain } });
  }
  const outcomes = await calls.write(drafts.length, () =>
    work.session.createAccounts(drafts.map(({ draft }) => draft)),
  );
  const answers = drafts.map(({ claim }, index) => ({ claim, outcome: outcomes[index] ?? noAnswer() }));
  await releaseClaims(work, answers);
  drafts.forEach(({ draft }, index) => {
    const outcome = answers[index]?.outcome ?? noAnswer();
    made.set(draft.website, outcome.ok ? { ok: true, value: outcome.value.id } : outcome);
  });
  return made;
}

function accountOf({ account }: NewPerson, made: Created['accounts']): Outcome<string | null> {
  if (account === null) return { ok: true, value: null };
  if (account.type === 'existing') return { ok: true, value: account.id };
  return made.get(account.domain) ?? noAnswer();
}

/** Somebody by the address, or a company by the domain. */
interface Claim {
  readonly kind: 'account' | NewPerson['kind'];
  readonly name: string;
}

const accountClaim = (domain: string): Claim => ({ kind: 'account', name: domain });

/** The claim that the contacts' phase takes for a person that a user made by hand, too. */
function keyOf(tx: Transaction, { step }: MailWork, { kind, name }: Claim): ClaimKey {
  return { connectionId: step.crmConnection.id, kind, keyHash: tx.vault.hash('claim', name) };
}

/** Always in the same order: colleagues who meet the same people wait for one another and not for each other. */
async function takeClaims(work: MailWork, claims: readonly Claim[]): Promise<ReadonlySet<Claim>> {
  const taken = new Set<Claim>();
  if (claims.length === 0) return taken;
  const { deps, step, lateCommitMs } = work;
  const claimant = { pairingId: step.pairing.id, lateCommitMs, isGuard: true };
  const ordered = claims.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await inStep(deps, step, async tx => {
    for (const claim of ordered) {
      const key = keyOf(tx, work, claim);
      if (await takeClaim(tx, key, claimant, deps.world.now())) taken.add(claim);
    }
  });
  return taken;
}

interface Answer {
  readonly claim: Claim;
  readonly outcome: Outcome<unknown>;
}

/** Those of whom nothing was made; where there is somebody, or may be, it is found once the claim is over. */
async function releaseClaims(work: MailWork, answers: readonly Answer[]): Promise<void> {
  const over = answers.filter(({ outcome }) => !outcome.ok && !outcome.failure.maybeApplied);
  if (over.length === 0) return;
  const { deps, step } = work;
  await inStep(deps, step, async tx => {
    for (const { claim } of over) await releaseClaim(tx, keyOf(tx, work, claim), step.pairing.id);
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

function idOf(outcome: Outcome<CrmAnswered> | undefined): Outcome<string> {
  if (!outcome?.ok) return orMade((outcome ?? noAnswer()).failure);
  const { value } = outcome;
  return value && 'ref' in value ? { ok: true, value: value.ref.id } : noAnswer();
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
