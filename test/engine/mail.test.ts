import { afterEach, describe, expect, it } from 'vitest';
import { Post } from '../simulation/stories/post.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const OPPORTUNITIES = {
  opportunities: { enabled: true, defaults: { StageName: 'Prospecting', CloseDate: '2027-01-31' } },
};

let company: Company;
afterEach(() => company.close());

/** A mailbox whose folders are there. */
async function opened(policy: object) {
  company = await openCompany({ policy: { modules: OPPORTUNITIES, ...policy } });
  const pairing = await company.pair(ANN);
  const post = new Post(company, ANN);
  await company.sync(pairing);
  await company.sync(pairing);
  return { pairing, post };
}

describe('mail in the engine', () => {
  it('MAIL-1 MAIL-3: folders that are right, and mail that cannot be archived, are looked at once', async () => {
    const { pairing, post } = await opened({ smartConvert: { enabled: true } });
    await post.deliver('L1', { isPrivate: true }, '- Create New Email');
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toEqual({
      folder: '- Create New Email',
      categories: ['Not Archived'],
    });
    const calls: string[] = [];
    company.intercept((what, call) => {
      calls.push(what);
      return call();
    });
    await company.sync(pairing);
    expect(calls).toContain('mailbox.probe');
    expect(calls.filter(call => ['mailbox.read', 'mailbox.foldersBelow'].includes(call))).toEqual([]);
  });

  it('MAIL-6 POL-23: mail of the very second in which the pairing was made is from before', async () => {
    const inbox = { enabled: true, onlyWithCategory: false, confirm: true, mustMatch: false };
    company = await openCompany({ policy: { inbox } });
    const post = new Post(company, ANN);
    await post.deliver('L1', {});
    const pairing = await company.pair(ANN);
    company.rest(1_000);
    await post.deliver('L2', {});
    await company.sync(pairing);
    await company.sync(pairing);
    const emails = await company.crm(ANN).query('SELECT Subject FROM EmailMessage');
    expect(emails).toMatchObject([{ Subject: 'L2 about things' }]);
  });

  it.each([
    ['with the category', { onlyWithCategory: true }, [CATEGORY]],
    ['without it', { onlyWithCategory: false, confirm: true }, []],
  ])(
    'MAIL-6 POL-23: mail of that second stays from before when it is read later: %s',
    async (_, options, has) => {
      company = await openCompany({ policy: { inbox: { enabled: true, mustMatch: false, ...options } } });
      const post = new Post(company, ANN);
      await post.deliver('L1', {});
      if (has.length > 0) await post.categorize('L1');
      const pairing = await company.pair(ANN);
      await company.sync(pairing);
      await company.sync(pairing);
      const { value } = await company
        .outlook(ANN)
        .call<{ value: { id: string }[] }>('GET', '/mailFolders/inbox/messages');
      await company.outlook(ANN).call('PATCH', `/messages/${value[0]?.id}`, { isRead: true });
      await company.sync(pairing);
      expect((await post.whereabouts('L1'))?.categories).toEqual(has);
      expect(await company.crm(ANN).query('SELECT Id FROM EmailMessage')).toEqual([]);
    },
  );

  it('MAIL-5: mail that is left in the folder of a closed record is in the Inbox', async () => {
    const { pairing, post } = await opened({ assignTo: { enabled: true, sort: 'name' } });
    await post.addOpportunity('R1');
    await company.sync(pairing);
    await post.deliver('L1', { isPrivate: true }, 'Opportunities', 'Assign To', 'R1');
    await company.sync(pairing);
    await post.editOpportunity('R1', { StageName: 'Closed Won' });
    await company.sync(pairing);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
  });

  it('MAIL-3: somebody new in the CRM makes a message possible before its time, without the module of contacts', async () => {
    const { pairing, post } = await opened({ smartConvert: { enabled: true, creation: { enabled: false } } });
    await post.deliver('L1', { from: 'late@fabrikam.example' }, '- Create New Email');
    // Each attempt rests longer: the third one four hours.
    for (let attempt = 1; attempt <= 3; attempt++) {
      await company.sync(pairing);
      company.rest(HOUR_MS);
    }
    expect((await post.whereabouts('L1'))?.categories).toEqual(['Not Archived']);
    await company.crm(ANN).create('Contact', [{ LastName: 'Late', Email: 'late@fabrikam.example' }]);
    company.rest(HOUR_MS / 2);
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toEqual({ folder: 'Inbox', categories: ['Processing Complete'] });
  });

  it('MAIL-3: nothing is purged before its file is confirmed in the CRM', async () => {
    const { pairing, post } = await opened({
      smartConvert: { enabled: true, deleteAfter: true, attachments: true },
    });
    await post.deliver('L1', { hasFile: true }, '- Create New Email');
    const fault = {
      mode: 'status',
      status: 500,
      errorCode: 'UNKNOWN_EXCEPTION',
      match: { path: '/composite' },
    };
    company.intercept(async (what, call) => {
      if (what !== 'crm.attach') return call();
      await company.salesforce.control('PUT', 'faults', [fault]);
      return call();
    });
    await company.sync(pairing);
    expect((await post.whereabouts('L1'))?.folder).toBe('- Create New Email');
    await company.salesforce.control('PUT', 'faults', []);
    company.intercept((_, call) => call());
    company.rest(HOUR_MS);
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toBeNull();
    const files = await company.crm(ANN).query('SELECT Title FROM ContentVersion');
    expect(files).toMatchObject([{ Title: 'L1' }]);
  });
});

const HOUR_MS = 3_600_000;
