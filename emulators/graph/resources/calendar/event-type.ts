import type { Behaviour } from '../../control/behaviour.ts';
import type { EntityType } from '../../odata/entity-type.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import type { WallTime } from '../../store/event-state.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import { otherExtensionIds, renderExtension } from '../open-extensions.ts';
import { etagOf } from '../stored-items.ts';
import { wireTime } from '../wire-time.ts';
import { bodyPreview, wireBody } from './body-text.ts';
import {
  contentOf,
  type EventView,
  exceptionOf,
  timesOf,
  typeOf,
  viewICalUId,
  viewId,
  viewOfItem,
} from './event-view.ts';
import { cancelledOccurrenceId } from './global-object-id.ts';
import { hasInstance, patternTimes } from './instances.ts';
import { wireRecurrence } from './recurrence-body.ts';
import { instantOf, inZone, wireDateTime } from './wall-times.ts';

export const EVENT = 'microsoft.graph.event';

export type EventType = EntityType<EventView, MailboxCall>;

/** How events are shown; some properties come only when they are selected, which the query tells. */
export function eventType(behaviour: Behaviour): EventType {
  const type: EventType = {
    name: EVENT,
    render: (view, call) => ({
      ...identity(view, call),
      ...content(view, call),
      ...times(view, call, behaviour),
      ...(selects(call, 'cancelledOccurrences') && { cancelledOccurrences: cancelled(view, call) }),
    }),
    property: (view, name, call) => {
      const value = type.render(view, call)[name];
      return name === 'start' || name === 'end' ? { ...(value as object), ...utc(view, name) } : value;
    },
    extended: view => ({ ...view.item.extended, ...exceptionOf(view)?.extended }),
    navigation: {
      extensions: {
        elements: ({ event }) => event.openExtensions.map(extension => renderExtension(extension, behaviour)),
        otherIds: otherExtensionIds,
        contextUrl: contextOfPart('extensions'),
      },
      exceptionOccurrences: {
        elements: ({ item, event, date }, call) =>
          Object.keys(event.exceptions)
            .filter(each => date === undefined && hasInstance(event, each))
            .sort()
            .map(each => type.render(viewOfItem(item, each), call)),
        contextUrl: contextOfPart('exceptionOccurrences'),
      },
    },
  };
  return type;
}

const contextOfPart = (name: string) => (view: EventView, call: MailboxCall) =>
  `${call.serviceRoot}/$metadata#users('${encodeURIComponent(call.params[0]!)}')/events('${encodeURIComponent(idOf(view, call))}')/${name}`;

const idOf = (view: EventView, { mailbox, preferences }: MailboxCall) =>
  viewId(mailbox, view, preferences.immutableIds);

const selects = ({ query }: MailboxCall, name: string) =>
  query.get('$select')?.toLowerCase().includes(name.toLowerCase()) ?? false;

/** The etag of an instance is its series': they are one item. */
const etag = (mailbox: Mailbox, { item }: EventView) => etagOf(mailbox, item.changedAt);

function identity(view: EventView, call: MailboxCall): Record<string, unknown> {
  const { mailbox } = call;
  const { item, event } = view;
  const id = idOf(view, call);
  return {
    '@odata.etag': etag(mailbox, view),
    id,
    createdDateTime: wireTime(item.createdAt),
    lastModifiedDateTime: wireTime(item.modifiedAt),
    changeKey: mailbox.ids.changeKey(item.changedAt),
    iCalUId: viewICalUId(view),
    ...(event.transactionId !== null && { transactionId: event.transactionId }),
    seriesMasterId: seriesMasterId(view, call),
    type: typeOf(view),
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(id)}&exvsurl=1&path=/calendar/item`,
    isOrganizer: event.isOrganizer,
    organizer: { emailAddress: event.organizer },
  };
}

const seriesMasterId = ({ item, date }: EventView, call: MailboxCall) =>
  date === undefined ? null : idOf(viewOfItem(item), call);

function content(view: EventView, { preferences }: MailboxCall): Record<string, unknown> {
  const shown = contentOf(view);
  return {
    ...shown,
    body: wireBody(shown.body, preferences.bodyContentType),
    bodyPreview: bodyPreview(shown.body),
    hasAttachments: false,
    isDraft: false,
    onlineMeetingUrl: null,
  };
}

function times(view: EventView, call: MailboxCall, behaviour: Behaviour): Record<string, unknown> {
  const { event, date } = view;
  const { start, end } = timesOf(view);
  const isFloating = contentOf(view).isAllDay && behaviour.allDayTimes === 'floating';
  const wanted = call.preferences.timeZone ?? 'UTC';
  const shown = (time: WallTime) =>
    wireDateTime(isFloating ? { ...time, timeZone: wanted } : inZone(time, wanted));
  return {
    start: shown(start),
    end: shown(end),
    originalStartTimeZone: event.originalZones.start,
    originalEndTimeZone: event.originalZones.end,
    ...(date !== undefined && { originalStart: wireTime(instantOf(patternTimes(event, date).start)) }),
    recurrence: date === undefined ? wireRecurrence(event.recurrence) : null,
  };
}

/** Filters and orders compare the times of events in UTC, whatever zone is preferred. */
const utc = (view: EventView, name: 'start' | 'end') => ({
  dateTime: wireDateTime(inZone(timesOf(view)[name], 'UTC')).dateTime,
});

const cancelled = (view: EventView, call: MailboxCall) =>
  view.date === undefined
    ? [...view.event.cancelled].sort().map(date => cancelledOccurrenceId(idOf(view, call), date))
    : [];

/** All that a delta round tells of an occurrence that is as its series says. */
export const occurrenceStub = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    ['@odata.etag', 'id', 'seriesMasterId', 'type', 'start', 'end'].map(name => [name, row[name]]),
  );
