import type { GraphClient, SalesforceClient, TandemClient } from './clients.ts';
import { GraphClient as Graph, SalesforceClient as Salesforce, TandemClient as Tandem } from './clients.ts';
import { type Run, until } from './product.ts';

export interface World {
  readonly run: Run;
  readonly tandem: TandemClient;
  readonly graph: GraphClient;
  readonly salesforce: SalesforceClient;
}

export function worldOf(run: Run): World {
  return { run, tandem: new Tandem(run), graph: new Graph(run), salesforce: new Salesforce(run) };
}

export interface Person {
  readonly mail: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly timeZone?: string;
}

/** Users that have a mailbox and a CRM login; answers their CRM user ids by address. */
export async function loadUsers(
  { graph, salesforce }: World,
  people: readonly Person[],
): Promise<Map<string, string>> {
  await graph.control('POST', 'load', {
    users: people.map(({ mail, firstName, lastName, timeZone }) => ({
      mail,
      displayName: `${firstName} ${lastName}`,
      timeZone: timeZone ?? 'UTC',
    })),
  });
  await salesforce.control('POST', 'load', {
    users: people.map(({ mail, firstName, lastName, timeZone }) => ({
      Username: mail,
      Email: mail,
      FirstName: firstName,
      LastName: lastName,
      TimeZoneSidKey: timeZone ?? 'Europe/London',
      IsActive: true,
    })),
  });
  const users = await salesforce.query<{ Id: string; Email: string }>(
    'SELECT Id, Email FROM User WHERE IsActive = true',
  );
  return new Map(users.map(user => [user.Email, user.Id]));
}

export async function connect({
  run,
  tandem,
}: World): Promise<{ mailboxConnectionId: string; crmConnectionId: string }> {
  const { graph, salesforce } = run;
  const mailbox = await tandem.post<{ id: string }>('/connections', {
    name: 'Exchange',
    side: 'mailbox',
    system: 'graph',
    settings: { tenantId: graph.tenantId, baseUrl: graph.baseUrl, tokenUrl: graph.tokenUrl },
    credentials: { clientId: graph.clientId, clientSecret: graph.clientSecret },
  });
  const crm = await tandem.post<{ id: string }>('/connections', {
    name: 'Salesforce',
    side: 'crm',
    system: 'salesforce',
    settings: { loginUrl: salesforce.loginUrl, username: salesforce.username },
    credentials: { clientId: salesforce.clientId, privateKey: salesforce.privateKey },
  });
  return { mailboxConnectionId: mailbox.id, crmConnectionId: crm.id };
}

export interface PairingView {
  readonly id: string;
  readonly mailbox: string;
  readonly state: string;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly errorStreak: number;
  readonly lastCycle: {
    readonly number: number;
    readonly outcome: string;
    readonly startedAt: string;
  } | null;
  readonly progress: unknown;
}

export async function pairing({ tandem }: World, id: string): Promise<PairingView> {
  return tandem.get(`/pairings/${id}`);
}

/** Asks for a cycle and waits until it has ended. */
export async function syncNow(world: World, id: string, withinMs = 120_000): Promise<PairingView> {
  const { operationId } = await world.tandem.post<{ operationId: string }>(`/pairings/${id}/sync`);
  await until(
    `the cycle of ${id}`,
    async () => (await world.tandem.get<{ state: string }>(`/operations/${operationId}`)).state !== 'running',
    withinMs,
  );
  return pairing(world, id);
}
