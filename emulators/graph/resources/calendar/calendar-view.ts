import type { EntityType } from '../../odata/entity-type.ts';
import { listEntities } from '../../odata/list.ts';
import { badRequest, GraphError } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { QueryOptions } from '../../protocol/query-options.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { contextOf } from '../context-url.ts';
import { type EventView, timesOf, viewOfItem } from './event-view.ts';
import { instancesIn, overlaps, type TimeWindow } from './instances.ts';
import { appliedOutlook } from './preferences.ts';
import { instantOf } from './wall-times.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 1825;
const DATE_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/i;

const invalidParameter = (message: string) => new GraphError(400, 'ErrorInvalidParameter', message);

/** The window of a request; without an offset it is in UTC, whatever zone is preferred for the answer. */
export function windowOf(query: QueryOptions): TimeWindow {
  const [from, to] = ['startdatetime', 'enddatetime'].map(name => {
    const text = query.get(name);
    if (!text) {
      throw invalidParameter(
        'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
      );
    }
    return instantIn(text, name);
  }) as [number, number];
  if (to < from)
    throw invalidParameter("The value of 'EndDateTime' must not be before that of 'StartDateTime'.");
  if (to - from > MAX_DAYS * DAY_MS) {
    throw new GraphError(
      400,
      'ErrorCalendarViewRangeTooBig',
      `The specified view range exceeds the maximum range of ${MAX_DAYS} days.`,
    );
  }
  return { from, to };
}

function instantIn(text: string, name: string): number {
  // A plus sign that was not encoded arrives as a space.
  const value = text.replace(' ', '+');
  const isZoned = /(Z|[+-]\d\d:\d\d)$/i.test(value.slice(10));
  const instant = DATE_TIME.test(value)
    ? Date.parse(isZoned || value.length === 10 ? value : `${value}Z`)
    : Number.NaN;
  if (Number.isNaN(instant)) throw invalidParameter(`The value '${text}' of parameter '${name}' is invalid.`);
  return instant;
}

/** What happens in a window: single events, occurrences and exceptions, by their start. */
export function viewsIn(items: Iterable<Item>, window: TimeWindow): EventView[] {
  const found: { view: EventView; startsAt: number }[] = [];
  for (const item of items) {
    for (const view of item.event ? viewsOf(item, window) : []) {
      found.push({ view, startsAt: instantOf(timesOf(view).start) });
    }
  }
  return found.sort((one, other) => one.startsAt - other.startsAt).map(({ view }) => view);
}

function viewsOf(item: Item, window: TimeWindow): EventView[] {
  if (item.event!.recurrence) return instancesIn(item.event!, window).map(date => viewOfItem(item, date));
  return overlaps(item.event!, window) ? [viewOfItem(item)] : [];
}

/** The list of what happens in the window that the query names (documentation: list calendarView, list instances). */
export function listedInstances(
  type: EntityType<EventView, MailboxCall>,
  call: MailboxCall,
  items: Iterable<Item>,
): GraphResponse {
  const window = windowOf(call.query);
  refuseTimestamps(call);
  const page = listEntities(type, () => viewsIn(items, window), call);
  return {
    status: 200,
    headers: appliedOutlook(call),
    body: { '@odata.context': contextOf(call), ...page },
  };
}

/** These two "do not support $select" in a calendar view (documentation: list calendarView). */
function refuseTimestamps({ query }: MailboxCall): void {
  const refused = /\b(createdDateTime|lastModifiedDateTime)\b/i.exec(query.get('$select') ?? '')?.[1];
  if (refused !== undefined)
    throw badRequest(`The property '${refused}' does not support $select in a calendar view.`);
}
