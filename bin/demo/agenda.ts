/** What the colleagues have to do, by the day: 0 is today. All of it is of the CRM unless it says mailbox. */

import { accounts, type Colleague, colleagues, contactOf, type Person } from './company.ts';
import { PACKING_LINE } from './pipeline.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export type Appointment = {
  readonly subject: string;
  readonly owner: Colleague;
  readonly invited: readonly Colleague[];
  readonly day: number;
  /** In UTC, such as `09:30`; null: all day long. */
  readonly at: string | null;
  readonly lengthMinutes: number;
  readonly place: string;
  readonly person: Person | null;
};

export type Task = {
  readonly subject: string;
  readonly owner: Colleague;
  readonly day: number;
  readonly isCall: boolean;
  readonly person: Person | null;
  /** The name of what it is about. */
  readonly opportunity: string | null;
};

const [mira, jonas, priya] = colleagues;
const [almendra, , hansewerk, , copperRidge] = accounts;

/** Its owner had typed it into Outlook as well: it is recognised, not doubled (PAIR-7). */
const DEMONSTRATION = { subject: 'Demo of the packing line', owner: mira, day: 1, at: '09:30' };

export const appointments: readonly Appointment[] = [
  appointment({ ...DEMONSTRATION, person: contactOf(almendra!, 0) }),
  appointment({
    subject: 'Visit of the plant',
    owner: jonas,
    day: 3,
    at: '08:00',
    person: contactOf(hansewerk!, 1),
  }),
  appointment({ subject: 'Kick-off', owner: priya, day: 2, at: '15:00', person: contactOf(copperRidge!, 0) }),
  appointment({ subject: 'Fair in Hanover', owner: jonas, day: 9, at: null, place: 'Hanover' }),
  appointment({ subject: 'Review of the quarter', owner: mira, invited: [jonas], day: 6, at: '14:00' }),
];

export const tasks: readonly Task[] = [
  task({ subject: 'Send the offer', owner: mira, day: 2, opportunity: PACKING_LINE }),
  task({ subject: 'Prepare samples', owner: jonas, day: 4, person: contactOf(hansewerk!, 2) }),
  task({ subject: 'Renew the contract', owner: priya, day: 20, person: contactOf(copperRidge!, 3) }),
  task({
    subject: 'Call about delivery dates',
    owner: mira,
    day: 1,
    isCall: true,
    person: contactOf(almendra!, 4),
  }),
  task({ subject: 'Call back', owner: priya, day: 1, isCall: true, person: contactOf(copperRidge!, 1) }),
];

/** In mailboxes before synchronization begins: what has no record in the CRM stays its user's own (PAIR-6). */
export const mailboxAppointments: readonly Appointment[] = [
  appointment(DEMONSTRATION),
  appointment({ subject: 'Plans for the fair', owner: mira, invited: [jonas], day: 4, at: '10:00' }),
  appointment({ subject: 'Dentist', owner: priya, day: 5, at: '20:00' }),
];

export const mailboxSeries = { subject: 'Pipeline of the week', owner: mira, day: 1, at: '07:30', weeks: 8 };

export const mailboxTask = { subject: 'Book the train', owner: jonas };

/** The first and the last moment. */
export function spanOf({ day, at, lengthMinutes }: Appointment, nowMs: number): readonly [Date, Date] {
  const startMs = Date.parse(`${dateOf(day, nowMs)}T${at ?? '00:00'}:00Z`);
  return [new Date(startMs), new Date(startMs + lengthMinutes * MINUTE_MS)];
}

export function dateOf(day: number, nowMs: number): string {
  return new Date(nowMs + day * DAY_MS).toISOString().slice(0, 10);
}

function appointment(
  given: Pick<Appointment, 'subject' | 'owner' | 'day' | 'at'> & Partial<Appointment>,
): Appointment {
  const usual = { invited: [], lengthMinutes: given.at === null ? 24 * 60 : 60, place: '', person: null };
  return { ...usual, ...given };
}

function task(given: Pick<Task, 'subject' | 'owner' | 'day'> & Partial<Task>): Task {
  return { isCall: false, person: null, opportunity: null, ...given };
}
