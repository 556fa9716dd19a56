import { CATEGORY } from '../../engine/company.ts';
import type { SimulatedCompany } from '../simulated-company.ts';

type Json = Record<string, unknown>;
type CrmObject = 'Event' | 'Task';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const TASKS = '/todo/lists/Tasks/tasks';

interface OutlookEvent {
  readonly id: string;
  readonly subject: string;
  readonly seriesMasterId: string | null;
}

/** What one user does by hand in the calendars and lists of tasks of both sides; things are told apart by subject. */
export class Agenda {
  readonly #company: SimulatedCompany;
  readonly #mail: string;

  constructor(company: SimulatedCompany, mail: string) {
    this.#company = company;
    this.#mail = mail;
  }

  // ------------------------------------------------------------------------------------------------ Outlook

  /** With our category, for an hour, so many days from now. */
  async addEvent(subject: string, inDays: number, fields: Json = {}): Promise<void> {
    const body = { subject, categories: [CATEGORY], ...this.#hour(inDays), ...fields };
    await this.#outlook.call('POST', '/events', body);
  }

  async addSeries(subject: string, inDays: number, numberOfOccurrences: number): Promise<void> {
    const startDate = this.#moment(inDays).slice(0, 10);
    await this.addEvent(subject, inDays, {
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', startDate, numberOfOccurrences },
      },
    });
  }

  async invite(subject: string, inDays: number, colleague: string): Promise<void> {
    const attendees = [{ emailAddress: { address: colleague }, type: 'required' }];
    await this.addEvent(subject, inDays, { attendees });
  }

  /** Of a series one occurrence, counted from 0. */
  async changeEvent(subject: string, fields: Json, which = 0): Promise<void> {
    await this.#outlook.call('PATCH', `/events/${(await this.#event(subject, which)).id}`, fields);
  }

  async deleteEvent(subject: string, which = 0): Promise<void> {
    await this.#outlook.call('DELETE', `/events/${(await this.#event(subject, which)).id}`);
  }

  async #event(subject: string, which: number): Promise<OutlookEvent> {
    const window = `startDateTime=${this.#moment(-1)}Z&endDateTime=${this.#moment(60)}Z&$top=100`;
    const { value } = await this.#outlook.call<{ value: OutlookEvent[] }>('GET', `/calendarView?${window}`);
    return found(value.filter(event => event.subject === subject)[which], `event ${subject}`);
  }

  async addTask(title: string, fields: Json = {}): Promise<void> {
    await this.#outlook.call('POST', TASKS, { title, categories: [CATEGORY], ...fields });
  }

  async changeTask(title: string, fields: Json): Promise<void> {
    await this.#outlook.call('PATCH', `${TASKS}/${await this.#taskId(title)}`, fields);
  }

  async deleteTask(title: string): Promise<void> {
    await this.#outlook.call('DELETE', `${TASKS}/${await this.#taskId(title)}`);
  }

  async #taskId(title: string): Promise<string> {
    const { value } = await this.#outlook.call<{ value: { id: string; title: string }[] }>('GET', TASKS);
    return found(
      value.find(task => task.title === title),
      `task ${title}`,
    ).id;
  }

  get #outlook() {
    return this.#company.outlook(this.#mail);
  }

  #hour(inDays: number): Json {
    const time = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
    return { start: time(this.#moment(inDays)), end: time(this.#moment(inDays, HOUR_MS)) };
  }

  /** On the hour, so that the clock may have gone on by some minutes. */
  #moment(inDays: number, laterMs = 0): string {
    const todayMs = Math.floor(this.#company.now() / DAY_MS) * DAY_MS;
    return new Date(todayMs + inDays * DAY_MS + 9 * HOUR_MS + laterMs).toISOString().slice(0, 19);
  }

  // ------------------------------------------------------------------------------------------------ the CRM

  async addMeetings(subjects: readonly string[], inDays: number): Promise<void> {
    const times = {
      StartDateTime: `${this.#moment(inDays)}.000+0000`,
      EndDateTime: `${this.#moment(inDays, HOUR_MS)}.000+0000`,
    };
    await this.#crm.create(
      'Event',
      subjects.map(Subject => ({ Subject, ...times })),
    );
  }

  async addTasks(subjects: readonly string[], fields: Json = {}): Promise<void> {
    await this.#crm.create(
      'Task',
      subjects.map(Subject => ({ Subject, ...fields })),
    );
  }

  async editRecord(object: CrmObject, subject: string, fields: Json): Promise<void> {
    await this.#crm.update(object, await this.#recordId(object, subject), fields);
  }

  async deleteRecord(object: CrmObject, subject: string): Promise<void> {
    await this.#crm.delete(object, await this.#recordId(object, subject));
  }

  async #recordId(object: CrmObject, subject: string): Promise<string> {
    const [first] = await this.#crm.query<{ Id: string }>(
      `SELECT Id FROM ${object} WHERE Subject = '${subject}' AND Owner.Email = '${this.#mail}'`,
    );
    return found(first, `${object} ${subject}`).Id;
  }

  get #crm() {
    return this.#company.crm(this.#mail);
  }
}

function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`There is no ${what}.`);
  return thing;
}
