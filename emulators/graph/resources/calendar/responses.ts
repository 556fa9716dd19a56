import { GraphError, invalidRequest } from '../../protocol/errors.ts';
import {
  type EventContent,
  type EventState,
  type ResponseStatus,
  reshape,
  shapeOf,
} from '../../store/event-state.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import { wireTime } from '../wire-time.ts';
import { addressesOf, attendeeOf } from './attendees.ts';
import { type CalendarWorld, isOwnAddress, mailboxAt, ownerOf } from './calendar-world.ts';
import { itemOfMeeting } from './copies.ts';
import { discard } from './discard.ts';
import { contentOf, type EventView, exceptionOf, timesOf, viewOfItem } from './event-view.ts';
import { hasInstance } from './instances.ts';
import { type Actor, post } from './meetings.ts';

export type ResponseAction = 'accept' | 'tentativelyAccept' | 'decline';

export const RESPONSES: Record<ResponseAction, ResponseStatus['response']> = {
  accept: 'accepted',
  tentativelyAccept: 'tentativelyAccepted',
  decline: 'declined',
};

const SHOWN_AS: Record<ResponseAction, string> = {
  accept: 'busy',
  tentativelyAccept: 'tentative',
  decline: 'free',
};

export interface Reply {
  action: ResponseAction;
  comment?: string | null | undefined;
  sendResponse?: boolean | null | undefined;
}

/** An attendee answers an invitation; the organizer learns of it only when a response is sent. */
export function respond(world: CalendarWorld, actor: Actor, view: EventView, reply: Reply): void {
  const { mailbox } = actor;
  if (view.event.isOrganizer) {
    throw invalidRequest(
      "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
    );
  }
  const isSent = reply.sendResponse !== false;
  if (!isSent && reply.comment) {
    throw new GraphError(
      400,
      'ErrorInvalidParameter',
      "'SendResponse' must be true when 'Comment' is not null.",
    );
  }
  const { action } = reply;
  const responseStatus = { response: RESPONSES[action], time: wireTime(world.now()) };
  writeContent(mailbox, view, { responseStatus, showAs: SHOWN_AS[action] });
  mailbox.updateItem(view.item, {}, world.now());
  if (isSent) sendResponse(world, actor, view, responseStatus);
  if (action === 'decline' && world.behaviour.declinedEvents === 'removed') {
    discard(world, mailbox, view);
  }
}

export function sendResponse(
  world: CalendarWorld,
  actor: Actor,
  view: EventView,
  status: ResponseStatus,
): void {
  const { address } = view.event.organizer;
  post(world, actor, view, 'response', [address]);
  const organizer = mailboxAt(world, address);
  const item = organizer && itemOfMeeting(organizer, view.event.iCalUId);
  if (item)
    track(world, organizer, viewOfItem(item, view.date), ownAddress(world, actor.mailbox, view), status);
}

/** The address under which the owner of a mailbox was invited. */
const ownAddress = (world: CalendarWorld, mailbox: Mailbox, view: EventView) =>
  addressesOf(contentOf(view).attendees).find(address => isOwnAddress(world, mailbox, address)) ??
  ownerOf(world, mailbox).address;

/** The organizer's event notes who answered what; false when the address is not among its attendees. */
export function track(
  world: CalendarWorld,
  organizer: Mailbox,
  view: EventView,
  address: string,
  status: ResponseStatus,
): boolean {
  const { attendees } = contentOf(view);
  const attendee = attendeeOf(attendees, address);
  const isGone = view.date !== undefined && !hasInstance(view.event, view.date);
  if (!attendee || isGone) return false;
  const answered = attendees.map(each => (each === attendee ? { ...each, status } : each));
  writeContent(organizer, view, { attendees: answered });
  organizer.updateItem(view.item, {}, world.now());
  return true;
}

/** Writes content of an event, or of an occurrence, which thereby becomes an exception. */
function writeContent(mailbox: Mailbox, view: EventView, content: Partial<EventContent>): void {
  const { event, date } = view;
  if (date === undefined) {
    event.content = { ...event.content, ...content };
    return;
  }
  const { start, end } = timesOf(view);
  const current = exceptionOf(view);
  const exception = {
    start,
    end,
    content: { ...current?.content, ...content },
    extended: current?.extended ?? {},
  };
  reshapeException(mailbox, event, date, exception);
}

export function reshapeException(
  mailbox: Mailbox,
  event: EventState,
  date: string,
  exception: EventState['exceptions'][string],
): void {
  reshape(
    event,
    { ...shapeOf(event), exceptions: { ...event.exceptions, [date]: exception } },
    mailbox.state.sequence,
  );
}
