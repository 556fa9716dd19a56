import { z } from 'zod';
import { environmentForChild } from './environment.ts';
import type { Home } from './home.ts';
import type { Ports } from './ports.ts';
import { nodeProcess, type ProcessSpec } from './processes.ts';

/** The emulated systems, as `run.json` tells of them. */
export type Emulated = {
  readonly graph: {
    readonly baseUrl: string;
    readonly tokenUrl: string;
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly control: string;
  };
  readonly salesforce: {
    readonly loginUrl: string;
    readonly instanceUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly username: string;
    readonly privateKey: string;
    readonly accessToken: string;
    readonly control: string;
  };
};

type EmulatorName = 'graph' | 'salesforce';

const STATE_OPTION = { graph: '--state-file', salesforce: '--state' } as const;
const READY_WITHIN_MS = 60_000;
const GRACE_MS = 10_000;

export function emulatorProcess(name: EmulatorName, home: Home, ports: Ports): ProcessSpec {
  const port = ports[name];
  return {
    name: `emulator of ${name === 'graph' ? 'Microsoft Graph' : 'Salesforce'}`,
    ...nodeProcess(`emulators/${name}/main.ts`, [
      ...['--port', String(port)],
      ...[STATE_OPTION[name], home.path('emulators', `${name}.db`)],
    ]),
    environment: environmentForChild({}),
    logFile: home.path('logs', `emulator-${name}.log`),
    ready: async () => (await fetch(`${control(port)}/info`).catch(() => undefined))?.ok ?? false,
    readyWithinMs: READY_WITHIN_MS,
    graceMs: GRACE_MS,
  };
}

export async function describeEmulators(ports: Ports): Promise<Emulated> {
  const [graph, salesforce] = await Promise.all([
    describeGraph(ports.graph),
    describeSalesforce(ports.salesforce),
  ]);
  return { graph, salesforce };
}

/** Host and port of each, for the list of hosts that connections may name. */
export function emulatorHosts(ports: Ports): string[] {
  return [ports.graph, ports.salesforce].map(port => `127.0.0.1:${port}`);
}

const graphInfo = z.object({ tenantId: z.string(), clientId: z.string(), clientSecret: z.string() });

async function describeGraph(port: number): Promise<Emulated['graph']> {
  const { tenantId, clientId, clientSecret } = graphInfo.parse(await info(port));
  const origin = `http://127.0.0.1:${port}`;
  return {
    baseUrl: `${origin}/v1.0`,
    tokenUrl: `${origin}/${tenantId}/oauth2/v2.0/token`,
    ...{ tenantId, clientId, clientSecret },
    control: control(port),
  };
}

const salesforceInfo = z.object({
  loginUrl: z.string(),
  instanceUrl: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  username: z.string(),
  privateKey: z.string(),
});

async function describeSalesforce(port: number): Promise<Emulated['salesforce']> {
  const told = salesforceInfo.parse(await info(port));
  return { ...told, accessToken: await accessToken(told), control: control(port) };
}

async function accessToken(told: z.infer<typeof salesforceInfo>): Promise<string> {
  const response = await fetch(`${told.loginUrl}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: told.clientId,
      client_secret: told.clientSecret,
    }),
  });
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}

function control(port: number): string {
  return `http://127.0.0.1:${port}/_emulator`;
}

async function info(port: number): Promise<unknown> {
  return (await fetch(`${control(port)}/info`)).json();
}
