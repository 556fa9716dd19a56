import { realWorld } from '../../bin/world.ts';
import { graphConnector } from '../../connectors/graph/connector.ts';
import type { GraphCredentials } from '../../connectors/graph/settings.ts';
import type { Span, ZonedTime } from '../../sync/calendar/appointment.ts';
import { spanOfText } from '../../sync/calendar/text-form.ts';
import { type EmulatedGraph, emulatedGraph } from '../emulated/graph.ts';
import { mimeOf } from './delivered-mail.ts';
import type { MailboxSubject } from './mailbox-subject.ts';

interface GraphSettings {
  readonly settings: EmulatedGraph['settings'];
  readonly credentials: GraphCredentials;
  readonly address: string;
}

export function connectGraph(
  { settings, credentials }: Pick<GraphSettings, 'settings' | 'credentials'>,
  allowedHosts: ReadonlySet<string>,
) {
  return graphConnector.connect(settings, credentials, realWorld(allowedHosts));
}

export async function graphSubject(): Promise<MailboxSubject> {
  const graph = await emulatedGraph();
  const mailbox = graph.address;
  return {
    ...ownersHand(graph),
    connection: connectGraph(graph, graph.hosts),
    address: graph.address,
    move: async (id, folder) => {
      await graph.control('POST', 'move', { mailbox: graph.address, id, folder });
    },
    ...outsidersHand(graph),
    deliver: async (folder, mail) => {
      const eml = (await mimeOf(mail)).toString('base64');
      const delivered = await graph.control('POST', 'deliver', { mailbox, folder, eml });
      return (delivered as { immutableId: string }).immutableId;
    },
    respond: async (id, response) => {
      await graph.control('POST', 'respond', { mailbox, id, response });
    },
    close: graph.close,
  };
}

/** Nobody outside can be mailed or made to invite in a real tenant. */
function outsidersHand(graph: EmulatedGraph) {
  const { address: mailbox, control } = graph;
  const invitations = new Map<string, { iCalUId: string; organizer: { address: string } }>();
  return {
    outsider: 'outsider@fabrikam.example',
    mailsSent: async () => {
      const { value } = (await control('GET', 'outbox')) as { value: { to: string[] }[] };
      return value.flatMap(({ to }) => to);
    },
    invite: async (address: string, subject: string, span: string) => {
      const organizer = { address };
      const invited = await control('POST', 'invite', { mailbox, organizer, subject, ...timesOf(span) });
      const { immutableId, iCalUId } = invited as { immutableId: string; iCalUId: string };
      invitations.set(immutableId, { iCalUId, organizer });
      return immutableId;
    },
    callOff: async (itemId: string) => {
      await control('POST', 'invite', { mailbox, ...invitations.get(itemId), cancelled: true });
    },
  };
}

/** Over a real tenant: there, nobody moves an item for us. */
export async function liveGraphSubject(json: string): Promise<MailboxSubject> {
  const live = JSON.parse(json) as GraphSettings;
  const hosts = new Set(
    [live.settings.baseUrl, live.settings.tokenUrl].map(address => new URL(address).host),
  );
  return {
    connection: connectGraph(live, hosts),
    address: live.address,
    ...ownersHand(live),
    close: async () => {},
  };
}

/** The owner's hand, without the connector. */
function ownersHand(
  mailbox: GraphSettings,
): Pick<
  MailboxSubject,
  'deleteContactFolder' | 'deletedTaskList' | 'addDailySeries' | 'purgeMailFolder' | 'addHiddenMailFolder'
> {
  return {
    purgeMailFolder: async id => {
      await call(mailbox, 'POST', `mailFolders/${encodeURIComponent(id)}/permanentDelete`);
    },
    addHiddenMailFolder: async (parentId, displayName) => {
      const path = `mailFolders/${encodeURIComponent(parentId)}/childFolders`;
      const answer = await call(mailbox, 'POST', path, { displayName, isHidden: true });
      return ((await answer.json()) as { id: string }).id;
    },
    deleteContactFolder: async id => {
      await call(mailbox, 'DELETE', `contactFolders/${encodeURIComponent(id)}`);
    },
    deletedTaskList: async () => {
      const answer = await call(mailbox, 'POST', 'todo/lists', { displayName: `Deleted ${Date.now()}` });
      const { id } = (await answer.json()) as { id: string };
      await call(mailbox, 'DELETE', `todo/lists/${id}`);
      return id;
    },
    addDailySeries: async (subject, span, numberOfOccurrences) => {
      const times = timesOf(span);
      const range = { type: 'numbered', startDate: times.start.dateTime.slice(0, 10), numberOfOccurrences };
      const recurrence = { pattern: { type: 'daily', interval: 1 }, range };
      const answer = await call(mailbox, 'POST', 'events', { subject, ...times, recurrence });
      return ((await answer.json()) as { id: string }).id;
    },
  };
}

function timesOf(span: string) {
  const { start, end } = spanOfText(span) as Extract<Span, { allDay: false }>;
  const told = ({ local, zone }: ZonedTime) => ({ dateTime: local, timeZone: zone });
  return { start: told(start), end: told(end) };
}

async function call(mailbox: GraphSettings, method: string, path: string, body?: object): Promise<Response> {
  const { settings, credentials, address } = mailbox;
  if (!('clientSecret' in credentials)) throw new Error("the owner's hand signs in with a client secret");
  const answer = await fetch(settings.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const response = await fetch(`${settings.baseUrl}/users/${encodeURIComponent(address)}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      prefer: 'IdType="ImmutableId"',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response;
}
