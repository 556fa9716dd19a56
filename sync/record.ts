/** The fields of a person that mailbox and CRM can share (CON-2). Every value is text. */
export const PERSON_FIELDS = [
  'salutation', 'firstName', 'middleName', 'lastName', 'suffix',
  'title', 'department', 'company',
  'email1', 'email2', 'email3',
  'businessPhone', 'mobilePhone', 'homePhone', 'otherPhone', 'fax',
  'businessStreet', 'businessCity', 'businessState', 'businessPostalCode', 'businessCountry',
  'homeStreet', 'homeCity', 'homeState', 'homePostalCode', 'homeCountry',
  'birthday', 'assistant', 'website', 'notes',
] as const; // biome-ignore format: one line per group reads better
export type PersonField = (typeof PERSON_FIELDS)[number];

/**
 * The fields of an appointment (CAL-1 to CAL-6), in the text form of sync/calendar/text-form.ts. `attendeeDetails` is the
 * list of people that POL-14 appends to a body in the mailbox.
 */
export const APPOINTMENT_FIELDS = [
  'subject', 'location', 'body', 'span', 'showAs', 'privacy', 'reminder', 'participants', 'attendeeDetails',
] as const; // biome-ignore format: one line
export type AppointmentField = (typeof APPOINTMENT_FIELDS)[number];

/** The fields of a task or of a call without a time (TASK-1), in the text form of sync/tasks/text-form.ts. */
export const TASK_FIELDS = ['subject', 'body', 'dueDay', 'status', 'priority', 'remindAt', 'links'] as const;
export type TaskField = (typeof TASK_FIELDS)[number];

export type Field = PersonField | AppointmentField | TaskField;
export const FIELDS: readonly Field[] = [
  ...new Set<Field>([...PERSON_FIELDS, ...APPOINTMENT_FIELDS, ...TASK_FIELDS]),
];

/**
 * What one side says about an item. Every value is text; `null` is empty; an absent field is *unknown* and writes nothing
 * (partial rows, field security, fields that a system does not have). `birthday` is `yyyy-MM-dd`.
 */
export type Fields = { readonly [field in Field]?: string | null };

/** The modules of the address book. A module is a kind of thing that is synced. */
export type PersonModule = 'contacts' | 'leads';
export type ActivityModule = 'appointments' | 'calls' | 'tasks';
export type Module = PersonModule | ActivityModule;

/** What a mailbox calls its things. */
export type ItemKind = 'contact' | 'event' | 'task';
/** The kinds of records that have items in a mailbox. */
export type RecordKind = 'contact' | 'lead' | 'event' | 'call' | 'task';
/** What a CRM calls its things, in the words of the core. An `invitation` makes a user take part in an event. */
export type CrmKind = RecordKind | 'account' | 'user' | 'invitation';

/** A CRM record by kind and id; ids are opaque and canonical (Salesforce: 18 characters). */
export interface CrmRef {
  readonly kind: CrmKind;
  readonly id: string;
}

/** Somebody whom an appointment of the CRM is about, or who is invited, as POL-14 shows them. */
export interface Attendee {
  readonly name: string;
  readonly address: string | null;
  readonly account: string | null;
}

/** A record as the acting CRM user sees it. */
export interface CrmRecord {
  readonly ref: CrmRef;
  readonly ownerId: string;
  readonly accountId: string | null;
  readonly fields: Fields;
  /** When the record was created and last saved, epoch milliseconds of the CRM's clock. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Whether the acting user may edit the record; absent where the CRM was not asked. */
  readonly editable?: boolean;
  /** Appointments: the acting user is invited, or is to be told of it although it is somebody else's. */
  readonly invited?: boolean;
  /** Tasks and calls: there is nothing left to do. */
  readonly closed?: boolean;
  /** Appointments: who takes part beside the owner (POL-14). */
  readonly attendees?: readonly Attendee[];
  /** Our creation key, where the CRM has a unique field for it. */
  readonly key?: string;
  /** The record that took this one's place: the contact of a converted lead, the winner of a merge. */
  readonly successor?: CrmRef;
}

/** What an event is among others, beside what it says. */
export interface Meeting {
  /** The same in the calendars of all who take part, another for each occurrence of a series (CAL-2). */
  readonly uid: string | null;
  /** `series` stands for all its occurrences and is none itself. */
  readonly type: 'single' | 'series' | 'occurrence' | 'exception';
  /** The item id of the series that it belongs to. */
  readonly seriesId: string | null;
  /** When its series puts it, however it was moved: by this and the series an occurrence is known. */
  readonly originalStartMs: number | null;
  readonly isOrganizer: boolean;
  /** Lower case; null where nobody is named. */
  readonly organizer: string | null;
  readonly hasAttendees: boolean;
  /** Of the calendar's owner. */
  readonly response: 'none' | 'accepted' | 'tentative' | 'declined';
  readonly isCancelled: boolean;
}

/** An item of a mailbox: a contact, an event, a task. */
export interface MailboxItem {
  readonly itemId: string;
  readonly containerId: string;
  readonly etag: string;
  readonly categories: readonly string[];
  readonly fields: Fields;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Of events only. */
  readonly meeting?: Meeting;
  /** Our stamp on the item, where it was asked for: the creation key. A hint only, links decide. */
  readonly stamp?: string;
}
