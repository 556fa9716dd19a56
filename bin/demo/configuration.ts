import { z } from 'zod';
import type { Emulated } from '../emulators.ts';
import { colleagues } from './company.ts';
import { request } from './request.ts';

const created = z.object({ id: z.string() });
const createdEach = z.object({ data: z.array(z.object({ status: z.number() })) });
const CREATED = 201;
/** A mailbox that is in a pairing already: of the attempt before, which was not noted. */
const CONFLICT = 409;

/** Two connections, one policy that is enabled, a pairing for each colleague. Safe to repeat within a day. */
export async function configure(api: string, token: string, emulated: Emulated): Promise<void> {
  const post = (path: string, body?: object) =>
    request('POST', `${api}/v1${path}`, {
      token,
      ...(body && { body }),
      idempotencyKey: `demo${path.replaceAll('/', '-')}${body && 'side' in body ? `-${body.side}` : ''}`,
    });
  const create = async (path: string, body: object) => created.parse(await post(path, body)).id;

  const mailboxConnectionId = await create('/connections', mailboxConnection(emulated.graph));
  const crmConnectionId = await create('/connections', crmConnection(emulated.salesforce));
  const policyId = await create('/policies', { ...policy, mailboxConnectionId, crmConnectionId });
  await post(`/policies/${policyId}/enable`);
  const results = await post(
    '/pairings',
    colleagues.map(({ mail }) => ({ policyId, mailbox: mail })),
  );
  const refused = createdEach
    .parse(results)
    .data.filter(({ status }) => ![CREATED, CONFLICT].includes(status));
  if (refused.length > 0) throw new Error(`The demo's pairings are refused: ${JSON.stringify(results)}`);
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

const policy = {
  name: 'Contoso sales',
  category: { name: 'Contoso CRM' },
  modules: { contacts: { enabled: true }, leads: { enabled: true } },
  newItems: { autoSync: true },
  schedule: { peak: OFTEN, offPeak: OFTEN, blackout: null },
};
