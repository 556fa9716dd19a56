import { listEntities, viewOf } from '../../odata/list.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import { appliedPreferences } from '../../protocol/preferences.ts';
import { allowOptions } from '../../protocol/query-options.ts';
import type { Route } from '../../protocol/router.ts';
import { checkBody, enumMember } from '../../protocol/schema.ts';
import type { Folder } from '../../store/folder.ts';
import { CALENDAR, MAIL_ROOT } from '../../store/well-known-folders.ts';
import { contextOf, entityLocation } from '../context-url.ts';
import { writtenExtendedProperties } from '../extended-body.ts';
import { childrenOf, type FolderType, refuseTakenName, removeFolder, requireName } from '../folders.ts';
import { calendarRoute } from './calendar-route.ts';
import { type CalendarWorld, ownerOf } from './calendar-world.ts';
import { calendarOfPath } from './places.ts';

const CALENDARS = '/users/{id}/calendars';
const SINGLE = '/users/{id}/calendar';
const TYPE_NAME = 'microsoft.graph.calendar';

/** The calendars of a mailbox, the default one among them. */
export function calendarRoutes(world: CalendarWorld): Route[] {
  const type = calendarType(world);
  const defaultCalendar = ({ mailbox }: MailboxCall) => mailbox.wellKnown(CALENDAR);
  const routesOf = (pattern: string, folderOf: (call: MailboxCall) => Folder) => [
    calendarRoute('GET', pattern, call => read(type, call, folderOf(call))),
    calendarRoute('PATCH', pattern, call => update(type, call, folderOf(call))),
  ];
  const remove = (call: MailboxCall) => removeFolder(call.mailbox, calendarOfPath(call));
  return [
    calendarRoute('GET', CALENDARS, call => list(type, call)),
    calendarRoute('POST', CALENDARS, call => create(type, call)),
    ...routesOf(SINGLE, defaultCalendar),
    ...routesOf(`${CALENDARS}/{id}`, calendarOfPath),
    calendarRoute('DELETE', `${CALENDARS}/{id}`, remove),
    calendarRoute('POST', `${CALENDARS}/{id}/permanentDelete`, remove),
  ];
}

function calendarType(world: CalendarWorld): FolderType {
  const type: FolderType = {
    name: TYPE_NAME,
    render: ({ state }, { mailbox }) => ({
      id: mailbox.ids.folder(state.number),
      name: state.displayName,
      color: state.color ?? 'auto',
      hexColor: '',
      isDefaultCalendar: state.wellKnownName === CALENDAR,
      changeKey: mailbox.ids.changeKey(state.changedAt),
      canShare: true,
      canViewPrivateItems: true,
      canEdit: true,
      allowedOnlineMeetingProviders: ['teamsForBusiness'],
      defaultOnlineMeetingProvider: 'teamsForBusiness',
      isTallyingResponses: state.wellKnownName === CALENDAR,
      isRemovable: state.wellKnownName !== CALENDAR,
      owner: ownerOf(world, mailbox),
    }),
    property: (folder, name, call) => type.render(folder, call)[name],
    extended: ({ state }) => state.extended,
  };
  return type;
}

const root = ({ mailbox }: MailboxCall) => mailbox.wellKnown(MAIL_ROOT);

function list(type: FolderType, call: MailboxCall): GraphResponse {
  const calendars = childrenOf(call.mailbox, root(call)).filter(({ state }) => state.class === 'calendar');
  const page = listEntities(type, () => calendars, call);
  return {
    status: 200,
    headers: appliedPreferences(call.preferences),
    body: { '@odata.context': contextOf(call), ...page },
  };
}

function single(type: FolderType, call: MailboxCall, folder: Folder, status: 200 | 201): GraphResponse {
  const entity = viewOf(type, call)(folder);
  return {
    status,
    headers: status === 201 ? { Location: entityLocation(call, String(entity.id)) } : {},
    body: { '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'), ...entity },
  };
}

function read(type: FolderType, call: MailboxCall, folder: Folder): GraphResponse {
  allowOptions(call.query, ['$select', '$expand']);
  return single(type, call, folder, 200);
}

const colorOf = ({ color }: Record<string, unknown>) =>
  typeof color === 'string' ? enumMember('microsoft.graph.calendarColor', color) : undefined;

function create(type: FolderType, call: MailboxCall): GraphResponse {
  const { mailbox, request } = call;
  checkBody(request.body, TYPE_NAME);
  const displayName = requireName(request.body.name);
  refuseTakenName(mailbox, root(call), 'calendar', displayName);
  const color = colorOf(request.body);
  const folder = mailbox.addFolder({
    class: 'calendar',
    parent: root(call).state.number,
    displayName,
    extended: writtenExtendedProperties(request.body, {}) ?? {},
    ...(color !== undefined && { color }),
  });
  return single(type, call, folder, 201);
}

function update(type: FolderType, call: MailboxCall, folder: Folder): GraphResponse {
  const { mailbox, request } = call;
  checkBody(request.body, TYPE_NAME);
  const displayName = 'name' in request.body ? requireName(request.body.name) : folder.state.displayName;
  if (displayName.toLowerCase() !== folder.state.displayName.toLowerCase()) {
    refuseTakenName(mailbox, root(call), 'calendar', displayName);
  }
  const color = colorOf(request.body);
  const extended = writtenExtendedProperties(request.body, folder.state.extended);
  mailbox.updateFolder(folder, {
    displayName,
    ...(color !== undefined && { color }),
    ...(extended && { extended }),
  });
  return single(type, call, folder, 200);
}
