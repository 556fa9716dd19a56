import { z } from 'zod';
import { seek } from '../../odata/extended-filter.ts';
import type { Expression } from '../../odata/filter-parser.ts';
import { countEntities, listEntities, viewOf } from '../../odata/list.ts';
import { badRequest, invalidRequest } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import { allowOptions } from '../../protocol/query-options.ts';
import type { Route } from '../../protocol/router.ts';
import { checkBody } from '../../protocol/schema.ts';
import type { Folder } from '../../store/folder.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import { contextOf, entityLocation } from '../context-url.ts';
import { checkIfMatch, etagOf, refuseNul } from '../stored-items.ts';
import { calendarRoute } from './calendar-route.ts';
import { listedInstances } from './calendar-view.ts';
import type { CalendarWorld } from './calendar-world.ts';
import { itemOfMeeting } from './copies.ts';
import type { Body } from './event-fields.ts';
import { EVENT, type EventType, eventType } from './event-type.ts';
import { type EventView, requireOpen, viewById, viewOfItem } from './event-view.ts';
import { createEvent, earlierCreation, removeEvent, updateEvent } from './event-writes.ts';
import { extensionRoutes } from './extensions.ts';
import type { Actor } from './meetings.ts';
import { CALENDAR_PLACES, type Place } from './places.ts';
import { appliedOutlook } from './preferences.ts';
import { RESPONSES, type ResponseAction, respond } from './responses.ts';
import { viewDelta } from './view-delta.ts';

const actorOf = ({ mailbox, application }: MailboxCall): Actor => ({
  mailbox,
  by: application.clientId,
});

/** Events at every place where they may be asked for. */
export function eventRoutes(world: CalendarWorld): Route[] {
  const type = eventType(world.behaviour);
  return CALENDAR_PLACES.flatMap(place => [
    ...collectionRoutes(world, type, place),
    ...singleRoutes(world, type, place),
    ...meetingRoutes(world, place),
    ...viewRoutes(world, type, place),
    ...extensionRoutes(world, `${place.pattern}/events/{id}/extensions`, eventOfPlace(world, place)),
  ]);
}

function collectionRoutes(world: CalendarWorld, type: EventType, place: Place): Route[] {
  const pattern = `${place.pattern}/events`;
  return [
    calendarRoute('GET', pattern, call => list(type, call, place.folderOf(call))),
    calendarRoute('POST', pattern, call => create(world, type, call, place.folderOf(call))),
    calendarRoute('GET', `${pattern}/$count`, call => count(type, call, place.folderOf(call))),
    calendarRoute('GET', `${pattern}/delta`, refuseDelta),
  ];
}

function singleRoutes(world: CalendarWorld, type: EventType, place: Place): Route[] {
  const pattern = `${place.pattern}/events/{id}`;
  const viewIn = eventOfPlace(world, place);
  return [
    calendarRoute('GET', pattern, call => read(type, call, viewIn(call))),
    calendarRoute('PATCH', pattern, call => update(world, type, call, viewIn(call))),
    calendarRoute('DELETE', pattern, call => remove(world, call, viewIn(call))),
    calendarRoute('POST', `${pattern}/permanentDelete`, call => removeForGood(world, call, viewIn(call))),
    calendarRoute('GET', `${pattern}/instances`, call => listedInstances(type, call, [viewIn(call).item])),
  ];
}

function meetingRoutes(world: CalendarWorld, place: Place): Route[] {
  const pattern = `${place.pattern}/events/{id}`;
  const viewIn = eventOfPlace(world, place);
  return [
    ...(Object.keys(RESPONSES) as ResponseAction[]).map(action =>
      calendarRoute('POST', `${pattern}/${action}`, call => {
        respond(world, actorOf(call), viewIn(call), { action, ...readParameters(call) });
        return { status: 202 };
      }),
    ),
    calendarRoute('POST', `${pattern}/cancel`, call => cancel(world, call, viewIn(call))),
  ];
}

function viewRoutes(world: CalendarWorld, type: EventType, place: Place): Route[] {
  const pattern = `${place.pattern}/calendarView`;
  return [
    calendarRoute('GET', pattern, call => listedInstances(type, call, place.folderOf(call).items.values())),
    calendarRoute('GET', `${pattern}/delta`, call => viewDelta(world, type, call, place.folderOf)),
  ];
}

/** The event that a path names; in a path with a calendar it must be in that calendar. */
const eventOfPlace =
  (world: CalendarWorld, place: Place) =>
  (call: MailboxCall): EventView => {
    const view = viewById(call.mailbox, call.params[place.keys + 1]!);
    requireOpen(call.mailbox, view, place.isMailbox ? undefined : place.folderOf(call), world.behaviour);
    return view;
  };

