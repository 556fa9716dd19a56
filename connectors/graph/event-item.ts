import type { Event } from '@microsoft/microsoft-graph-types';
import { splitAttendeeDetails } from '../../sync/calendar/attendee-details.ts';
import { textOfAppointment } from '../../sync/calendar/text-form.ts';
import type { Fields, MailboxItem, Meeting } from '../../sync/record.ts';
import { type EventIdentity, eventIdentityOf } from './event-identity.ts';
import { appointmentOf } from './event-mapping.ts';
import { momentMs } from './times.ts';

export type GraphEvent = Event & { readonly '@odata.etag'?: string };

/** The primary calendar, whichever window of it told of the event. */
const calendar = 'calendar';

export function eventItem(event: GraphEvent, mailboxZone: string): MailboxItem {
  const identity = eventIdentityOf(event);
  return {
    itemId: event.id ?? '',
    containerId: calendar,
    etag: event['@odata.etag'] ?? '',
    categories: event.categories ?? [],
    fields: eventFields(event, mailboxZone),
    createdAtMs: momentMs(event.createdDateTime),
    modifiedAtMs: momentMs(event.lastModifiedDateTime),
    ...(event.type != null && { meeting: meetingOf(event, identity) }),
    ...(identity.key !== null && { stamp: identity.key }),
  };
}

/** The list of attendees at the end of a body is ours, the rest is what people wrote (POL-14). */
function eventFields(event: GraphEvent, mailboxZone: string): Fields {
  const fields = textOfAppointment(appointmentOf(event, mailboxZone));
  if (fields.body === undefined) return fields;
  const { text, details } = splitAttendeeDetails(fields.body ?? '');
  return { ...fields, body: text, attendeeDetails: details };
}

function meetingOf(event: GraphEvent, identity: EventIdentity): Meeting {
  const organizer = event.organizer?.emailAddress?.address?.toLowerCase() || null;
  const others = (event.attendees ?? []).filter(
    ({ emailAddress }) => emailAddress?.address?.toLowerCase() !== organizer,
  );
  return {
    uid: identity.iCalUId,
    type: identity.type,
    seriesId: identity.seriesId,
    originalStartMs: identity.originalStartMs,
    isOrganizer: identity.isOrganizer ?? false,
    organizer,
    hasAttendees: others.length > 0,
    response: identity.ownResponse ?? 'none',
    isCancelled: identity.isCancelled ?? false,
  };
}
