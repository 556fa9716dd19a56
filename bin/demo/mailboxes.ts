import type { Emulated } from '../emulators.ts';
import {
  type Appointment,
  dateOf,
  mailboxAppointments,
  mailboxSeries,
  mailboxTask,
  spanOf,
} from './agenda.ts';
import { type Colleague, colleagues } from './company.ts';
import { RefusedRequest, request } from './request.ts';

const CONFLICT = 409;

/** A mailbox for each colleague. All or none are made, so a conflict means that they are there. */
export async function loadMailboxes(graph: Emulated['graph'], nowMs = Date.now()): Promise<void> {
  const users = colleagues.map(colleague => ({
    ...{ mail: colleague.mail, givenName: colleague.firstName, surname: colleague.lastName },
    displayName: nameOf(colleague),
    timeZone: colleague.mailboxTimeZone,
    events: eventsOf(colleague, nowMs),
    todoLists: [{ wellknownListName: 'defaultList', tasks: tasksOf(colleague) }],
  }));
  await request('POST', `${graph.control}/load`, { body: { users } }).catch((error: unknown) => {
    if (!(error instanceof RefusedRequest && error.status === CONFLICT)) throw error;
  });
}

function eventsOf(colleague: Colleague, nowMs: number): object[] {
  const single = mailboxAppointments.filter(({ owner }) => owner === colleague);
  return [
    ...single.map(appointment => eventOf(appointment, nowMs)),
    ...(mailboxSeries.owner === colleague ? [weekly(nowMs)] : []),
  ];
}

function eventOf(appointment: Appointment, nowMs: number) {
  const [start, end] = spanOf(appointment, nowMs);
  return {
    subject: appointment.subject,
    ...{ start: inUtc(start), end: inUtc(end), isAllDay: appointment.at === null },
    location: { displayName: appointment.place },
    attendees: appointment.invited.map(colleague => ({
      ...{ type: 'required', emailAddress: { address: colleague.mail, name: nameOf(colleague) } },
    })),
  };
}

/** In the owner's own zone, so that it stays at its hour when the clocks change. */
function weekly(nowMs: number) {
  const { subject, owner, day, at, weeks } = mailboxSeries;
  const startDate = dateOf(day, nowMs);
  const dayOfWeek = new Date(`${startDate}T00:00Z`).toLocaleDateString('en', {
    weekday: 'long',
    timeZone: 'UTC',
  });
  const start = { dateTime: `${startDate}T${at}:00`, timeZone: owner.mailboxTimeZone };
  return {
    ...{ subject, start, end: { ...start, dateTime: `${startDate}T${at.slice(0, 2)}:55:00` } },
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: [dayOfWeek.toLowerCase()] },
      range: { type: 'numbered', startDate, numberOfOccurrences: weeks },
    },
  };
}

function tasksOf(colleague: Colleague): object[] {
  return mailboxTask.owner === colleague ? [{ title: mailboxTask.subject }] : [];
}

function inUtc(moment: Date) {
  return { dateTime: moment.toISOString().slice(0, 19), timeZone: 'UTC' };
}

function nameOf({ firstName, lastName }: Colleague): string {
  return `${firstName} ${lastName}`;
}
