import { z } from 'zod';
import type { GraphEmulator } from '../emulator.ts';
import { GraphError, itemNotFound } from '../protocol/errors.ts';
import { checkBody } from '../protocol/schema.ts';
import { addressesOf } from '../resources/calendar/attendees.ts';
import { type CalendarWorld, isOwnAddress, ownerOf } from '../resources/calendar/calendar-world.ts';
import { itemOfMeeting, receive, receiveCancellation } from '../resources/calendar/copies.ts';
import type { Body } from '../resources/calendar/event-fields.ts';
import { EVENT } from '../resources/calendar/event-type.ts';
import {
  type EventView,
  viewById,
  viewICalUId,
  viewId,
  viewOfItem,
} from '../resources/calendar/event-view.ts';
import { newEvent, writtenEvent, writtenException } from '../resources/calendar/event-writes.ts';
import { hasInstance } from '../resources/calendar/instances.ts';
import { noResponse } from '../resources/calendar/response-status.ts';
import { RESPONSES, respond, track } from '../resources/calendar/responses.ts';
import { wireTime } from '../resources/wire-time.ts';
import type { EventState } from '../store/event-state.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { mailboxNamed } from './user-hand.ts';

/** What people do to meetings in Outlook or elsewhere, without the interface of the service. */

export const respondSchema = z.strictObject({
  mailbox: z.string(),
  /** The id of the meeting or of one occurrence in that mailbox. */
  id: z.string(),
  response: z.enum(['accept', 'tentativelyAccept', 'decline']),
  comment: z.string().optional(),
  sendResponse: z.boolean().optional(),
  /** Somebody outside whose answer arrives in the organizer's mailbox; without, the owner answers. */
  attendee: z.string().optional(),
});

export function respondByUser(emulator: GraphEmulator, answer: z.infer<typeof respondSchema>) {
  const { calendar: world } = emulator;
  const mailbox = mailboxNamed(emulator, answer.mailbox);
  const view = viewById(mailbox, answer.id);
  const { response: action, attendee } = answer;
  if (attendee === undefined) {
    const { comment, sendResponse } = answer;
    respond(world, { mailbox, by: 'user' }, view, { action, comment, sendResponse });
    return idsOf(mailbox, view);
  }
  const status = { response: RESPONSES[action], time: wireTime(world.now()) };
  if (!view.event.isOrganizer || !track(world, mailbox, view, attendee, status)) {
    throw new GraphError(
      404,
      'NotFound',
      `${attendee} is not an attendee of a meeting that ${answer.mailbox} organizes: name the organizer's mailbox and an address on the meeting.`,
    );
  }
  return idsOf(mailbox, view);
}

export const inviteSchema = z.looseObject({
  mailbox: z.string(),
  organizer: z.strictObject({ address: z.string(), name: z.string().optional() }),
  /** Names the meeting: a known one is updated, without one it is new. */
  iCalUId: z.string().optional(),
  /** The date of the one occurrence that the message is about. */
  occurrence: z.iso.date().optional(),
  cancelled: z.literal(true).optional(),
  /** The zone of the organizer is not one of those that have names. */
  customTimeZone: z.literal(true).optional(),
});

type Invitation = z.infer<typeof inviteSchema>;

/** A message of an organizer outside arrives: an invitation, an update or a cancellation. */
export function inviteFromOutside(emulator: GraphEmulator, invitation: Invitation) {
  const { mailbox: name } = invitation;
  const mailbox = mailboxNamed(emulator, name);
  const known =
    invitation.iCalUId === undefined ? undefined : itemOfMeeting(mailbox, invitation.iCalUId)?.event;
  if (!known && (invitation.cancelled || invitation.occurrence !== undefined)) {
    throw new GraphError(
      404,
      'NotFound',
      `${name} has no meeting ${invitation.iCalUId}: invite to it first.`,
    );
  }
  const { calendar: world } = emulator;
  const { iCalUId = '', occurrence } = invitation;
  const { address } = ownerOf(world, mailbox);
  const item = invitation.cancelled
    ? receiveCancellation(world, mailbox, iCalUId, occurrence)!
    : receive(world, mailbox, address, sentBy(world, mailbox, invitation, known), occurrence);
  const isOccurrence = occurrence !== undefined && hasInstance(item.event!, occurrence);
  return idsOf(mailbox, viewOfItem(item, isOccurrence ? occurrence : undefined));
}

/** The organizer's event as it stands in his message. */
function sentBy(
  world: CalendarWorld,
  mailbox: Mailbox,
  { organizer, iCalUId, occurrence, customTimeZone, cancelled: _none, mailbox: _name, ...body }: Invitation,
  known: EventState | undefined,
): EventState {
  checkBody(body, EVENT);
  const sent: EventState = known
    ? changed(world, structuredClone(known), occurrence, body)
    : {
        ...newEvent(body, world),
        organizer: { name: organizer.name ?? organizer.address, address: organizer.address },
        isOrganizer: false,
      };
  if (iCalUId !== undefined) sent.iCalUId = iCalUId;
  if (customTimeZone) sent.originalZones = { start: CUSTOM_ZONE, end: CUSTOM_ZONE };
  const isInvited = addressesOf(sent.content.attendees).some(address =>
    isOwnAddress(world, mailbox, address),
  );
  if (!isInvited) {
    const self = { type: 'required', status: noResponse(), emailAddress: ownerOf(world, mailbox) } as const;
    sent.content.attendees = [...sent.content.attendees, self];
  }
  return sent;
}

/** Documentation: event, originalStartTimeZone. */
const CUSTOM_ZONE = 'tzone://Microsoft/Custom';

function changed(world: CalendarWorld, sent: EventState, date: string | undefined, body: Body): EventState {
  if (date !== undefined) {
    if (!hasInstance(sent, date)) throw itemNotFound();
    sent.exceptions[date] = writtenException(world, sent, date, body);
    return sent;
  }
  const { content, shape } = writtenEvent(world, sent, body);
  return { ...sent, content, ...shape };
}

const idsOf = (mailbox: Mailbox, view: EventView) => ({
  id: viewId(mailbox, view, false),
  immutableId: viewId(mailbox, view, true),
  iCalUId: viewICalUId(view),
});
