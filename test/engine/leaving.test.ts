import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { type Company, openCompany } from './company.ts';
import { Crash } from './crash.ts';
import { direct } from './interception.ts';

const [ANN, BOB] = ['ann@contoso.example', 'bob@contoso.example'];
const ADAMS = 'Adams adams@fabrikam.example';

describe('CON-4: a record leaves its user, and the process ends after the item was taken out', () => {
  let company: Company;
  let pairing: PairingInput;
  let recordId: string;

  beforeEach(async () => {
    company = await openCompany({ users: [ANN, BOB] });
    [recordId = ''] = await company
      .crm(ANN)
      .create('Contact', [{ LastName: 'Adams', Email: 'adams@fabrikam.example' }]);
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  const owner = async (from: string, to: string) => {
    const [user] = await company.crm(from).query<{ Id: string }>(`SELECT Id FROM User WHERE Email = '${to}'`);
    await company.crm(from).update('Contact', recordId, { OwnerId: user?.Id });
  };

  it('CON-3, invariant 8: that is not taken for a deletion by the user: the record comes back with its owner', async () => {
    await owner(ANN, BOB);
    let crashed = false;
    company.intercept(async (what, call) => {
      const result = await call();
      if (what === 'mailbox.write' && !crashed) {
        crashed = true;
        throw new Crash();
      }
      return result;
    });
    await company.sync(pairing);
    company.intercept(direct);
    await company.sync(pairing);
    expect(crashed).toBe(true);
    expect((await company.people(ANN)).mailbox).toEqual([]);
    await owner(BOB, ANN);
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual({ mailbox: [ADAMS], crm: [ADAMS] });
    const left = await company.database.inOrganization(company.organizationId, tx =>
      tx.selectFrom('intents').select('id').execute(),
    );
    expect(left).toEqual([]);
  });
});
