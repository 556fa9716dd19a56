import type { Violation } from '../module.ts';
import { isExcluded, isInside, isNamed, shownTo } from './expectation.ts';
import type { Email, Person } from './hands.ts';
import type { SentLetter } from './memory.ts';
import type { View } from './view.ts';

/** Time enough for what is saved to be seen, and for an attempt that began before to end. */
const OVERLAP_MS = 5 * 60_000;

/** Invariant 3: somebody whom the product makes is made once, and nobody is who is there or must not be (POL-21). */
export function peopleTwice(view: View): Violation[] {
  const { memory, accounts } = view;
  const made = madePeople(view);
  const byAddress = Map.groupBy(made, ({ object, address }) => `${object} ${address}`);
  const twice = [...byAddress]
    .filter(([, people]) => people.length > 1)
    .map(([address, people]) => `${address} was made ${people.length} times in the CRM`);
  const beside = made
    .filter(person => view.people.some(other => memory.ownPeople.has(other.id) && isEarlier(other, person)))
    .map(({ address }) => `${address} was made beside a contact who was there`);
  const unwanted = made
    .filter(({ address }) => isInside(address) || isExcluded(address))
    .map(({ address }) => `${address} was made in the CRM`);
  const companies = [...Map.groupBy(accounts, website => website)]
    .filter(([, all]) => all.length > 1)
    .map(([website, all]) => `${all.length} accounts were made for ${website}`);
  return [...twice, ...beside, ...unwanted, ...companies].map(text => ({ invariant: 3, text }));
}

/** Of those to whom letters were written. */
function madePeople({ people, memory }: View): Person[] {
  const letters = [...memory.letters.values()];
  return people.filter(
    ({ id, address }) => !memory.ownPeople.has(id) && letters.some(letter => isNamed(letter, address)),
  );
}

function isEarlier(one: Person, other: Person): boolean {
  return (
    one.object === other.object &&
    one.address === other.address &&
    one.createdAtMs + OVERLAP_MS < other.createdAtMs
  );
}

/** Invariant 13: an e-mail is in nobody's history but theirs to whom it was written, and in all of theirs (MAIL-2). */
export function wrongPeople(view: View): Violation[] {
  const byLetter = Map.groupBy(view.emails, ({ letter }) => letter);
  return [...byLetter].flatMap(([name, emails]) => {
    const letter = view.memory.letters.get(name ?? '');
    if (!letter) return [];
    const strangers = emails.flatMap(email => strangersIn(view, email, letter));
    return [...strangers, ...missing(view, emails, letter)].map(text => ({
      ...{ invariant: 13, text: `${letter.name} ${text}` },
    }));
  });
}

function strangersIn({ people }: View, email: Email, letter: SentLetter): string[] {
  return email.people.flatMap(({ id, address }) => {
    const person = people.find(one => one.id === id);
    if (!person) return [];
    if (isNamed(letter, person.address) && person.address === address && !isExcluded(address)) return [];
    return [`is in the history of ${person.address}, as ${address}`];
  });
}

/** Everybody who was there before the first copy is linked to one of them. */
function missing(view: View, emails: readonly Email[], letter: SentLetter): string[] {
  const firstMs = Math.min(...emails.map(({ createdAtMs }) => createdAtMs));
  const linked = new Set(emails.flatMap(({ people }) => people.map(({ id }) => id)));
  const mailboxes = view.memory.copies
    .filter(copy => copy.letter === letter.name)
    .map(({ mailbox }) => mailbox);
  const readers = view.mailboxes.filter(({ mailbox }) => mailboxes.includes(mailbox));
  const { ccAndBcc } = view.policy.smartConvert;
  const counts = (address: string) =>
    !isInside(address) &&
    !isExcluded(address) &&
    readers.every(({ mailbox }) => shownTo(mailbox, letter, ccAndBcc && sameCc(view)).includes(address));
  return view.people
    .filter(({ object, address }) => object === 'Contact' && counts(address))
    .filter(({ id }) => readers.every(({ visible }) => visible.has(id)))
    .filter(({ id, createdAtMs }) => createdAtMs + OVERLAP_MS < firstMs && !linked.has(id))
    .map(({ address }) => `is not in the history of ${address}`);
}

const sameCc = ({ policy }: View) => policy.inbox.ccAndBcc && policy.sentItems.ccAndBcc;
