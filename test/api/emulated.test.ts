import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realWorld } from '../../bin/world.ts';
import { type EmulatedGraph, emulatedGraph } from '../emulated/graph.ts';
import { type EmulatedSalesforce, emulatedSalesforce, emulatedUsers } from '../emulated/salesforce.ts';
import { makePairing } from './examples.ts';
import { writeHistory } from './history.ts';
import { type Installation, startInstallation, type Tenant } from './installation.ts';

let graph: EmulatedGraph;
let salesforce: EmulatedSalesforce;
let installation: Installation;
let tenant: Tenant;
let policyId: string;

beforeAll(async () => {
  // The second CRM user has no mailbox.
  [graph, salesforce] = await Promise.all([emulatedGraph([emulatedUsers[0]]), emulatedSalesforce(true)]);
  const allowedHosts = new Set([...graph.hosts, ...salesforce.hosts]);
  const world = realWorld(allowedHosts);
  installation = await startInstallation({ world });
  tenant = await installation.tenant();
});
afterAll(async () => {
  await installation.stop();
  await Promise.all([graph.close(), salesforce.close()]);
});

const create = async (path: string, body: object): Promise<string> => {
  const answer = await tenant.send('POST', path, { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
};

describe('with the systems there', () => {
  let connections: { graph: string; salesforce: string };

  test('connections test ok (OPS-3)', async () => {
    const { settings, credentials } = graph;
    connections = {
      graph: await create('/v1/connections', {
        name: 'G',
        side: 'mailbox',
        system: 'graph',
        settings,
        credentials,
      }),
      salesforce: await create('/v1/connections', {
        name: 'S',
        side: 'crm',
        system: 'salesforce',
        settings: salesforce.settings,
        credentials: salesforce.byPrivateKey,
      }),
    };
    for (const id of Object.values(connections)) {
      const answer = await tenant.send('POST', `/v1/connections/${id}/test`);
      expect(answer.body.ok, answer.text).toBe(true);
    }
    const wrong = { credentials: { ...credentials, clientSecret: 'wrong' } };
    await tenant.send('PATCH', `/v1/connections/${connections.graph}`, { body: wrong });
    const refused = await tenant.send('POST', `/v1/connections/${connections.graph}/test`);
    expect(refused.body.ok).toBe(false);
    expect(refused.body.checks.some((check: { fix?: string }) => check.fix)).toBe(true);
    await tenant.send('PATCH', `/v1/connections/${connections.graph}`, { body: { credentials } });
  });

  test('the directory tells who can be paired, and why others cannot (PAIR-1)', async () => {
    policyId = await create('/v1/policies', {
      name: 'Sales',
      mailboxConnectionId: connections.graph,
      crmConnectionId: connections.salesforce,
      category: { name: 'Contoso CRM' },
    });
    const { data } = (await tenant.send('GET', `/v1/directory?policy=${policyId}`)).body;
    const entryOf = (email: string) => data.find((entry: { email: string }) => entry.email === email);
    expect(entryOf(emulatedUsers[0])).toMatchObject({
      state: 'matched',
      mailbox: { address: emulatedUsers[0] },
    });
    expect(entryOf(emulatedUsers[1])).toMatchObject({
      state: 'unmatched',
      reason: expect.stringContaining('mailbox'),
    });
  });

  test('the ledger links to the record in the CRM', async () => {
    const pairing = await makePairing(tenant, policyId, emulatedUsers[0]);
    const { itemIds } = await writeHistory(installation.database, tenant.id, pairing);
    const { data } = (await tenant.send('GET', `/v1/pairings/${pairing}/items`)).body;
    const linked = data.find((item: { id: string }) => item.id === itemIds.linked);
    expect(linked.crmUrl).toMatch(/^http.*003000000000001AAA\/view$/);
  });
});
