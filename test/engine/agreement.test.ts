import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';
import { Crash } from './crash.ts';

const ANN = 'ann@contoso.example';

describe.each(['crm', 'mailbox'] as const)('a linked person, conflicts going to the %s', rule => {
  let company: Company;
  let pairing: PairingInput;
  let recordId: string;

  beforeEach(async () => {
    company = await openCompany({ policy: { conflicts: rule } });
    [recordId = ''] = await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }]);
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  const inCrm = (phone: string) => company.crm(ANN).update('Contact', recordId, { MobilePhone: phone });
  const inOutlook = async (phone: string) => {
    const [item] = await company.outlook(ANN).contacts(CATEGORY);
    await company.outlook(ANN).changeContact(item?.id ?? '', { mobilePhone: phone });
  };
  const isAgreed = async (phone: string) =>
    expect(await company.people(ANN)).toEqual({ mailbox: [`Adams ${phone}`], crm: [`Adams ${phone}`] });
  const conflicts = async () => {
    const rows = await company.database.inOrganization(company.organizationId, tx =>
      tx.selectFrom('item_events').selectAll().where('action', '=', 'conflict').execute(),
    );
    return rows.length;
  };

  it.each([
    ['the CRM', inCrm],
    ['the mailbox', inOutlook],
  ] as const)('invariant 11: one edit after the other in %s is no conflict', async (_, edit) => {
    for (const phone of ['+1 1', '+1 2', '+1 3']) {
      await edit(phone);
      await company.sync(pairing);
      await isAgreed(phone);
    }
    expect(await conflicts()).toBe(0);
    await company.sync(pairing);
    expect((await company.sync(pairing)).note).toBe('nothing to do');
  });

  it('POL-19: after an edit has travelled, later edits of different fields on both sides merge', async () => {
    await inCrm('+1 1');
    await company.sync(pairing);
    const [item] = await company.outlook(ANN).contacts(CATEGORY);
    await company.outlook(ANN).changeContact(item?.id ?? '', { jobTitle: 'CEO' });
    await inCrm('+1 2');
    await company.sync(pairing);
    await isAgreed('+1 2');
    expect(await company.crm(ANN).query('SELECT Title FROM Contact')).toMatchObject([{ Title: 'CEO' }]);
    expect(await conflicts()).toBe(0);
  });

  it('invariant 2 POL-19: the losing value is kept when the process ends right after the winner was written', async () => {
    await inOutlook('+1 1');
    await inCrm('+1 2');
    let isWritten = false;
    company.intercept(async (what, call) => {
      const answer = await call();
      if (isWritten || what !== (rule === 'crm' ? 'mailbox.write' : 'crm.write')) return answer;
      isWritten = true;
      throw new Crash();
    });
    await company.sync(pairing);
    expect(await conflicts()).toBe(1);
    await isAgreed(rule === 'crm' ? '+1 2' : '+1 1');
  });

  it('invariant 2: what a colleague saves just before our write is kept in the history', async () => {
    await inOutlook('+1 1');
    company.intercept(async (what, call) => {
      if (what === 'crm.write') await inCrm('+1 2');
      return call();
    });
    await company.sync(pairing);
    expect(await conflicts()).toBe(1);
    await isAgreed('+1 1');
  });
});
