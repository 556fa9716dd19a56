import { expect } from 'vitest';
import type { Office } from '../office.ts';
import type { ItemEvent, LedgerItem, PolicyInput, Seat } from '../seat.ts';
import type { PairingView } from '../tenant.ts';
import { inDays } from './days.ts';

type Json = Record<string, unknown>;

interface DateTimeZone {
  readonly dateTime: string;
  readonly timeZone: string;
}

/** An event as Outlook's user sees it, told in UTC. */
export interface OutlookEvent {
  readonly id: string;
  readonly iCalUId: string;
  readonly subject: string;
  readonly type: string;
  readonly categories: string[];
  readonly start: DateTimeZone;
  readonly end: DateTimeZone;
  readonly originalStartTimeZone: string;
  readonly isAllDay: boolean;
  readonly showAs: string;
  readonly sensitivity: string;
  readonly isReminderOn: boolean;
  readonly reminderMinutesBeforeStart: number;
  readonly location: { readonly displayName: string };
  readonly body: { readonly contentType: string; readonly content: string };
  readonly attendees: { readonly emailAddress: { readonly address: string } }[];
}

export interface CrmEvent {
  readonly Id: string;
  readonly Subject: string;
  readonly StartDateTime: string;
  readonly EndDateTime: string;
  readonly ActivityDate: string;
  readonly IsAllDayEvent: boolean;
  readonly IsPrivate: boolean;
  readonly ShowAs: string;
  readonly Location: string | null;
  readonly Description: string | null;
  readonly IsReminderSet: boolean;
  readonly ReminderDateTime: string | null;
  readonly OwnerId: string;
  readonly WhoId: string | null;
}

const CRM_FIELDS = `Id, Subject, StartDateTime, EndDateTime, ActivityDate, IsAllDayEvent, IsPrivate, ShowAs, Location,
  Description, IsReminderSet, ReminderDateTime, OwnerId, WhoId`;

/** A time, or an attendee, as the body of a request has it. */
export const at = (day: string, time = '09:00', timeZone = 'UTC') => ({
  dateTime: `${day}T${time}:00`,
  timeZone,
});
export const attendee = (address: string) => ({ emailAddress: { address, name: address }, type: 'required' });

/** The calendar of one seat on both sides, and what its user does there. */
export class Diary {
  readonly seat: Seat;

  constructor(seat: Seat) {
    this.seat = seat;
  }

  get mail(): string {
    return this.seat.mail;
  }

  sync(times = 1): Promise<PairingView> {
    return this.seat.sync(times);
  }

  item(q: string): Promise<LedgerItem | null> {
    return this.seat.item(q);
  }

  story(q: string): Promise<ItemEvent[]> {
    return this.seat.story(q);
  }

  // ---------------------------------------------------------------------------------------- Outlook

  /** Single events and series. */
  events(): Promise<OutlookEvent[]> {
    return this.seat.world.graph.list(`/users/${this.mail}/events?$top=100`);
  }

  /** What the calendar shows from yesterday to the end of the second year, in order. */
  async shown(subject?: string): Promise<OutlookEvent[]> {
    const range = `startDateTime=${inDays(-40)}T00:00:00Z&endDateTime=${inDays(730)}T00:00:00Z`;
    const all = await this.seat.world.graph.list<OutlookEvent>(
      `/users/${this.mail}/calendarView?${range}&$top=500`,
    );
    return all
      .filter(event => subject === undefined || event.subject === subject)
      .toSorted((a, b) => (a.start.dateTime < b.start.dateTime ? -1 : 1));
  }

  /** The one event of that subject. */
  async event(subject: string): Promise<OutlookEvent> {
    const found = (await this.events()).filter(event => event.subject === subject);
    expect(found.map(event => event.subject)).toEqual([subject]);
    return found[0] as OutlookEvent;
  }

