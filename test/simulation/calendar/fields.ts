import { Temporal } from 'temporal-polyfill';

export type Json = Readonly<Record<string, unknown>>;

/** A span as users see it: moments in UTC, or days, the last one included, with a slash between. */
interface AppointmentFieldInHands {
  shown(event: Json): string | null;
  /** What Outlook saves when its user enters this. */
  entered(value: string | null): Json;
  told(row: Json): string | null;
  /** What the CRM saves over a record. */
  saved(value: string | null, row: Json): Json;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Outlook's word and the CRM's for it; what the CRM has no word for is busy there. */
const SHOWN_AS: Readonly<Record<string, string>> = { free: 'Free', busy: 'Busy', oof: 'OutOfOffice' };
const NO_REMINDER = 'none';
/** West European time, in Outlook's words. */
const ELSEWHERE = 'W. Europe Standard Time';

export const FIELDS = {
  subject: {
    shown: event => written(event.subject)?.replace(/^Canceled: /, '') ?? null,
    entered: value => ({ subject: value }),
    told: row => written(row.Subject),
    saved: value => ({ Subject: value }),
  },
  location: {
    shown: event => written((event.location as Json | null)?.displayName),
    entered: value => ({ location: { displayName: value ?? '' } }),
    told: row => written(row.Location),
    saved: value => ({ Location: value }),
  },
  body: {
    shown: event => plain(written((event.body as Json | null)?.content)),
    entered: value => ({ body: { contentType: 'html', content: value === null ? '' : `<p>${value}</p>` } }),
    told: row => plain(written(row.Description)),
    saved: value => ({ Description: value }),
  },
  span: {
    shown: event => (event.isAllDay === true ? daysOf(event) : `${at(event.start)}/${at(event.end)}`),
    entered: value => times(value ?? '', moment => ({ dateTime: moment, timeZone: 'UTC' })),
    told: spanOfRow,
    saved: (value, row) => ({ ...spanSaved(value ?? ''), ...reminderMoved(value ?? '', row) }),
  },
  showAs: {
    shown: event => written(event.showAs),
    entered: value => ({ showAs: value }),
    told: row => Object.keys(SHOWN_AS).find(name => SHOWN_AS[name] === row.ShowAs) ?? null,
    saved: value => ({ ShowAs: SHOWN_AS[value ?? ''] }),
  },
  privacy: {
    shown: event => (event.sensitivity === 'normal' ? 'normal' : 'private'),
    entered: value => ({ sensitivity: value }),
    told: row => (row.IsPrivate === true ? 'private' : 'normal'),
    saved: value => ({ IsPrivate: value === 'private' }),
  },
  reminder: {
    shown: event => (event.isReminderOn === true ? String(event.reminderMinutesBeforeStart) : NO_REMINDER),
    entered: value =>
      value === NO_REMINDER
        ? { isReminderOn: false }
        : { isReminderOn: true, reminderMinutesBeforeStart: Number(value) },
    told: reminderOfRow,
    saved: (value, row) => reminderSaved(value, spanOfRow(row)),
  },
} as const satisfies Record<string, AppointmentFieldInHands>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];
export const COLUMNS = [
  ...['Subject', 'Location', 'Description', 'StartDateTime', 'EndDateTime', 'IsAllDayEvent'],
  ...['DurationInMinutes', 'ShowAs', 'IsPrivate', 'IsReminderSet', 'ReminderDateTime'],
].join(', ');

/** Fields whose values tell who entered them. */
export const TELLING: readonly FieldName[] = ['subject', 'location', 'body', 'span'];

const CHOICES = {
  showAs: ['free', 'busy', 'oof'],
  privacy: ['normal', 'private'],
  reminder: [NO_REMINDER, '5', '30'],
} as const;

/** A value that nobody has entered before; of some fields one of a few. `number` tells who it was. */
export function freshValue(field: FieldName, name: string, number: number, isAllDay = false): string {
  if (field === 'showAs' || field === 'privacy' || field === 'reminder')
    return CHOICES[field][number % CHOICES[field].length] ?? '';
  if (field === 'span') return freshSpan(number, isAllDay);
  return field === 'subject' ? `${name} t${number}` : `t${number}`;
}

/** From tomorrow on; some of them after the clocks have changed. */
function freshSpan(number: number, isAllDay: boolean): string {
  const startMs = Date.UTC(2026, 2, 3) + number * 3 * DAY_MS;
  const text = (ms: number, length: number) => new Date(ms).toISOString().slice(0, length);
  if (isAllDay) return `${text(startMs, 10)}/${text(startMs + (number % 3) * DAY_MS, 10)}`;
  const beginMs = startMs + (7 + (number % 12)) * 60 * MINUTE_MS;
  return `${text(beginMs, 19)}/${text(beginMs + 45 * MINUTE_MS, 19)}`;
}

