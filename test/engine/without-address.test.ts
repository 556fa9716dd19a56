import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const NAMES = ['Adams', 'Brown', 'Clark'];
const MINUTE_MS = 60_000;
/** Longer than any write may still take effect after it was sent. */
const DEADLINE_MS = 15 * MINUTE_MS;

describe.each([
  ['a key field of ours', true],
  ['no key field', false],
])('invariants 3 and 8: people without an address, a CRM with %s', (_, hasKeyField) => {
  let company: Company;
  let pairing: PairingInput;

  beforeEach(async () => {
    company = await openCompany({ hasKeyField });
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  async function addAll(to: 'mailbox' | 'crm'): Promise<void> {
    if (to === 'crm') {
      await company.crm(ANN).create(
        'Contact',
        NAMES.map(LastName => ({ LastName })),
      );
      return;
    }
    const outlook = company.outlook(ANN);
    const folder = (await outlook.folder(CATEGORY)) ?? '';
    for (const surname of NAMES) await outlook.addContact({ surname, categories: [CATEGORY] }, folder);
  }

  async function settles(agreed = NAMES): Promise<void> {
    for (let cycles = 0; cycles < 3; cycles++) {
      company.rest(DEADLINE_MS);
      await company.sync(pairing);
    }
    expect(await company.people(ANN)).toEqual({ mailbox: agreed, crm: agreed });
  }

  it('are made once in the mailbox when the whole batch gets no answer', async () => {
    await addAll('crm');
    arm('mailbox.write', () =>
      company.graph.control('PUT', 'faults', [
        { mode: 'lost-response', times: 1, match: { method: 'POST', path: '$batch', subrequest: false } },
      ]),
    );
    await company.sync(pairing);
    await settles();
  });

  it.each([
    ['all of it', { mode: 'lost-response', match: { path: '/composite' } }],
    ['what it made of them', { mode: 'status', status: 500, match: { soql: 'FROM Contact WHERE Id IN' } }],
  ])('are made once in the CRM when its answer is lost: %s', async (_, fault) => {
    await addAll('mailbox');
    arm('crm.write', () => company.salesforce.control('PUT', 'faults', [{ ...fault, times: 1 }]));
    await company.sync(pairing);
    await settles();
  });

  it('are made once in the CRM when it shows them late, whatever their owner makes of them meanwhile', async () => {
    await addAll('mailbox');
    await company.salesforce.control('PUT', 'visibility', { delayMs: MINUTE_MS });
    await company.sync(pairing);
    company.rest(MINUTE_MS);
    await company.salesforce.control('PUT', 'visibility', { delayMs: 0 });
    const [adams] = await company
      .crm(ANN)
      .query<{ Id: string }>("SELECT Id FROM Contact WHERE LastName = 'Adams'");
    await company.crm(ANN).update('Contact', adams?.Id ?? '', { LastName: 'Young' });
    await settles(['Brown', 'Clark', 'Young']);
  });

  /** Sets a fault when the first of these calls is about to be sent, and not for the reads before it. */
  function arm(write: string, fault: () => Promise<unknown>): void {
    let isArmed = false;
    company.intercept(async (what, call) => {
      if (what === write && !isArmed) {
        isArmed = true;
        await fault();
      }
      return call();
    });
  }
});
