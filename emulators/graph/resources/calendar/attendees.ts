import { GraphError } from '../../protocol/errors.ts';
import { enumMember } from '../../protocol/schema.ts';
import type { Attendee, EmailAddress } from '../../store/event-state.ts';
import { noResponse } from './response-status.ts';

/** Names of people by address, as far as the organisation knows them. */
export type AddressBook = (address: string) => string | undefined;

type Given = { type?: string | null; emailAddress?: Partial<EmailAddress> | null } | null;

export const sameAddress = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

export const attendeeOf = (attendees: readonly Attendee[], address: string) =>
  attendees.find(({ emailAddress }) => sameAddress(emailAddress.address, address));

export const addressesOf = (attendees: readonly Attendee[]) =>
  attendees.map(({ emailAddress }) => emailAddress.address);

/** The attendees of a body; who was among them before keeps his response, which only he can give. */
export function writtenAttendees(
  given: unknown,
  current: readonly Attendee[],
  names: AddressBook,
): Attendee[] {
  return (given as Given[]).map(attendee => {
    const address = attendee?.emailAddress?.address?.trim();
    if (!address) {
      throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
    }
    const known = attendeeOf(current, address);
    const type =
      enumMember('microsoft.graph.attendeeType', attendee?.type ?? '') ?? known?.type ?? 'required';
    return {
      type: type as Attendee['type'],
      status: known?.status ?? noResponse(),
      emailAddress: { name: attendee?.emailAddress?.name || (names(address) ?? address), address },
    };
  });
}