  /** Half an hour from nine o'clock UTC tomorrow, unless told otherwise. */
  add(event: Json): Promise<OutlookEvent> {
    const day = inDays(1);
    return this.seat.outlook('POST', '/events', { start: at(day), end: at(day, '09:30'), ...event });
  }

  edit(id: string, changes: Json): Promise<OutlookEvent> {
    return this.seat.outlook('PATCH', `/events/${id}`, changes);
  }

  remove(id: string): Promise<null> {
    return this.seat.outlook('DELETE', `/events/${id}`);
  }

  /** The owner answers an invitation in Outlook. */
  respond(id: string, response: 'accept' | 'decline'): Promise<unknown> {
    return this.seat.world.graph.control('POST', 'respond', { mailbox: this.mail, id, response });
  }

  /** An invitation of an organizer outside arrives; answers the copy. */
  async invited(organizer: string, event: Json): Promise<OutlookEvent> {
    const day = inDays(1);
    await this.seat.world.graph.control('POST', 'invite', {
      mailbox: this.mail,
      organizer: { address: organizer },
      start: at(day),
      end: at(day, '09:30'),
      attendees: [attendee(this.mail)],
      ...event,
    });
    return this.event(event.subject as string);
  }

  // ---------------------------------------------------------------------------------------- Salesforce

  /** Half an hour from nine o'clock UTC tomorrow, unless told otherwise. */
  addRecord(fields: Json): Promise<string> {
    const day = inDays(1);
    const times = { StartDateTime: `${day}T09:00:00Z`, EndDateTime: `${day}T09:30:00Z` };
    return this.seat.addRecord('Event', { ...('StartDateTime' in fields ? {} : times), ...fields });
  }

  editRecord(id: string, fields: Json): Promise<null> {
    return this.seat.editRecord('Event', id, fields);
  }

  removeRecord(id: string): Promise<null> {
    return this.seat.world.salesforce.delete('Event', id);
  }

  /** This user's own events, in order. */
  records(subject?: string): Promise<CrmEvent[]> {
    const named = subject === undefined ? '' : ` AND Subject = '${subject}'`;
    return this.seat.world.salesforce.query(
      `SELECT ${CRM_FIELDS} FROM Event WHERE IsChild = false AND OwnerId = '${this.seat.crmUserId}'${named}
       ORDER BY StartDateTime, Subject`,
    );
  }

  async record(subject: string): Promise<CrmEvent> {
    const found = await this.records(subject);
    expect(found.map(({ Subject }) => Subject)).toEqual([subject]);
    return found[0] as CrmEvent;
  }
}

interface Mail {
  readonly kind: string;
  readonly to: readonly string[];
}

/** Which mails Exchange would have sent to whom while this happened (POL-18, invariant 12). */
export async function mailsDuring(office: Office, happens: () => Promise<unknown>): Promise<string[]> {
  const { graph } = office.world;
  await graph.control('POST', 'outbox/reset');
  await happens();
  const { value } = await graph.control<{ value: Mail[] }>('GET', 'outbox');
  return value.map(({ kind, to }) => [kind, ...to].join(' '));
}

export const APPOINTMENTS = {
  modules: { appointments: { enabled: true } },
  newItems: { autoSync: true },
};

/** Somebody whose first cycle is over, with appointments only. */
export async function diary(office: Office, firstName: string, options: PolicyInput = {}): Promise<Diary> {
  return new Diary(await office.seat(firstName, { ...APPOINTMENTS, ...options }));
}

/** Two users whose first cycles are over. */
export async function twoDiaries(office: Office, options: PolicyInput = {}): Promise<[Diary, Diary]> {
  return [await diary(office, 'Ann', options), await diary(office, 'Bob', options)];
}

/** Cycles of several users in turn, until nothing of one waits for the other. */
export async function turns(...users: readonly Diary[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const user of users) await user.sync();
}

/** Somebody of whom nothing is synchronized yet. */
export async function newDiary(office: Office, firstName: string, timeZone?: string): Promise<Diary> {
  return new Diary(await office.hire(firstName, timeZone));
}
