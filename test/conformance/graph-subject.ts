import { realWorld } from '../../bin/world.ts';
import { graphConnector } from '../../connectors/graph/connector.ts';
import type { GraphCredentials } from '../../connectors/graph/settings.ts';
import { type EmulatedGraph, emulatedGraph } from '../emulated/graph.ts';
import type { MailboxSubject } from './mailbox-suite.ts';

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
  return {
    connection: connectGraph(graph, graph.hosts),
    address: graph.address,
    move: async (id, folder) => {
      await graph.control('POST', 'move', { mailbox: graph.address, id, folder });
    },
    deleteContactFolder: id => deleteContactFolder(graph, id),
    close: graph.close,
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
    deleteContactFolder: id => deleteContactFolder(live, id),
    close: async () => {},
  };
}

/** The owner's hand, without the connector. */
async function deleteContactFolder(
  { settings, credentials, address }: GraphSettings,
  id: string,
): Promise<void> {
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
  const url = `${settings.baseUrl}/users/${encodeURIComponent(address)}/contactFolders/${encodeURIComponent(id)}`;
  await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
}
