import { retryMessages } from '../../db/messages.ts';
import { answerWanted, type WantedPerson, wantedPeople } from '../../db/unmatched-addresses.ts';
import { isWaiting, type SyncFailure } from '../../sync/failure.ts';
import type { Addressee } from '../../sync/mail/addressees.ts';
import { newAccounts, newPerson } from '../../sync/mail/creation.ts';
import { type Match, matcherOf, questionsAbout } from '../../sync/mail/matches.ts';
import { inStep } from '../step.ts';
import { CallFailed, Calls } from './calls.ts';
import { optionsOf } from './judging.ts';
import { askCrm } from './matching.ts';
import { createPeople, noAnswer } from './people.ts';
import type { MailWork } from './work.ts';

/**
 * Creates whom an admin wants of the unmatched addresses (MAIL-9); who is in the CRM by now is taken as found, and what
 * could not be archived is tried again. Whom the CRM cannot take now stays wanted. Answers whether anything came of it.
 */
export async function createWanted(work: MailWork): Promise<boolean> {
  const { step } = work;
  if (!step.peopleWanted) return false;
  const wanted = await work.inTransaction(tx => wantedPeople(tx, step.pairing.id));
  const options = optionsOf(work);
  const creation = { ...options.creation, enabled: true };
  const people = wanted.map(addresseeOf);
  const matches = await askCrm(work, [questionsAbout(people, { leadsIfNoContact: true, creation })]);
  const matcher = matcherOf(matches, { leadsIfNoContact: true }, work.surroundings);
  const missing = people.filter(one => matcher.match(one).type === 'none');
  const drafts = missing.map(one => newPerson(creation, one, matches));
  const calls = new Calls();
  const created = await createPeople(work, calls, newAccounts(drafts), drafts);
  const crmKind = creation.leadInsteadOfContact ? 'lead' : 'contact';
  const answers = wanted.flatMap((person): { readonly id: string; readonly answer: Answer }[] => {
    const found = answerOf(matcher.match(addresseeOf(person)));
    if (found) return [{ id: person.id, answer: found }];
    const made = created.people.get(person.address) ?? noAnswer();
    if (made.ok) return [{ id: person.id, answer: { crmKind, crmId: made.value } }];
    return isForNow(made.failure) ? [] : [{ id: person.id, answer: { reason: made.failure.message } }];
  });
  if (answers.length > 0)
    await inStep(work.deps, step, async tx => {
      for (const { id, answer } of answers) await answerWanted(tx, id, answer);
      await retryMessages(tx, step.pairing.id, step.nowMs);
    });
  calls.require();
  return answers.length > 0;
}

/** The next cycle asks once more; it finds what took effect although no answer came. */
function isForNow(failure: SyncFailure): boolean {
  const { kind, maybeApplied } = failure;
  const passes =
    isWaiting(kind) || kind === 'locked' || kind === 'transient' || failure instanceof CallFailed;
  return passes || maybeApplied === true;
}

/** What the CRM has of somebody already; null where it has nobody. */
function answerOf(match: Match): Answer | null {
  switch (match.type) {
    case 'contact':
    case 'lead':
      return { crmKind: match.type, crmId: match.people[0]?.id ?? '' };
    case 'user':
      return { reason: 'The address is that of a CRM user.' };
    case 'hidden':
      return { reason: 'The CRM has somebody with the address whom the user may not see.' };
    case 'none':
      return null;
  }
}

type Answer = Parameters<typeof answerWanted>[2];

function addresseeOf({ address, name }: WantedPerson): Addressee {
  return { address, name, role: 'from', isInside: false, isImpersonal: false };
}
