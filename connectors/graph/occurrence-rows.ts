import { epochMs, zonedTime } from '../../sync/calendar/zones.ts';
import type { GraphEvent } from './event-item.ts';
import { appointmentOf } from './event-mapping.ts';
import { occurrenceUid } from './exchange-uid.ts';
import { ianaZoneOf } from './times.ts';

/** A row that tells of an occurrence only when it is and to which series it belongs (graph-docs, issue 7632). */
export function isStub(row: GraphEvent): boolean {
  return row.type === 'occurrence' && !('subject' in row);
}

/** What an occurrence has of its own, even where nobody has changed it. */
const OWN = ['@odata.etag', 'id', 'seriesMasterId', 'type', 'start', 'end'] as const;

/** An occurrence that is as its series says, made whole; null where only the server knows what it is called. */
export function completed(stub: GraphEvent, series: GraphEvent, mailboxZone: string): GraphEvent | null {
  const own = Object.fromEntries(OWN.flatMap(name => (name in stub ? [[name, stub[name]]] : [])));
  const { singleValueExtendedProperties: _ofSeries, ...shared } = series;
  const occurrence: GraphEvent = { ...shared, ...own, recurrence: null };
  const iCalUId = occurrenceUid(series.iCalUId ?? '', dayOf(occurrence, series, mailboxZone));
  return iCalUId === null ? null : { ...occurrence, iCalUId };
}

/** The day on which its series puts it. */
function dayOf(occurrence: GraphEvent, series: GraphEvent, mailboxZone: string): string {
  const { span } = appointmentOf(occurrence, mailboxZone);
  if (span === undefined) return '';
  if (span.allDay) return span.firstDay;
  const zone = ianaZoneOf(series.recurrence?.range?.recurrenceTimeZone) ?? span.start.zone;
  return zonedTime(epochMs(span.start), zone).local.slice(0, 10);
}
