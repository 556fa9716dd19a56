import type { EventContent } from '../../store/event-state.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { OutboxMail } from '../../store/outbox.ts';
import { addressesOf, sameAddress } from './attendees.ts';
import { type CalendarWorld, isOwnAddress, mailboxAt, ownerOf } from './calendar-world.ts';
import { receive, receiveCancellation, sentEvent } from './copies.ts';
import { contentOf, type EventView, timesOf, viewICalUId, viewId, viewOfItem } from './event-view.ts';
import { lastEnd } from './instances.ts';
import { instantOf } from './wall-times.ts';

/** What Exchange mails when an organizer changes a meeting, and what becomes of the copies of his attendees. */

/** Who acts: a mailbox's owner, through an application or by hand. */
export interface Actor {
  mailbox: Mailbox;
  /** The application, or `user`. */
  by: string;
}

/** Changes that concern nobody else (a guess that follows what other products found out). */
const PRIVATE = new Set([
  'categories',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
  'extensions',
  'transactionId',
]);

export function announceCreation(world: CalendarWorld, actor: Actor, view: EventView): void {
  if (isOver(world, view)) return;
  invite(world, actor, view, attendeesOf(world, actor, view));
}

/** After a change: `before` is what the event said, `names` are the properties of the body. */
export function announceChange(
  world: CalendarWorld,
  actor: Actor,
  view: EventView,
  before: EventContent,
  names: readonly string[],
): void {
  const told = world.behaviour.privatePatches === 'mailed' ? names : names.filter(name => !PRIVATE.has(name));
  if (!view.event.isOrganizer || told.length === 0 || isOver(world, view)) return;
  const now = attendeesOf(world, actor, view);
  const earlier = addressesOf(before.attendees).filter(
    address => !isOwnAddress(world, actor.mailbox, address),
  );
  const removed = earlier.filter(address => !includes(now, address));
  const added = now.filter(address => !includes(earlier, address));
  const remaining = now.filter(address => includes(earlier, address));
  cancelFor(world, actor, view, removed);
  invite(world, actor, view, added);
  // "An event update that includes only the attendees property in the request body sends a meeting update
  // to only the attendees that have changed" (documentation: event update).
  if (told.some(name => name !== 'attendees')) update(world, actor, view, remaining);
}

export function announceCancellation(world: CalendarWorld, actor: Actor, view: EventView): void {
  if (!view.event.isOrganizer || contentOf(view).isCancelled || isOver(world, view)) return;
  cancelFor(world, actor, view, attendeesOf(world, actor, view));
}

/** Puts a meeting into the calendars of its attendees, as if it had been there long since. */
export function placeCopies(world: CalendarWorld, mailbox: Mailbox, view: EventView): void {
  const actor = { mailbox, by: 'user' };
  for (const address of attendeesOf(world, actor, view)) deliver(world, view, address, sentEvent(view));
}

function invite(world: CalendarWorld, actor: Actor, view: EventView, to: string[]): void {
  post(world, actor, view, 'invitation', to);
  for (const address of to) deliver(world, view, address, sentEvent(view));
}

/** "… one for the master series and one per instance that has been updated" (documentation: event update). */
function update(world: CalendarWorld, actor: Actor, view: EventView, to: string[]): void {
  post(world, actor, view, 'update', to);
  if (view.date === undefined && to.length > 0) updateExceptions(world, actor, view);
  const ofSeries = addressesOf(view.event.content.attendees);
  for (const address of to) {
    deliver(world, view, address, includes(ofSeries, address) ? view.event : sentEvent(view));
  }
}

function updateExceptions(world: CalendarWorld, actor: Actor, { item, event }: EventView): void {
  const ofSeries = addressesOf(event.content.attendees);
  for (const date of Object.keys(event.exceptions).sort()) {
    const exception = viewOfItem(item, date);
    if (isOver(world, exception)) continue;
    const to = attendeesOf(world, actor, exception);
    post(world, actor, exception, 'update', to);
    for (const address of to.filter(each => !includes(ofSeries, each))) {
      deliver(world, exception, address, sentEvent(exception));
    }
  }
}

function deliver(
  world: CalendarWorld,
  { date }: EventView,
  address: string,
  sent: Parameters<typeof receive>[3],
): void {
  const mailbox = mailboxAt(world, address);
  if (mailbox) receive(world, mailbox, address, sent, date);
}

function cancelFor(world: CalendarWorld, actor: Actor, view: EventView, to: string[]): void {
  post(world, actor, view, 'cancellation', to);
  for (const address of to) {
    const mailbox = mailboxAt(world, address);
    if (!mailbox) continue;
    receiveCancellation(world, mailbox, view.event.iCalUId, view.date) ??
      receiveCancellation(world, mailbox, viewICalUId(view));
  }
}

/** Puts a message into the outbox; one to nobody is none. */
export function post(
  world: CalendarWorld,
  { mailbox, by }: Actor,
  view: EventView,
  kind: OutboxMail['kind'],
  to: string[],
): void {
  if (to.length === 0) return;
  world.outbox.send({
    at: new Date(world.now()).toISOString(),
    mailbox: ownerOf(world, mailbox).address,
    kind,
    eventId: viewId(mailbox, view, true),
    iCalUId: viewICalUId(view),
    subject: contentOf(view).subject,
    to,
    by,
  });
}

/** Everybody else who takes part. */
const attendeesOf = (world: CalendarWorld, { mailbox }: Actor, view: EventView) =>
  addressesOf(contentOf(view).attendees).filter(address => !isOwnAddress(world, mailbox, address));

const includes = (addresses: string[], address: string) => addresses.some(each => sameAddress(each, address));

function isOver({ behaviour, now }: CalendarWorld, view: EventView): boolean {
  if (behaviour.pastMeetings === 'mailed') return false;
  const end = view.date === undefined ? lastEnd(view.event) : instantOf(timesOf(view).end);
  return end < now();
}
