import type { Participant, Response } from '../../sync/calendar/appointment.ts';
import { firstOfEach } from '../../sync/calendar/participants.ts';
import { type ActivityRecord, presentIn, textOrNull } from './activity-values.ts';
import type { ObjectShape } from './shape.ts';
import type { Row } from './wire.ts';

/** Rows of User, Contact and Lead with `Name` and `Email`, by id. */
export type People = ReadonlyMap<string, Row>;

/** EventRelation.Status (object reference, EventRelation). */
const responseOf: Readonly<Record<string, Response>> = {
  New: 'none',
  Accepted: 'accepted',
  Declined: 'declined',
  Uncertain: 'tentative',
};
export const statusOf: Readonly<Record<Response, string>> = {
  none: 'New',
  accepted: 'Accepted',
  declined: 'Declined',
  tentative: 'Uncertain',
};

/**
 * Who takes part in an event (CAL-5): its owner, who is invited, and whom it is about: WhoId, and with Shared Activities
 * the relations that are parents and no other record. Without Shared Activities relations do not say what they are: they
 * invite (object reference, EventRelation). Who has no address cannot be known in the mailbox.
 */
export function participantsOf(event: Row, relations: readonly Row[], people: People): Participant[] {
  const invited = relations.filter(({ IsInvitee }) => IsInvitee !== false);
  const about = relations.filter(({ IsInvitee, IsWhat }) => IsInvitee === false && IsWhat !== true);
  const found = [
    participantOf(event.OwnerId, 'organizer', 'accepted', people),
    ...invited.map(({ RelationId, Status }) =>
      participantOf(RelationId, 'required', responseOf[String(Status)] ?? 'none', people),
    ),
    ...[event.WhoId, ...about.map(({ RelationId }) => RelationId)].map(id =>
      participantOf(id, 'required', 'none', people),
    ),
  ];
  return firstOfEach(found);
}

function participantOf(
  id: unknown,
  role: Participant['role'],
  response: Response,
  people: People,
): Participant | null {
  const person = people.get(String(id));
  const address = textOrNull(person?.Email)?.toLowerCase();
  if (address === undefined) return null;
  return { address, name: textOrNull(person?.Name), role, response };
}

/**
 * The relations that invite those of the participants who were found in the CRM; its owner is the organizer. `shape` is
 * that of EventRelation.
 */
export function invitationsOf(
  eventId: string,
  participants: readonly Participant[],
  idByAddress: ReadonlyMap<string, string>,
  shape: ObjectShape,
): ActivityRecord[] {
  return participants.flatMap(({ address, role, response }) => {
    const id = idByAddress.get(address);
    if (id === undefined || role === 'organizer') return [];
    const invitation = { EventId: eventId, RelationId: id, IsInvitee: true, Status: statusOf[response] };
    return [presentIn(shape, invitation)];
  });
}
