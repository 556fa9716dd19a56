import { enumMember } from '../../protocol/schema.ts';
import type { EventContent } from '../../store/event-state.ts';
import { type AddressBook, writtenAttendees } from './attendees.ts';
import { writeLocations } from './locations.ts';
import { writeOnlineMeeting } from './online-meeting.ts';
import { organizerResponse } from './response-status.ts';

export type Body = Record<string, unknown>;

export interface FieldWriting {
  addressBook: AddressBook;
  newId(): string;
}

/** An event before anything was written to it. */
export const blankContent = (): EventContent => ({
  subject: '',
  body: { contentType: 'html', content: '' },
  importance: 'normal',
  sensitivity: 'normal',
  showAs: 'busy',
  isAllDay: false,
  isCancelled: false,
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  location: {
    displayName: '',
    locationType: 'default',
    uniqueIdType: 'unknown',
    address: {},
    coordinates: {},
  },
  locations: [],
  attendees: [],
  categories: [],
  responseRequested: true,
  allowNewTimeProposals: true,
  hideAttendees: false,
  isOnlineMeeting: false,
  onlineMeetingProvider: 'unknown',
  onlineMeeting: null,
  responseStatus: organizerResponse(),
});

const ENUMS = {
  importance: 'microsoft.graph.importance',
  sensitivity: 'microsoft.graph.sensitivity',
  showAs: 'microsoft.graph.freeBusyStatus',
} as const;
const FLAGS = [
  'isAllDay',
  'isReminderOn',
  'responseRequested',
  'allowNewTimeProposals',
  'hideAttendees',
] as const;

/** The content of an event after a write; what the body does not name stays, read-only properties are ignored. */
export function writtenContent(body: Body, current: EventContent, writing: FieldWriting): EventContent {
  const written = { ...current };
  if ('subject' in body) written.subject = String(body.subject ?? '');
  if ('categories' in body) written.categories = body.categories as string[];
  if (typeof body.reminderMinutesBeforeStart === 'number') {
    written.reminderMinutesBeforeStart = body.reminderMinutesBeforeStart;
  }
  for (const name of FLAGS) {
    const value = body[name];
    if (typeof value === 'boolean') written[name] = value;
  }
  for (const [name, type] of Object.entries(ENUMS) as [keyof typeof ENUMS, string][]) {
    const value = body[name];
    if (typeof value === 'string') written[name] = enumMember(type, value) ?? written[name];
  }
  if ('body' in body) written.body = writtenBody(body.body as Body | null);
  writeLocations(body, written);
  if ('attendees' in body) {
    written.attendees = writtenAttendees(body.attendees, current.attendees, writing.addressBook);
  }
  writeOnlineMeeting(body, current, written, writing);
  return written;
}

function writtenBody(given: Body | null): EventContent['body'] {
  const contentType = String(given?.contentType ?? 'text').toLowerCase() === 'html' ? 'html' : 'text';
  return { contentType, content: String(given?.content ?? '') };
}

/** The members of the content that two versions differ in. */
export function differingContent(one: EventContent, other: EventContent): Partial<EventContent> {
  const differs = (name: string) =>
    JSON.stringify(one[name as keyof EventContent]) !== JSON.stringify(other[name as keyof EventContent]);
  return Object.fromEntries(Object.entries(other).filter(([name]) => differs(name)));
}
