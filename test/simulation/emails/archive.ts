import type { Violation } from '../module.ts';
import { isBarred, obstacleFor } from './expectation.ts';
import { copiesIn } from './keeping.ts';
import { fileOf, subjectOf, wordsOf } from './letter.ts';
import { type Copy, isDropPlace, lastPlace, type SentLetter } from './memory.ts';
import { type MailboxView, nameOf, type View } from './view.ts';
import { mayBeGone } from './whereabouts.ts';

/** Invariant 1: what was dropped is in the CRM, or stays with a category and a reason (MAIL-2, MAIL-3, MAIL-5, MAIL-6). */
export function unarchived(view: View): Violation[] {
  return view.mailboxes
    .flatMap(mailbox => copiesIn(view, mailbox).flatMap(copy => wrongWith(view, mailbox, copy)))
    .map(text => ({ invariant: 1, text }));
}

function wrongWith(view: View, mailbox: MailboxView, copy: Copy): string[] {
  const message = mailbox.messages.find(({ id }) => id === copy.id);
  const letter = view.memory.letters.get(copy.letter);
  if (!message || !letter) return [];
  const told = (text: string) => [`${copy.letter} of ${nameOf(mailbox.mailbox)} ${text}`];
  const { processed, notArchived } = view.policy.names;
  const key = mailbox.keys.get(message.folderId) ?? '';
  if (isDropPlace(key)) {
    const why = staysOut(view, mailbox, letter, key);
    if (why === null) return told(`still lies in ${key}: ${reasonOf(view, mailbox, copy)}`);
    const isTold = message.categories.includes(notArchived) && reasonOf(view, mailbox, copy) === why;
    return isTold ? [] : told(`lies in ${key} as ${reasonOf(view, mailbox, copy)}, not as ${why}`);
  }
  if (message.categories.includes(processed))
    return isInCrm(view, copy) ? [] : told('is no e-mail of the CRM');
  const { place } = lastPlace(copy);
  if (isDropPlace(place)) return mayBeRescued(view, place) ? [] : told(`left ${place} without a word`);
  return missedArchive(view, mailbox, copy, letter) ? told('is not archived by itself') : [];
}

function reasonOf({ entries }: View, { pairing }: MailboxView, copy: Copy): string {
  const entry = entries.find(({ pairingId, messageId }) => pairingId === pairing.id && messageId === copy.id);
  return entry?.code ?? 'nothing';
}

/** Records take everything that is not barred. */
function staysOut(view: View, mailbox: MailboxView, letter: SentLetter, key: string): string | null {
  const { smartConvert } = view.policy;
  const options = key === 'create:email' ? smartConvert : { ...smartConvert, mustMatch: false };
  return obstacleFor(view, mailbox, letter, options);
}

function isInCrm(view: View, copy: Copy): boolean {
  return mayBeGone(view, copy) || view.emails.some(({ letter }) => letter === copy.letter);
}

/** Its folder went: with its record, with the feature, or with the module. */
function mayBeRescued({ memory }: View, place: string): boolean {
  return memory.hasSwitched || memory.endedRecords.has(place.split(':').at(-1) ?? '');
}

/** A message that nobody moved, in an archived folder, that the policy has archived all the time (POL-23). */
function missedArchive(view: View, mailbox: MailboxView, copy: Copy, letter: SentLetter): boolean {
  const [first, ...others] = copy.places;
  if (!first || others.length > 0 || copy.isEarly || view.memory.hasSwitched) return false;
  if (first.place !== 'inbox' && first.place !== 'sentitems') return false;
  const options = view.policy[first.place === 'inbox' ? 'inbox' : 'sentItems'];
  const message = mailbox.messages.find(({ id }) => id === copy.id);
  const isMarked = message?.categories.includes(view.policy.category.name) === true;
  if (!options.enabled || (options.onlyWithCategory && !isMarked)) return false;
  // Without the category it is looked at once: who is found later finds nothing (MAIL-6).
  if (!isMarked && options.mustMatch && !options.creation.enabled) return false;
  const isOut = obstacleFor(view, mailbox, letter, options) !== null;
  return !isOut && !isInCrm(view, copy);
}

/** Invariant 3: once per record, and the history of its people once (MAIL-7). */
export function duplicates(view: View): Violation[] {
  const byLetter = Map.groupBy(view.emails, ({ letter }) => letter);
  return [...byLetter].flatMap(([letter, emails]) => {
    if (letter === null) return [];
    const places = Map.groupBy(emails, ({ relatedId }) => recordIn(view, relatedId));
    const twice = [...places]
      .filter(([record, copies]) => copies.length > 1 && !(record === null && hasLostRecords(view)))
      .map(([record, copies]) => `${letter} is ${copies.length} times on ${record ?? 'its people'}`);
    return [...twice, ...recordsTwice(view, letter)].map(text => ({ invariant: 3, text }));
  });
}

/** Null: the history of the people, whose account stands for them. */
function recordIn({ records }: View, relatedId: string | null): string | null {
  return records.find(({ id }) => id === relatedId)?.title ?? null;
}

/** E-mails of a deleted record stay without it. */
const hasLostRecords = ({ memory }: View) => memory.deletedRecords.size > 0;

function recordsTwice(view: View, letter: string): string[] {
  const made = view.records.filter(({ title }) => title.endsWith(subjectOf(letter)));
  return [...Map.groupBy(made, ({ object }) => object)]
    .filter(([, records]) => records.length > 1)
    .map(([object, records]) => `${letter} became ${records.length} of ${object}`);
}

/** What nobody wanted in the CRM, and what is not as it was written (MAIL-2, MAIL-4, MAIL-7, POL-23, POL-27). */
export function wrongEmails(view: View): Violation[] {
  return view.emails.flatMap(email => {
    const letter = view.memory.letters.get(email.letter ?? '');
    if (!letter) return [];
    const wrong = [
      ...(isBarred(view, letter) ? ['is in the CRM although it is private or excluded'] : []),
      ...(isOffered(view, letter) ? [] : ['is in the CRM although nobody asked for that']),
      ...(email.text.includes(wordsOf(letter.name)) ? [] : ['has lost its words']),
      ...(lacksFile(view, email.files, letter) ? ['has not got its file once'] : []),
      ...(email.bcc !== null && !isKnownToSender(view, letter) ? [`tells of ${email.bcc} in BCC`] : []),
    ];
    return wrong.map(text => ({ invariant: 2, text: `${letter.name} ${text}` }));
  });
}

function lacksFile({ policy }: View, files: readonly string[], { name, hasFile }: SentLetter): boolean {
  const wanted = hasFile && policy.smartConvert.attachments ? 1 : 0;
  return files.filter(file => file === fileOf(name)).length !== wanted;
}

function isKnownToSender({ memory }: View, { name, from }: SentLetter): boolean {
  return memory.copies.some(({ letter, mailbox }) => letter === name && mailbox === from);
}

function isOffered({ memory, policy }: View, { name }: SentLetter): boolean {
  const mayBeHeard = (place: string) =>
    (place === 'inbox' && (policy.inbox.enabled || memory.hasSwitched)) ||
    (place === 'sentitems' && policy.sentItems.enabled);
  const isFree = (place: string) =>
    !policy[place === 'inbox' ? 'inbox' : 'sentItems'].onlyWithCategory && mayBeHeard(place);
  return memory.copies
    .filter(({ letter }) => letter === name)
    .some(({ places, markedAtMs }) =>
      places.some(
        ({ place }) => isDropPlace(place) || isFree(place) || (mayBeHeard(place) && markedAtMs.length > 0),
      ),
    );
}
