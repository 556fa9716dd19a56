import type { Event } from '@microsoft/microsoft-graph-types';
import type { Day, Response } from '../../sync/calendar/appointment.ts';
import { epochMs } from '../../sync/calendar/zones.ts';
import { responseOf } from './event-mapping.ts';
import { extendedValue, keyProperty } from './mapping.ts';
import { toldMoment } from './times.ts';

/** What an event is among others, beside what it says. Null where the row does not tell: rows of a delta can be short. */
export interface EventIdentity {
  readonly type: 'single' | 'series' | 'occurrence' | 'exception';
  /** The series that it belongs to. */
  readonly seriesId: string | null;
  /** When its series puts it, however it was moved: by this and the series an occurrence is known. */
  readonly originalStartMs: number | null;
  /** The same in the calendars of all who take part, another for each occurrence (CAL-2). */
  readonly iCalUId: string | null;
  readonly isOrganizer: boolean | null;
  readonly isCancelled: boolean | null;
  /** Of the calendar's owner; what the attendees say of themselves stands in the organizer's copy alone. */
  readonly ownResponse: Response | null;
  /** The days on which a series has no occurrence, against its pattern; see `seriesSelect`. */
  readonly cancelledDays: readonly Day[] | null;
  /** Our key. */
  readonly key: string | null;
}

const types = {
  singleInstance: 'single',
  seriesMaster: 'series',
  occurrence: 'occurrence',
  exception: 'exception',
} as const;

export function eventIdentityOf(event: Event): EventIdentity {
  const type = types[event.type ?? 'singleInstance'];
  return {
    type,
    seriesId: event.seriesMasterId ?? null,
    originalStartMs: originalStartMsOf(event),
    iCalUId: event.iCalUId ?? null,
    isOrganizer: event.isOrganizer ?? null,
    isCancelled: event.isCancelled ?? null,
    ownResponse: event.responseStatus ? responseOf(event.responseStatus.response) : null,
    cancelledDays: event.cancelledOccurrences?.map(dayInId) ?? null,
    key: extendedValue(event.singleValueExtendedProperties, keyProperty),
  };
}

/** The rows of a delta tell no original start of occurrences that are where their series puts them. */
function originalStartMsOf({ type, originalStart, start }: Event): number | null {
  if (originalStart) return Date.parse(originalStart);
  return type === 'occurrence' && start ? epochMs(toldMoment(start)) : null;
}

/** The id of an occurrence ends with its day, `OID.<series>.<yyyy-MM-dd>`. */
function dayInId(occurrenceId: string): Day {
  return occurrenceId.slice(-10);
}
