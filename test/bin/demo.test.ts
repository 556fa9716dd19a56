import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appointments, tasks } from '../../bin/demo/agenda.ts';
import { accounts, colleagues, contacts, leads } from '../../bin/demo/company.ts';
import { letters } from '../../bin/demo/letters.ts';
import { cases, opportunities } from '../../bin/demo/pipeline.ts';
import { deliverLetters, openOutlook } from '../../bin/demo/post.ts';
import { ensureDemo } from '../../bin/demo.ts';
import { describeEmulators, type Emulated, emulatorHosts } from '../../bin/emulators.ts';
import { Home } from '../../bin/home.ts';
import { realWorld } from '../../bin/world.ts';
import { startGraphEmulator } from '../../emulators/graph/server.ts';
import { startSalesforceEmulator } from '../../emulators/salesforce/server.ts';
import { INSTALLATION_KEY, type Installation, startInstallation } from '../api/installation.ts';

const root = mkdtempSync(join(tmpdir(), 'tandem-demo-'));
const home = new Home(root);
const closing: (() => unknown)[] = [() => rmSync(root, { recursive: true })];

let installation: Installation;
let emulated: Emulated;
let api: string;

beforeAll(async () => {
  const [graph, salesforce] = await Promise.all([startGraphEmulator(), startSalesforceEmulator()]);
  closing.push(
    () => graph.close(),
    () => salesforce.close(),
  );
  const [graphPort, salesforcePort] = [graph, salesforce].map(({ url }) => Number(new URL(url).port));
  const ports = { ...NO_PORTS, graph: graphPort!, salesforce: salesforcePort! };
  emulated = await describeEmulators(ports);
  const allowedHosts = new Set(emulatorHosts(ports));
  const world = realWorld(allowedHosts);
  installation = await startInstallation({ world, allowedHosts: new Set(['127.0.0.1', 'localhost']) });
  closing.push(() => installation.stop());
  api = await listen();
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const NO_PORTS = { api: 0, postgres: 0, temporal: 0, temporalUi: 0, graph: 0, salesforce: 0 };

async function listen(): Promise<string> {
  const server: ServerType = serve({ fetch: installation.app.fetch, hostname: '127.0.0.1', port: 0 });
  closing.push(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ensure = (empty: boolean) =>
  ensureDemo({ home, api, installationKey: INSTALLATION_KEY, emulated, empty });

const PEOPLE = ['Account', 'Contact', 'Lead'] as const;
const ACTIVITIES = ['Opportunity', 'Case', 'Event', 'EventRelation', 'Task'] as const;

/** How much there is of everything that the demo makes. */
async function counts(apiKey: string): Promise<Record<string, number>> {
  const lists = ['connections', 'policies', 'pairings'].map(async name => {
    const { body } = await installation.with(apiKey)('GET', `/v1/${name}`);
    return [name, body.data.length];
  });
  const records = [...PEOPLE, ...ACTIVITIES].map(async type => [type, await countOf(type)]);
  return Object.fromEntries(await Promise.all([...lists, ...records]));
}

async function countOf(type: string): Promise<number> {
  const { instanceUrl, accessToken } = emulated.salesforce;
  const url = `${instanceUrl}/services/data/v66.0/query?q=SELECT+COUNT()+FROM+${type}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  return ((await answer.json()) as { totalSize: number }).totalSize;
}

const NOTHING = {
  ...{ connections: 0, policies: 0, pairings: 0, Account: 0, Contact: 0, Lead: 0 },
  ...{ Opportunity: 0, Case: 0, Event: 0, EventRelation: 0, Task: 0 },
};
const invited = appointments.flatMap(appointment => appointment.invited);
const COMPANY = {
  ...{ connections: 2, policies: 1, pairings: colleagues.length },
  ...{ Account: accounts.length, Contact: contacts.length, Lead: leads.length },
  ...{ Opportunity: opportunities.length, Case: cases.length, Task: tasks.length },
  // Whoever is invited has a copy of the event.
  ...{ Event: appointments.length + invited.length, EventRelation: invited.length },
};

test('one organization, without and then with its company, once however often it is made', async () => {
  const { apiKey } = await ensure(true);
  expect(await counts(apiKey)).toEqual(NOTHING);
  expect(await ensure(false)).toEqual({ apiKey });
  expect(await counts(apiKey)).toEqual(COMPANY);
  await ensure(false);
  expect(await counts(apiKey)).toEqual(COMPANY);
});

test('a start that was cut short is finished by the next', async () => {
  const { apiKey } = await ensure(false);
  home.write('demo.json', { apiKey, company: {} });
  await ensure(false);
  expect(await counts(apiKey)).toEqual(COMPANY);
});

test('everybody is invented: domains nobody can own, no address twice', () => {
  const addresses = [...colleagues, ...contacts, ...leads].map(({ mail }) => mail);
  expect(addresses.filter(address => !/^[a-z.]+@[a-z]+\.example$/.test(address))).toEqual([]);
  expect(new Set(addresses).size).toBe(addresses.length);
});

test('letters wait until every folder that they are for is there', async () => {
  const { graph } = emulated;
  const boxes = await mailboxesBy(graph);
  expect(await deliverLetters(graph)).toBe(false);
  for (const { mailbox, place } of letters)
    if (place.type === 'dropped') await boxes.makeFolders(mailbox.mail, ['Contoso CRM', ...place.folders]);
  expect(await deliverLetters(graph)).toBe(true);
  const subjects = await Promise.all(colleagues.map(({ mail }) => boxes.messages(mail)));
  expect(subjects.flat().sort()).toEqual(letters.map(({ subject }) => subject).sort());
});

/** The mailboxes as their users have them. */
async function mailboxesBy(graph: Emulated['graph']) {
  const outlook = await openOutlook(graph);
  const foldersAt = async (mail: string, path: string) =>
    ((await outlook('GET', mail, `${path}?$top=100`)) as { value: { id: string; displayName: string }[] })
      .value;
  return {
    async makeFolders(mail: string, names: readonly string[]): Promise<void> {
      let path = 'mailFolders';
      for (const displayName of names) {
        const there = (await foldersAt(mail, path)).find(folder => folder.displayName === displayName);
        const { id } = there ?? ((await outlook('POST', mail, path, { displayName })) as { id: string });
        path = `mailFolders/${id}/childFolders`;
      }
    },
    async messages(mail: string): Promise<string[]> {
      const found = (await outlook('GET', mail, 'messages?$top=100')) as { value: { subject: string }[] };
      return found.value.map(({ subject }) => subject);
    },
  };
}
