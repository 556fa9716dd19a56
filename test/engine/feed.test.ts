import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { type Company, openCompany } from './company.ts';
import { cycle } from './driver.ts';

const ANN = 'ann@contoso.example';
const BOB = 'bob@contoso.example';

describe('ARCHITECTURE.md section 4: what the feed hears of the CRM', () => {
  let company: Company;
  let pairing: PairingInput;

  beforeEach(async () => {
    company = await openCompany({ users: [ANN, BOB] });
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  const faults = (list: readonly object[]) => company.salesforce.control('PUT', 'faults', list);

  it('one poll reads all pages, however many there are', async () => {
    const names = Array.from({ length: 120 }, (_, n) => `Person${String(n).padStart(3, '0')}`);
    await company.crm(ANN).create(
      'Contact',
      names.map(name => ({ LastName: name })),
    );
    await faults([{ mode: 'partial', match: { soql: 'SystemModstamp' } }]);
    await company.sync(pairing);
    expect((await company.people(ANN)).mailbox).toEqual(names);
  });

  it('two edits within one second: the second one counts, although the first was read in between', async () => {
    const [id = ''] = await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }]);
    await company.sync(pairing);
    await company.crm(ANN).update('Contact', id, { MobilePhone: '+1 1' });
    await company.wantRun(pairing);
    await cycle(company, pairing);
    expect((await company.people(ANN)).mailbox).toEqual(['Adams +1 1']);
    await company.crm(ANN).update('Contact', id, { MobilePhone: '+1 2' });
    await company.sync(pairing);
    expect((await company.people(ANN)).mailbox).toEqual(['Adams +1 2']);
  });

  it('PAIR-10: what the CRM refuses to tell of is an error; when it does again, nothing was missed', async () => {
    const refusal = { mode: 'status', status: 400, errorCode: 'INVALID_TYPE' };
    await faults([{ ...refusal, match: { soql: 'FROM Contact WHERE SystemModstamp' } }]);
    await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }]);
    expect(await company.sync(pairing)).toMatchObject({ state: 'degraded', errorStreak: 1 });
    await faults([]);
    expect(await company.sync(pairing)).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    expect((await company.people(ANN)).mailbox).toEqual(['Adams']);
  });

  it('CON-4: a record that somebody else owns now is heard of by its former owner', async () => {
    const [id = ''] = await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }]);
    await company.sync(pairing);
    const [bob] = await company.crm(BOB).query<{ Id: string }>(`SELECT Id FROM User WHERE Email = '${BOB}'`);
    await company.crm(ANN).update('Contact', id, { OwnerId: bob?.Id });
    await company.sync(pairing);
    expect((await company.people(ANN)).mailbox).toEqual([]);
  });
});
