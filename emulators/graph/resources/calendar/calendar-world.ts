import type { Directory } from '../../store/directory.ts';
import type { EmailAddress } from '../../store/event-state.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Outbox } from '../../store/outbox.ts';
import type { DeltaWorld } from '../delta-page.ts';
import { sameAddress } from './attendees.ts';
import type { FieldWriting } from './event-fields.ts';

/** What the calendar may know of the emulator: meetings concern more than one mailbox. */
export interface CalendarWorld extends DeltaWorld {
  directory: Directory;
  outbox: Outbox;
  now(): number;
}

export function ownerOf({ directory }: CalendarWorld, { guid }: Mailbox): EmailAddress {
  const user = directory.users.get(guid)!;
  return { name: user.displayName, address: user.mail ?? user.userPrincipalName };
}

export function mailboxAt({ directory }: CalendarWorld, address: string): Mailbox | undefined {
  const user = directory.findByAddress(address);
  return user && directory.mailboxes.get(user.id);
}

export const isOwnAddress = (world: CalendarWorld, mailbox: Mailbox, address: string) =>
  mailboxAt(world, address) === mailbox || sameAddress(ownerOf(world, mailbox).address, address);

export const fieldWriting = ({ directory, newId }: CalendarWorld): FieldWriting => ({
  addressBook: address => directory.findByAddress(address)?.displayName,
  newId,
});
