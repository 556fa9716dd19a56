import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countUnmatched } from '../../db/unmatched-addresses.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { PairingInput } from '../../workflows/messages.ts';
import { Post } from '../simulation/stories/post.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';
import { direct } from './interception.ts';

const ANN = 'ann@contoso.example';
const DROP = '- Create New Email';
const MINUTE_MS = 60_000;
/** Longer than any request takes effect after it was sent. */
const LATE_MS = 16 * MINUTE_MS;

describe('invariant 3: what the CRM carries out long after it gave no answer, in an org without our key field', () => {
  let company: Company;
  let pairing: PairingInput;
  let post: Post;
  beforeEach(async () => {
    const smartConvert = { enabled: true, attachments: true };
    const modules = { contacts: { enabled: true }, cases: { enabled: true } };
    company = await openCompany({ policy: { smartConvert, modules }, hasKeyField: false });
    pairing = await company.pair(ANN);
    post = new Post(company, ANN);
    await company.sync(pairing);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  /** The first of these calls gives no answer; what it asks for is done when told. */
  function delay(name: string): () => Promise<unknown> {
    let late: (() => Promise<unknown>) | null = null;
    company.intercept(async (what, call) => {
      if (what !== `crm.${name}` || late !== null) return call();
      late = call;
      throw new SyncFailure('transient', 'no answer', { maybeApplied: true });
    });
    return async () => late?.();
  }

  async function settle(): Promise<void> {
    for (let rounds = 0; rounds < 3; rounds++) {
      company.rest(LATE_MS);
      await company.sync(pairing).catch(() => null);
    }
  }

  const count = async (soql: string) => (await company.crm(ANN).query(soql)).length;

  it.each([
    ['write', 'a person'],
    ['createAccounts', 'an account'],
  ])('%s: %s, whom another message names meanwhile, is made once', async name => {
    const land = delay(name);
    await post.deliver('L1', {}, DROP);
    await company.sync(pairing).catch(() => null);
    await post.deliver('L2', {}, DROP);
    await company.sync(pairing).catch(() => null);
    await land();
    await settle();
    expect(await count('SELECT Id FROM Contact')).toBe(1);
    expect(await count("SELECT Id FROM Account WHERE Website = 'fabrikam.example'")).toBe(1);
    expect(await count('SELECT Id FROM EmailMessage')).toBe(2);
    expect((await post.whereabouts('L2'))?.folder).toBe('Inbox');
  });

  it('write: a person of a message whom the user enters by hand meanwhile is made once', async () => {
    const land = delay('write');
    await post.deliver('L1', {}, DROP);
    await company.sync(pairing).catch(() => null);
    const outlook = company.outlook(ANN);
    const moss = { givenName: 'Eva', surname: 'Moss', categories: [CATEGORY] };
    await outlook.addContact(
      { ...moss, emailAddresses: [{ address: 'moss@fabrikam.example', name: 'Eva Moss' }] },
      (await outlook.folder(CATEGORY)) ?? '',
    );
    await company.sync(pairing);
    await land();
    await settle();
    expect(await count("SELECT Id FROM Contact WHERE Email = 'moss@fabrikam.example'")).toBe(1);
    expect((await company.people(ANN)).mailbox).toHaveLength(1);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
  });

  it('attach: a file is brought once', async () => {
    const land = delay('attach');
    await post.deliver('L1', { hasFile: true }, DROP);
    await company.sync(pairing).catch(() => null);
    await company.sync(pairing).catch(() => null);
    await land();
    await settle();
    expect(await count('SELECT Id FROM EmailMessage')).toBe(1);
    expect(await count('SELECT Id FROM ContentVersion')).toBe(1);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
  });

  it('people and records that the CRM shows late are used at once, and made once', async () => {
    await company.salesforce.control('PUT', 'visibility', { delayMs: MINUTE_MS });
    await post.deliver('L1', {}, '- Create New Case');
    await company.sync(pairing);
    company.rest(MINUTE_MS);
    await company.salesforce.control('PUT', 'visibility', { delayMs: 0 });
    const [made] = await company.crm(ANN).query<{ Id: string }>('SELECT Id FROM Case');
    await company.crm(ANN).update('Case', made?.Id ?? '', { Subject: 'Renamed by its owner' });
    await settle();
    expect(await count('SELECT Id FROM Case')).toBe(1);
    expect(await count('SELECT Id FROM Contact')).toBe(1);
    expect(
      await count(
        `SELECT Id FROM EmailMessage WHERE RelatedToId = '${made?.Id}' OR ParentId = '${made?.Id}'`,
      ),
    ).toBe(1);
    expect((await post.whereabouts('L1'))?.folder).toBe('Inbox');
  });

  it('a refusal holds nobody up: the next message makes the person at once', async () => {
    let isFirst = true;
    company.intercept(async (what, call) => {
      if (what !== 'crm.write' || !isFirst) return call();
      isFirst = false;
      return [{ ok: false, failure: new SyncFailure('validation', 'not so') }] as never;
    });
    await post.deliver('L1', {}, DROP);
    await company.sync(pairing);
    await post.deliver('L2', {}, DROP);
    await company.sync(pairing);
    expect((await post.whereabouts('L2'))?.folder).toBe('Inbox');
    expect(await count('SELECT Id FROM Contact')).toBe(1);
  });

  it.each<[string, SyncFailure]>([
    ['MAIL-9: an admin’s wish stays while the CRM asks to wait', new SyncFailure('throttled', 'not now')],
    ['MAIL-9: an admin’s wish stays while the CRM is at it', new SyncFailure('locked', 'busy')],
  ])('%s', async (_, failure) => {
    await company.database.inOrganization(company.organizationId, async tx => {
      await countUnmatched(
        tx,
        { pairingId: pairing.pairingId, connectionId: company.crmConnectionId },
        [{ address: 'moss@fabrikam.example', name: 'Moss', code: 'creation_off' }],
        company.now(),
      );
      await tx.updateTable('unmatched_addresses').set({ state: 'wanted' }).execute();
    });
    company.intercept(async (what, call) => {
      if (what !== 'crm.write') return call();
      return [{ ok: false, failure }] as never;
    });
    await company.sync(pairing).catch(() => null);
    company.intercept(direct);
    await company.sync(pairing);
    expect(await count("SELECT Id FROM Contact WHERE Email = 'moss@fabrikam.example'")).toBe(1);
  });
});
