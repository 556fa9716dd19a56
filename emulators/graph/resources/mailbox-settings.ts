import { parseSelect, select } from '../odata/select.ts';
import { badRequest } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import type { Route } from '../protocol/router.ts';
import { checkBody } from '../protocol/schema.ts';
import { checkTimeZone, IANA_ZONES, ianaZone, WINDOWS_ZONES } from './time-zones.ts';

const READ = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
const WRITE = ['MailboxSettings.ReadWrite'];
const TYPE_NAME = 'microsoft.graph.mailboxSettings';

export function newMailboxSettings(timeZone = 'UTC'): Record<string, unknown> {
  const never = { dateTime: '2026-01-01T00:00:00.0000000', timeZone: 'UTC' };
  return {
    automaticRepliesSetting: {
      status: 'disabled',
      externalAudience: 'all',
      internalReplyMessage: '',
      externalReplyMessage: '',
      scheduledStartDateTime: never,
      scheduledEndDateTime: never,
    },
    timeZone,
    language: { locale: 'en-US', displayName: 'English (United States)' },
    dateFormat: 'M/d/yyyy',
    timeFormat: 'h:mm tt',
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    userPurpose: 'user',
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: timeZone },
    },
  };
}

export function mailboxSettingsRoutes(): Route[] {
  const settings = '/users/{id}/mailboxSettings';
  const level = 'mailbox' as const;
  return [
    { method: 'GET', pattern: settings, level, roles: READ, handle: read },
    { method: 'PATCH', pattern: settings, level, roles: WRITE, handle: update },
    { method: 'GET', pattern: `${settings}/{id}`, level, roles: READ, handle: readOne },
    {
      method: 'GET',
      pattern: '/users/{id}/outlook/supportedTimeZones',
      level,
      roles: [...READ, 'User.Read.All'],
      handle: supportedTimeZones,
    },
  ];
}

const contextOf = (call: MailboxCall) =>
  `${call.serviceRoot}/$metadata#users('${encodeURIComponent(call.params[0]!)}')/mailboxSettings`;

/** The settings with the archive folder, which is a folder of this mailbox. */
const settingsOf = ({ mailbox }: MailboxCall): Record<string, unknown> => ({
  archiveFolder: mailbox.ids.folder(mailbox.wellKnown('archive').state.number),
  ...mailbox.state.settings,
});

function read(call: MailboxCall): GraphResponse {
  const selected = parseSelect(call.query.get('$select'), TYPE_NAME);
  return { status: 200, body: { '@odata.context': contextOf(call), ...select(settingsOf(call), selected) } };
}

function readOne(call: MailboxCall): GraphResponse {
  const wanted = call.params[1]!.toLowerCase();
  const entry = Object.entries(settingsOf(call)).find(([name]) => name.toLowerCase() === wanted);
  if (!entry) throw badRequest(`Resource not found for the segment '${call.params[1]}'.`);
  const [name, value] = entry;
  const context = { '@odata.context': `${contextOf(call)}/${name}` };
  return {
    status: 200,
    body: typeof value === 'object' ? { ...context, ...value } : { ...context, value },
  };
}

function update(call: MailboxCall): GraphResponse {
  const { body } = call.request;
  checkBody(body, TYPE_NAME);
  const { archiveFolder: _archive, userPurpose: _purpose, ...changes } = body;
  if (typeof changes.timeZone === 'string') checkTimeZone(changes.timeZone);
  const { state } = call.mailbox;
  for (const [name, value] of Object.entries(changes)) {
    const current = state.settings[name];
    state.settings[name] = isObject(value) && isObject(current) ? { ...current, ...value } : value;
  }
  call.mailbox.saveState();
  return { status: 200, body: { '@odata.context': contextOf(call), ...settingsOf(call) } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function supportedTimeZones(call: MailboxCall): GraphResponse {
  const standard = /TimeZoneStandard\s*=\s*(?:[\w.]+)?'(\w+)'/i.exec(call.args)?.[1]?.toLowerCase();
  const value =
    standard === 'iana'
      ? IANA_ZONES.map(alias => ({ alias, displayName: alias }))
      : WINDOWS_ZONES.map(alias => ({ alias, displayName: `${alias} (${ianaZone(alias)})` }));
  return {
    status: 200,
    body: {
      '@odata.context': `${call.serviceRoot}/$metadata#Collection(microsoft.graph.timeZoneInformation)`,
      value,
    },
  };
}
