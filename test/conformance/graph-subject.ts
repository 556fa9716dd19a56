import { realWorld } from '../../bin/world.ts';
import { graphConnector } from '../../connectors/graph/connector.ts';
import type { GraphCredentials } from '../../connectors/graph/settings.ts';
import { startGraphEmulator } from '../../emulators/graph/server.ts';
import type { MailboxSubject } from './mailbox-suite.ts';

export interface GraphSettings {
  readonly settings: { readonly tenantId: string; readonly baseUrl: string; readonly tokenUrl: string };
  readonly credentials: GraphCredentials;
  readonly address: string;
}

export interface EmulatedGraph extends GraphSettings {
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly control: (method: string, name: string, body?: unknown) => Promise<unknown>;
  readonly hosts: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

export async function emulatedGraph(
  addresses: readonly string[] = ['ann@contoso.example'],
  now: () => number = Date.now,
): Promise<EmulatedGraph> {
  const emulator = await startGraphEmulator({ now });
  const control = async (method: string, name: string, body?: unknown) => {
    const answer = await fetch(`${emulator.url}/_emulator/${name}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${name}: ${await answer.text()}`);
    return answer.json();
  };
  const info = (await control('GET', 'info')) as { tenantId: string; clientId: string; clientSecret: string };
  await control('POST', 'load', {
    users: addresses.map(mail => ({ mail, displayName: mail, timeZone: 'W. Europe Standard Time' })),
  });
  return {
    settings: {
      tenantId: info.tenantId,
      baseUrl: `${emulator.url}/v1.0`,
      tokenUrl: `${emulator.url}/${info.tenantId}/oauth2/v2.0/token`,
    },
    credentials: { clientId: info.clientId, clientSecret: info.clientSecret },
    address: addresses[0]!,
    control,
    hosts: new Set([new URL(emulator.url).host]),
    close: emulator.close,
  };
}

export function connectGraph({ settings, credentials }: GraphSettings, allowedHosts: ReadonlySet<string>) {
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