/** What Outlook saves for a span that its user enters in another zone. */
export function enteredElsewhere(value: string): Json {
  return times(value, moment => {
    const offsetMs = isSummer(moment) ? 7_200_000 : 3_600_000;
    const local = new Date(Date.parse(`${moment}Z`) + offsetMs).toISOString().slice(0, 19);
    return { dateTime: local, timeZone: ELSEWHERE };
  });
}

/** Of Western Europe, by day. */
function isSummer(moment: string): boolean {
  return moment > '2026-03-29T01' && moment < '2026-10-25T01';
}

export function isAllDay(span: string): boolean {
  return !span.includes('T');
}

/** Whether two values of a field say the same; `tentative` and `elsewhere` are busy in the CRM. */
export function meansTheSame(field: string, one: string | null, other: string | null): boolean {
  if (field === 'reminder' && (one === null || other === null)) return true;
  return canonical(field, one) === canonical(field, other);
}

/** A wall time and the zone that it was entered in (RFC 9557). */
const ZONED = /[\dT:-]+\[[^\]]+\]/g;
const inUtc = (zoned: string) => Temporal.ZonedDateTime.from(zoned).toInstant().toString().slice(0, 19);

/** The history tells times as they were entered, in whichever zone, and out of office by a longer name. */
function canonical(field: string, value: string | null): string {
  const text = (value ?? '').trim();
  if (field === 'span') return text.replace(ZONED, inUtc);
  if (field === 'showAs') return SHOWN_AS[text] === undefined ? 'busy' : text;
  return text;
}

function times(span: string, timeOf: (moment: string) => Json): Json {
  const [from = '', to = ''] = span.split('/');
  if (!isAllDay(span)) return { isAllDay: false, start: timeOf(from), end: timeOf(to) };
  const midnight = (day: string) => ({ dateTime: `${day}T00:00:00`, timeZone: 'UTC' });
  return { isAllDay: true, start: midnight(from), end: midnight(dayAfter(to, 1)) };
}

/** The midnight of some zone, told in UTC, is nearest to that of its own day. */
function daysOf(event: Json): string {
  const day = (time: unknown) => new Date(Date.parse(`${at(time)}Z`) + DAY_MS / 2).toISOString().slice(0, 10);
  return `${day(event.start)}/${dayAfter(day(event.end), -1)}`;
}

function spanOfRow(row: Json): string | null {
  const start = written(row.StartDateTime)?.slice(0, 19);
  if (!start) return null;
  if (row.IsAllDayEvent !== true) return `${start}/${written(row.EndDateTime)?.slice(0, 19)}`;
  const days = Math.max(1, Math.ceil(Number(row.DurationInMinutes) / 1_440));
  return `${start.slice(0, 10)}/${dayAfter(start.slice(0, 10), days - 1)}`;
}

function spanSaved(span: string): Json {
  const [from = '', to = ''] = span.split('/');
  if (!isAllDay(span))
    return { IsAllDayEvent: false, StartDateTime: `${from}.000+0000`, EndDateTime: `${to}.000+0000` };
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return {
    ...{ IsAllDayEvent: true, StartDateTime: `${from}T00:00:00.000+0000` },
    DurationInMinutes: days * 1_440,
  };
}

function startMsOf(span: string): number {
  const [from = ''] = span.split('/');
  return Date.parse(isAllDay(span) ? from : `${from}Z`);
}

/** Null where it is no question of minutes: days begin when their owner's do. */
function reminderOfRow(row: Json): string | null {
  if (row.IsReminderSet !== true) return NO_REMINDER;
  const span = spanOfRow(row);
  if (span === null || isAllDay(span)) return null;
  return String((startMsOf(span) - Date.parse(String(row.ReminderDateTime))) / MINUTE_MS);
}

function reminderSaved(minutes: string | null, span: string | null): Json {
  if (minutes === null || minutes === NO_REMINDER || span === null)
    return { IsReminderSet: false, ReminderDateTime: null };
  const remindsAt = new Date(startMsOf(span) - Number(minutes) * MINUTE_MS);
  return { IsReminderSet: true, ReminderDateTime: remindsAt.toISOString().replace('Z', '+0000') };
}

/** The CRM keeps a moment: whoever enters another time there sees to the reminder as well. */
function reminderMoved(span: string, row: Json): Json {
  return row.IsReminderSet === true ? reminderSaved('15', span) : {};
}

export function written(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function at(time: unknown): string {
  return (written((time as Json | null)?.dateTime) ?? '').slice(0, 19);
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Before it stand texts of users, behind it what the product lists (CAL-5, POL-14). */
const LISTS = /--- Also taking part|──── Attendees/;

/** What people read of a text that users wrote, in one line. */
function plain(text: string | null): string | null {
  if (text === null) return null;
  const [own = ''] = text.split(LISTS);
  const read = own.replace(/<[^>]*>/g, ' ').replace(/&nbsp;|&#160;/g, ' ');
  return read.replace(/\s+/g, ' ').trim() || null;
}
