import { z } from 'zod';
import type { Emulated } from '../emulators.ts';
import { colleagues } from './company.ts';
import { RefusedRequest, request } from './request.ts';

const created = z.object({ id: z.string() });
const createdEach = z.object({ data: z.array(z.object({ status: z.number() })) });
const listed = z.object({ data: z.array(z.unknown()) });
const CREATED = 201;
const NOT_FOUND = 404;
/** A mailbox that is in a pairing already: of the attempt before, which was not noted. */
const CONFLICT = 409;

export type DemoConnections = { readonly mailbox: string; readonly crm: string };

/** Two connections, one policy that is enabled, a pairing for each colleague. Safe to repeat within a day. */
export async function configure(api: string, token: string, emulated: Emulated): Promise<DemoConnections> {
  const post = (path: string, idempotencyKey: string, body?: object) =>
    request('POST', `${api}/v1${path}`, { token, idempotencyKey, ...(body && { body }) });
  const create = async (path: string, key: string, body: object) =>
    created.parse(await post(path, key, body)).id;

  const mailbox = await create('/connections', 'demo-mailboxes', mailboxConnection(emulated.graph));
  const crm = await create('/connections', 'demo-crm', crmConnection(emulated.salesforce));
  const sides = { mailboxConnectionId: mailbox, crmConnectionId: crm };
  const policyId = await create('/policies', 'demo-policy', { ...policy, ...sides });
  await post(`/policies/${policyId}/enable`, 'demo-enable');
  const pairings = colleagues.map(({ mail }) => ({ policyId, mailbox: mail }));
  const results = await post('/pairings', 'demo-pairings', pairings);
  const refused = createdEach
    .parse(results)
    .data.filter(({ status }) => status !== CREATED && status !== CONFLICT);
  if (refused.length > 0) throw new Error(`The demo's pairings are refused: ${JSON.stringify(refused)}`);
  return { mailbox, crm };
}

/** Emulators that had to move to other ports are followed. */
export async function readdress(
  api: string,
  token: string,
  emulated: Emulated,
  connections: DemoConnections,
): Promise<void> {
  const wanted = [
    [connections.mailbox, mailboxConnection(emulated.graph)],
    [connections.crm, crmConnection(emulated.salesforce)],
  ] as const;
  for (const [id, { settings, credentials }] of wanted) {
    const url = `${api}/v1/connections/${id}`;
    const body = { settings, credentials };
    await request('PATCH', url, { token, body }).catch((error: unknown) => {
      // Somebody has deleted it.
      if (!(error instanceof RefusedRequest && error.status === NOT_FOUND)) throw error;
    });
  }
}

/** Whether the organization reaches any system. */
export async function hasConnections(api: string, token: string): Promise<boolean> {
  return listed.parse(await request('GET', `${api}/v1/connections`, { token })).data.length > 0;
}

function mailboxConnection({ tenantId, baseUrl, tokenUrl, clientId, clientSecret }: Emulated['graph']) {
  return {
    ...{ name: 'Contoso mailboxes (emulated)', side: 'mailbox', system: 'graph' },
    settings: { tenantId, baseUrl, tokenUrl },
    credentials: { clientId, clientSecret },
  };
}

function crmConnection({ loginUrl, username, clientId, privateKey }: Emulated['salesforce']) {
  return {
    ...{ name: 'Contoso CRM (emulated)', side: 'crm', system: 'salesforce' },
    settings: { loginUrl, username },
    credentials: { clientId, privateKey },
  };
}

/** The shortest that the subscription has, at any hour: somebody is watching. */
const OFTEN = { everyMinutes: 5 };

/** Also the name of the folder in the mailboxes (CON-6). */
export const CATEGORY = 'Contoso CRM';

const ON = { enabled: true };

const policy = {
  name: 'Contoso sales',
  category: { name: CATEGORY },
  modules: {
    ...{ contacts: ON, leads: ON, appointments: ON, calls: ON, tasks: ON, cases: ON },
    opportunities: { enabled: true, defaults: { StageName: 'Prospecting', CloseDate: 'today+60' } },
  },
  newItems: { autoSync: true },
  smartConvert: { enabled: true, attachments: true, attachmentSummary: true },
  ...{ assignTo: ON, sentItems: ON },
  schedule: { peak: OFTEN, offPeak: OFTEN, blackout: null },
};
