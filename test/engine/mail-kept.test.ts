import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { type FailureKind, SyncFailure } from '../../sync/failure.ts';
import { Post } from '../simulation/stories/post.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';
import { direct } from './interception.ts';

const ANN = 'ann@contoso.example';
const DROP = '- Create New Email';
const HOUR_MS = 3_600_000;

let company: Company;
afterEach(() => company.close());

/** A mailbox whose drop folders are there. */
async function opened(smartConvert: object, options: object = {}) {
  company = await openCompany({ policy: { ...options, smartConvert: { enabled: true, ...smartConvert } } });
  const pairing = await company.pair(ANN);
  const post = new Post(company, ANN);
  await company.sync(pairing);
  await company.sync(pairing);
  return { pairing, post };
}

describe('messages that the mailbox does not give', () => {
  const codes = () =>
    company.database.inOrganization(company.organizationId, async tx =>
      (await tx.selectFrom('items').select('code').where('module', '=', 'emails').execute()).map(
        ({ code }) => code,
      ),
    );

  it.each<[FailureKind, (string | null)[]]>([
    ['permanent', ['unreadable', 'unreadable']],
    ['transient', ['unreadable', 'unreadable']],
  ])('invariant 10: %s for all of them', async (kind, told) => {
    const { pairing, post } = await opened({});
    await post.deliver('L1', {}, DROP);
    await post.deliver('L2', {}, DROP);
    company.intercept(async (what, call) => {
      const answer = await call();
      if (what !== 'mailbox.read') return answer;
      const failure = new SyncFailure(kind, 'it is broken');
      return (answer as unknown[]).map(() => ({ ok: false, failure })) as typeof answer;
    });
    await company.sync(pairing).catch(() => null);
    expect(await codes()).toEqual(told);
  });

  it('invariant 10: some that it never gives hold nobody up', async () => {
    const { pairing, post } = await opened({});
    await post.deliver('L1', {}, DROP);
    await post.deliver('L2', {}, DROP);
    company.intercept(async (what, call) => {
      const answer = await call();
      if (what !== 'mailbox.read') return answer;
      const failure = new SyncFailure('transient', 'it is broken');
      const isBroken = (one: unknown) => /"subject":"L[12] /.test(JSON.stringify(one));
      return (answer as unknown[]).map(one =>
        isBroken(one) ? { ok: false, failure } : one,
      ) as typeof answer;
    });
    // All that there is, and new: the mailbox may be out of order.
    const streak = async () => {
      await company.sync(pairing);
      return (await company.row(pairing)).error_streak;
    };
    expect([await streak(), await streak()]).toEqual([1, 0]);
    await post.deliver('L3', {}, DROP);
    await company.sync(pairing);
    expect((await post.whereabouts('L3'))?.folder).toBe('Inbox');
    expect((await post.whereabouts('L1'))?.folder).toBe(DROP);
  });
});

/** What another tool has made of the first letter. */
const FOREIGN = {
  ...{ Subject: 'L1 about things', Status: '1', Incoming: true, FromAddress: 'moss@fabrikam.example' },
  ...{ MessageIdentifier: '<L1@letters.example>', MessageDate: '2026-03-02T08:30:00Z' },
};

