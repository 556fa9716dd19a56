import type { Violation } from '../module.ts';
import { fileOf } from './letter.ts';
import { type Copy, isDropPlace, lastPlace } from './memory.ts';
import { isDeleted, type MailboxView, nameOf, type View } from './view.ts';
import { mayBeGone } from './whereabouts.ts';

/** Invariant 2: no message leaves the mailbox, unless the CRM has it and the policy says so (MAIL-3). */
export function losses(view: View): Violation[] {
  return view.mailboxes.flatMap(mailbox => lostIn(view, mailbox)).map(text => ({ invariant: 2, text }));
}

function lostIn(view: View, mailbox: MailboxView): string[] {
  const whose = nameOf(mailbox.mailbox);
  return copiesIn(view, mailbox).flatMap(copy => {
    const message = mailbox.messages.find(({ id }) => id === copy.id);
    // Whoever deletes it once more out of the Deleted Items is rid of it.
    if (!message && lastPlace(copy).place === 'deleted') return [];
    if (!message) return mayBePurged(view, copy) ? [] : [`${copy.letter} is nowhere in ${whose}'s mailbox`];
    if (copy.isDiscarded || !isDeleted(mailbox, message.folderId)) return [];
    return [`${copy.letter} is in the Deleted Items of ${whose}, who did not put it there`];
  });
}

export function copiesIn({ memory }: View, { mailbox }: MailboxView): Copy[] {
  return memory.copies.filter(copy => copy.mailbox === mailbox);
}

function mayBePurged(view: View, copy: Copy): boolean {
  const { policy, emails, memory } = view;
  const { letter, places } = copy;
  const { deleteAfter, attachments } = policy.smartConvert;
  if (!deleteAfter || !places.some(({ place }) => isDropPlace(place))) return false;
  if (mayBeGone(view, copy)) return true;
  const hasFile = memory.letters.get(letter)?.hasFile === true && attachments;
  return emails.some(email => email.letter === letter && (!hasFile || email.files.includes(fileOf(letter))));
}
