import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const BOB = 'bob@contoso.example';
/** Longer than a create may still take effect, and than an unanswered claim lasts. */
const DEADLINE_MS = 20 * 60_000;
const EVE = 'Eve Adams eve@fabrikam.example';

describe('ARCHITECTURE.md section 5: two users make the same person at the same time', () => {
  let company: Company;
  let ann: PairingInput;
  let bob: PairingInput;

  beforeEach(async () => {
    company = await openCompany({
      users: [ANN, BOB],
      policy: { modules: { contacts: { enabled: true, filter: 'visible' } } },
    });
    await company.salesforce.control('PUT', 'sharing', { Contact: 'ReadWrite', Account: 'ReadWrite' });
    ann = await company.pair(ANN);
    bob = await company.pair(BOB);
    await company.sync(ann);
    await company.sync(bob);
    for (const user of [ANN, BOB]) await addEve(user);
  });
  afterEach(() => company.close());

  async function addEve(user: string): Promise<void> {
    const outlook = company.outlook(user);
    await outlook.addContact(
      {
        givenName: 'Eve',
        surname: 'Adams',
        emailAddresses: [{ address: 'eve@fabrikam.example', name: 'Eve' }],
        categories: [CATEGORY],
      },
      (await outlook.folder(CATEGORY)) ?? '',
    );
  }

  async function isOneRecord(): Promise<void> {
    for (let rounds = 0; rounds < 3; rounds++) {
      company.rest(DEADLINE_MS);
      await company.sync(ann);
      await company.sync(bob);
    }
    expect(await company.crm(ANN).query("SELECT Id FROM Contact WHERE LastName = 'Adams'")).toHaveLength(1);
    for (const [user, pairing] of [
      [ANN, ann],
      [BOB, bob],
    ] as const) {
      expect((await company.people(user)).mailbox).toEqual([EVE]);
      expect(await linked(pairing)).toBe(1);
    }
  }

  it('in cycles that run side by side', async () => {
    await Promise.all([company.sync(ann), company.sync(bob)]);
    await isOneRecord();
  });

  it('while the first one’s create has no answer yet', async () => {
    let isFirst = true;
    company.intercept(async (what, call) => {
      if (what === 'crm.write' && isFirst) {
        isFirst = false;
        await company.salesforce.control('PUT', 'faults', [
          { mode: 'lost-response', times: 1, match: { path: '/composite' } },
        ]);
      }
      return call();
    });
    await Promise.all([company.sync(ann), company.sync(bob)]);
    await isOneRecord();
  });

  it('and the second one’s cycle follows before the CRM shows what the first one made', async () => {
    await company.salesforce.control('PUT', 'visibility', { object: 'Contact', delayMs: 30_000 });
    await company.sync(ann);
    await company.sync(bob);
    await isOneRecord();
  });

  function linked({ pairingId }: PairingInput): Promise<number> {
    return company.database.inOrganization(company.organizationId, async tx => {
      const rows = await tx
        .selectFrom('items')
        .select('id')
        .where('pairing_id', '=', pairingId)
        .where('link', '=', 'linked')
        .execute();
      return rows.length;
    });
  }
});
