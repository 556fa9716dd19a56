import { afterEach, describe, expect, it } from 'vitest';
import { type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';

interface Counts {
  readonly totals: { readonly http: number; readonly counted: number };
  readonly routes: Readonly<Record<string, number>>;
}

let company: Company;
afterEach(() => company.close());

/** What both systems are asked, and what the database is, while something runs. */
async function measured(run: () => Promise<unknown>) {
  const { graph, salesforce, statements } = company;
  await Promise.all([graph.control('POST', 'requests/reset'), salesforce.control('POST', 'requests/reset')]);
  statements.length = 0;
  await run();
  return {
    graph: (await graph.control('GET', 'requests')) as Counts,
    salesforce: (await salesforce.control('GET', 'requests')) as Counts,
    roundTrips: statements.length,
    transactions: statements.filter(sql => sql.startsWith('begin')).length,
  };
}

function contacts(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    FirstName: 'Person',
    LastName: `Number ${String(n).padStart(4, '0')}`,
    Email: `person${n}@fabrikam.example`,
  }));
}

describe('ARCHITECTURE.md section 4: an idle cycle', () => {
  it.each([0, 300])('costs the same with %i people', async count => {
    company = await openCompany();
    await company.crm(ANN).create('Contact', contacts(count));
    const pairing = await company.pair(ANN);
    await company.sync(pairing);
    await company.scheduled(pairing);
    await company.scheduled(pairing);
    const cost = await measured(() => company.scheduled(pairing));
    expect(cost.graph.totals.http).toBe(1);
    expect(cost.graph.totals.counted).toBeLessThanOrEqual(5);
    expect(cost.salesforce.totals.http).toBe(0);
    // One transaction, of three round trips, is the test's own look at the due time.
    expect(cost.transactions - 1).toBeLessThanOrEqual(2);
    expect(cost.roundTrips - 3).toBeLessThanOrEqual(8);
  });
});

describe('ARCHITECTURE.md section 4: the feed asks once for all', () => {
  it.each([1, 12])('%i pairings', async pairings => {
    const users = Array.from({ length: pairings }, (_, n) => `user${n}@contoso.example`);
    company = await openCompany({ users });
    for (const user of users) await company.sync(await company.pair(user));
    for (const user of users) await company.crm(user).create('Contact', contacts(2));
    company.rest(60_000);
    const cost = await measured(() => company.poll());
    expect(cost.salesforce.totals).toEqual({ http: 1, counted: 1 });
    expect(cost.graph.totals.http).toBe(0);
  });
});

describe('a first cycle', () => {
  const PEOPLE = 500;

  it(`asks hardly more than it must for ${PEOPLE} people`, async () => {
    company = await openCompany();
    await company.crm(ANN).create('Contact', contacts(PEOPLE));
    const pairing = await company.pair(ANN);
    const cost = await measured(() => company.sync(pairing));
    expect(cost.graph.totals.counted).toBeLessThanOrEqual(1.1 * PEOPLE);
    expect(cost.graph.totals.http).toBeLessThanOrEqual(1.1 * (PEOPLE / 20) + FURNISHING);
    expect(cost.salesforce.totals.http).toBeLessThanOrEqual(1 + SIGNING_IN);
    expect((await company.people(ANN)).mailbox).toHaveLength(PEOPLE);
  });
});

/** Tokens, identity, categories, folders and stamp: once in a pairing's life. */
const FURNISHING = 20;
/** Tokens, versions, objects, the user: once in a process's life. */
const SIGNING_IN = 8;