describe('what is left of a message in its mailbox', () => {
  it('MAIL-3 MAIL-6: what waited in the Inbox and was dropped meanwhile is archived, whatever the Inbox would say of it', async () => {
    const { pairing, post } = await opened(
      { creation: { leadInsteadOfContact: true } },
      { inbox: { enabled: true } },
    );
    await post.deliver('L1', {});
    await post.categorize('L1');
    company.intercept((what, call) => {
      if (what === 'mailbox.read') throw new SyncFailure('throttled', 'not now');
      return call();
    });
    await company.sync(pairing).catch(() => null);
    company.intercept(direct);
    await post.move('L1', DROP);
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toEqual({
      folder: 'Inbox',
      categories: [CATEGORY, 'Processing Complete'],
    });
  });

  it('MAIL-3 MAIL-7: nothing is purged for a copy in the CRM that lacks its file', async () => {
    const { pairing, post } = await opened({ deleteAfter: true, attachments: true });
    await company.crm(ANN).create('EmailMessage', [FOREIGN]);
    await post.deliver('L1', { hasFile: true }, DROP);
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toEqual({ folder: 'Inbox', categories: ['Processing Complete'] });
    const emails = await company.crm(ANN).query('SELECT Id FROM EmailMessage');
    expect(emails).toHaveLength(1);
  });

  it('MAIL-3 MAIL-7: nor when it is dropped once more: what another tool’s copy lacks, nobody knows', async () => {
    const { pairing, post } = await opened({ deleteAfter: true, attachments: false });
    await company.crm(ANN).create('EmailMessage', [FOREIGN]);
    await post.deliver('L1', {}, DROP);
    await company.sync(pairing);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
    await post.move('L1', DROP);
    await company.sync(pairing);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
  });

  it('MAIL-3: a message that the mailbox does not move is told of once', async () => {
    const { pairing, post } = await opened({});
    await post.deliver('L1', {}, DROP);
    await company.graph.control('PUT', 'faults', [{ mode: 'status', status: 423, match: { path: '/move' } }]);
    for (let cycles = 0; cycles < 4; cycles++) await company.sync(pairing);
    expect((await post.whereabouts('L1'))?.folder).toBe(DROP);
    const told = await company.database.inOrganization(company.organizationId, tx =>
      tx
        .selectFrom('item_events')
        .select('action')
        .where('action', 'like', '%archived')
        .orderBy('action')
        .execute(),
    );
    expect(told.map(({ action }) => action)).toEqual(['already_archived', 'archived']);
  });

  it('MAIL-3: purged the next time, when the CRM has all of it and only the purge was put off', async () => {
    const { pairing, post } = await opened({ deleteAfter: true, attachments: true });
    await post.deliver('L1', { hasFile: true }, DROP);
    await company.graph.control('PUT', 'faults', [
      { mode: 'status', status: 503, match: { path: 'permanentDelete' } },
    ]);
    await company.sync(pairing).catch(() => null);
    await company.graph.control('PUT', 'faults', []);
    company.rest(HOUR_MS);
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toBeNull();
    expect(await company.crm(ANN).query('SELECT Id FROM EmailMessage')).toHaveLength(1);
  });

  const TOO_LONG = `${'reply-'.repeat(10)}@${'notifications.'.repeat(2)}fabrikam.example`;

  it('MAIL-2: an address that the CRM cannot hold keeps no message of others from it', async () => {
    const { pairing, post } = await opened({});
    await post.addContact('Moss', 'moss@fabrikam.example');
    await post.deliver('L1', { cc: [TOO_LONG] }, DROP);
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toEqual({ folder: 'Inbox', categories: ['Processing Complete'] });
    const [email] = await company.crm(ANN).query('SELECT CcAddress FROM EmailMessage');
    expect(email).toMatchObject({ CcAddress: TOO_LONG });
  });

  it('MAIL-2 MAIL-3: a message of nobody else stays with the reason', async () => {
    const { pairing, post } = await opened({});
    await post.deliver('L1', { from: TOO_LONG }, DROP);
    await company.sync(pairing);
    expect(await post.whereabouts('L1')).toEqual({ folder: DROP, categories: ['Not Archived'] });
    expect(await company.crm(ANN).query('SELECT Id FROM EmailMessage')).toEqual([]);
  });

  it('MAIL-3: the CRM asks to wait while it gets a file: what else was archived is finished', async () => {
    const { pairing, post } = await opened({ attachments: true });
    await post.deliver('L1', { hasFile: true }, DROP);
    await post.deliver('L2', {}, DROP);
    company.intercept(async (what, call) => {
      if (what === 'crm.attach') throw new SyncFailure('throttled', 'not now', { retryAfterMs: 1_000 });
      return call();
    });
    await company.sync(pairing).catch(() => null);
    expect(await post.whereabouts('L1')).toEqual({ folder: DROP, categories: [] });
    expect(await post.whereabouts('L2')).toEqual({ folder: 'Inbox', categories: ['Processing Complete'] });
    company.intercept((_, call) => call());
    company.rest(HOUR_MS);
    await company.sync(pairing);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
    expect(await company.crm(ANN).query('SELECT Id FROM EmailMessage')).toHaveLength(2);
    expect(await company.crm(ANN).query('SELECT Id FROM ContentVersion')).toHaveLength(1);
  });

  it('invariant 8: an attempt that a newer one has overtaken brings no file', async () => {
    const { pairing, post } = await opened({ attachments: true });
    await post.deliver('L1', { hasFile: true }, DROP);
    company.intercept(async (what, call) => {
      const answer = await call();
      if (what === 'crm.archive') await overtake();
      return answer;
    });
    await company.sync(pairing).catch(() => null);
    expect(await company.crm(ANN).query('SELECT Id FROM EmailMessage')).toHaveLength(1);
    expect(await company.crm(ANN).query('SELECT Id FROM ContentVersion')).toEqual([]);
    company.intercept((_, call) => call());
    company.rest(HOUR_MS);
    await company.sync(pairing);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
    expect(await company.crm(ANN).query('SELECT Id FROM EmailMessage')).toHaveLength(1);
    expect(await company.crm(ANN).query('SELECT Id FROM ContentVersion')).toHaveLength(1);
  });

  const overtake = () =>
    company.database.inOrganization(company.organizationId, tx =>
      tx.updateTable('pairings').set({ epoch: sql`epoch + 1` }).execute(),
    );
});
