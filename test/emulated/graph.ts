import type { HttpAnswer, HttpRequest } from '../../connectors/world.ts';
import { startGraphEmulator } from '../../emulators/graph/server.ts';
import { type Control, controlOf, overSocket, type Reach } from './reach.ts';

export interface EmulatedGraph {
  readonly settings: { readonly tenantId: string; readonly baseUrl: string; readonly tokenUrl: string };
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  /** Of the first user. */
  readonly address: string;
  readonly control: Control;
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly hosts: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

/** A tenant with one mailbox for each address, in a server of its own. */
export async function emulatedGraph(
  addresses: readonly string[] = ['ann@contoso.example'],
  now: () => number = Date.now,
): Promise<EmulatedGraph> {
  return graphBehind(overSocket(await startGraphEmulator({ now })), addresses);
}

export async function graphBehind(reach: Reach, addresses: readonly string[]): Promise<EmulatedGraph> {
  const { origin } = reach;
  const control = controlOf(reach);
  const info = (await control('GET', 'info')) as { tenantId: string; clientId: string; clientSecret: string };
  await control('POST', 'load', {
    users: addresses.map(mail => ({ mail, displayName: mail, timeZone: 'W. Europe Standard Time' })),
  });
  return {
    settings: {
      tenantId: info.tenantId,
      baseUrl: `${origin}/v1.0`,
      tokenUrl: `${origin}/${info.tenantId}/oauth2/v2.0/token`,
    },
    credentials: { clientId: info.clientId, clientSecret: info.clientSecret },
    address: addresses[0]!,
    control,
    send: request => reach.send(request),
    hosts: new Set([new URL(origin).host]),
    close: () => reach.close(),
  };
}