function read(type: EventType, call: MailboxCall, view: EventView): GraphResponse {
  allowOptions(call.query, ['$select', '$expand']);
  return single(type, call, view, 200);
}

function list(type: EventType, call: MailboxCall, folder: Folder): GraphResponse {
  const page = listEntities(type, filter => candidates(call.mailbox, folder, filter), call);
  return {
    status: 200,
    headers: appliedOutlook(call),
    body: { '@odata.context': contextOf(call), ...page },
  };
}

/** Single events and masters of series; a search by a key does not read them all. */
function* candidates(mailbox: Mailbox, folder: Folder, filter: Expression | undefined): Iterable<EventView> {
  const iCalUId = soughtICalUId(filter);
  const sought = seek(filter, mailbox.extendedIndex);
  const items =
    iCalUId === undefined
      ? sought && [...sought].flatMap(number => folder.items.get(number) ?? [])
      : [itemOfMeeting(mailbox, iCalUId)];
  for (const item of items ?? folder.items.values()) {
    if (item?.event && item.folder === folder.state.number) yield viewOfItem(item);
  }
}

function soughtICalUId(filter: Expression | undefined): string | undefined {
  if (filter?.kind === 'and') return soughtICalUId(filter.left) ?? soughtICalUId(filter.right);
  if (filter?.kind !== 'compare' || filter.comparison !== 'eq') return undefined;
  const { left, right } = filter;
  const isSought = left.kind === 'path' && left.path.join('/') === 'iCalUId' && right.kind === 'literal';
  return isSought ? String(right.value) : undefined;
}

const count = (type: EventType, call: MailboxCall, folder: Folder) =>
  countEntities(type, filter => candidates(call.mailbox, folder, filter), call);

/** In v1.0 only calendar views have change tracking, whatever the metadata says (msgraph-metadata issue 608). */
function refuseDelta(): never {
  throw badRequest("Unsupported request: Change tracking is not supported against 'microsoft.graph.event'.");
}

function single(type: EventType, call: MailboxCall, view: EventView, status: 200 | 201): GraphResponse {
  const entity = viewOf(type, call)(view);
  return {
    status,
    headers: {
      ...appliedOutlook(call),
      ETag: etagOf(call.mailbox, view.item.changedAt),
      ...(status === 201 && { Location: entityLocation(call, String(entity.id)) }),
    },
    body: { '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'), ...entity },
  };
}

function checkedBody(call: MailboxCall, { behaviour }: CalendarWorld): Body {
  const { body } = call.request;
  checkBody(body, EVENT);
  if (behaviour.nulCharacters === 'refused') refuseNul(body);
  return body;
}

function create(world: CalendarWorld, type: EventType, call: MailboxCall, folder: Folder): GraphResponse {
  const body = checkedBody(call, world);
  const item = earlierCreation(world, call.mailbox, body) ?? createEvent(world, actorOf(call), folder, body);
  return single(type, call, viewOfItem(item), 201);
}

function update(world: CalendarWorld, type: EventType, call: MailboxCall, view: EventView): GraphResponse {
  const body = checkedBody(call, world);
  checkIfMatch(call, view.item.changedAt);
  updateEvent(world, actorOf(call), view, body);
  return single(type, call, view, 200);
}

function remove(world: CalendarWorld, call: MailboxCall, view: EventView): GraphResponse {
  checkIfMatch(call, view.item.changedAt);
  removeEvent(world, actorOf(call), view);
  return { status: 204 };
}

function removeForGood(world: CalendarWorld, call: MailboxCall, view: EventView): GraphResponse {
  removeEvent(world, actorOf(call), view);
  if (view.date === undefined && call.mailbox.items.has(view.item.number)) call.mailbox.removeItem(view.item);
  return { status: 204 };
}

function cancel(world: CalendarWorld, call: MailboxCall, view: EventView): GraphResponse {
  readParameters(call);
  if (!view.event.isOrganizer) {
    throw invalidRequest("Your request can't be completed. You need to be an organizer to cancel a meeting.");
  }
  removeEvent(world, actorOf(call), view);
  return { status: 202 };
}

const parametersSchema = z.object({
  comment: z.string().nullish(),
  sendResponse: z.boolean().nullish(),
});

/** Parameters of actions are accepted with either capitalisation. */
function readParameters({ request }: MailboxCall): z.infer<typeof parametersSchema> {
  const given = Object.entries((request.body ?? {}) as Body);
  const parsed = parametersSchema.safeParse(
    Object.fromEntries(given.map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value])),
  );
  if (!parsed.success) throw invalidRequest(`The request is invalid: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
