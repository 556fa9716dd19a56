import type { CrmSide, Link, MailboxSide } from '../../sync/items/operation.ts';
import type { CalendarRules, ItemRules } from '../../sync/items/rules.ts';
import { APPOINTMENT_FIELDS, type Fields, type Meeting, TASK_FIELDS } from '../../sync/record.ts';
import { agreed, rules } from './people-sample.ts';

/** The defaults of a policy for appointments; nobody is mailed. */
export const eventRules: ItemRules = {
  ...rules,
  module: 'appointments',
  newItemsContainer: 'calendar',
  mailboxFields: new Set(APPOINTMENT_FIELDS.filter(field => field !== 'participants')),
  crmFields: new Set(APPOINTMENT_FIELDS),
};

export const taskRules: ItemRules = {
  ...rules,
  module: 'tasks',
  newItemsContainer: 'tasks:list-1',
  mailboxFields: new Set(TASK_FIELDS),
  crmFields: new Set(TASK_FIELDS.filter(field => field !== 'links')),
};

export const withCalendar = (more: Partial<CalendarRules>, using: ItemRules = eventRules): ItemRules => ({
  ...using,
  calendar: { ...using.calendar, ...more },
});

/** An appointment of the user's own that nobody else takes part in. */
export const alone: Meeting = {
  uid: 'uid-1',
  type: 'single',
  seriesId: null,
  originalStartMs: null,
  isOrganizer: true,
  organizer: null,
  hasAttendees: false,
  response: 'none',
  isCancelled: false,
};
/** A meeting that the user has called. */
export const called: Meeting = { ...alone, hasAttendees: true, organizer: 'ann@contoso.example' };
/** A meeting that somebody else has called, and the user comes. */
export const invited: Meeting = {
  ...called,
  isOrganizer: false,
  organizer: 'bob@fabrikam.example',
  response: 'accepted',
};

export const appointment: Fields = {
  subject: 'Review',
  location: 'Room 1',
  span: '2026-04-01T09:00:00[Europe/Berlin]/2026-04-01T10:00:00[Europe/Berlin]',
};
export const task: Fields = { subject: 'Call back', dueDay: '2026-04-01', status: 'notStarted' };

export const link = (more: Partial<Link> = {}): Link => ({
  bases: agreed(appointment),
  adopted: false,
  meeting: alone,
  ...more,
});

export const inMailbox = (fields: Fields, meeting?: Meeting): Extract<MailboxSide, { state: 'present' }> => ({
  state: 'present',
  fields,
  categories: ['Contoso CRM'],
  modifiedAtMs: 1_000,
  meeting,
});

export const inCrm = (
  fields: Fields,
  more: Partial<Pick<Extract<CrmSide, { state: 'present' }>, 'editable' | 'invited'>> = {},
): CrmSide => ({ state: 'present', fields, modifiedAtMs: 1_000, editable: true, ...more });

export const gone: MailboxSide = { state: 'gone', how: 'deleted' };
export const unheard = { state: 'unchanged' } as const;
