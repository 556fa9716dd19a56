import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerWanted, countUnmatched, hashOfAddress } from '../../db/unmatched-addresses.ts';
import { type Made, makePairing, makePolicy } from './examples.ts';
import { type MailHistory, writeMail } from './history.ts';
import { type Installation, startInstallation, type Tenant } from './installation.ts';

let installation: Installation;
let tenant: Tenant;
let made: Made;
let pairing: string;
let mail: MailHistory;
beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
  made = await makePolicy(tenant);
  pairing = await makePairing(tenant, made.policyId, 'ann@contoso.com');
  mail = await writeMail(installation.database, tenant.id, pairing);
});
afterAll(() => installation.stop());

const secrets = ['bridge', 'tom.bell', 'zoe.hart', 'Zoe', 'Hart', 'fabrikam'];

/** Somebody new of a message, as a cycle writes it down. */
function meet(address: string, code = 'creation_off'): Promise<string> {
  return installation.database.inOrganization(tenant.id, async tx => {
    const where = { pairingId: pairing, connectionId: made.crmConnectionId };
    await countUnmatched(tx, where, [{ address, name: null, code }], Date.now());
    const { id } = await tx
      .selectFrom('unmatched_addresses')
      .select('id')
      .where('address_hash', '=', hashOfAddress(tx, address))
      .executeTakeFirstOrThrow();
    return id;
  });
}

const answer = (id: string, what: Parameters<typeof answerWanted>[2]) =>
  installation.database.inOrganization(tenant.id, tx => answerWanted(tx, id, what));

const decide = (id: string, decision: string) =>
  tenant.send('POST', `/v1/unmatched-addresses/${id}/${decision}`);

const idsIn = async (query: string): Promise<string[]> => {
  const { body } = await tenant.send('GET', `/v1/unmatched-addresses?${query}`);
  return body.data.map(({ id }: { id: string }) => id);
};

const policyNow = async () => (await tenant.send('GET', `/v1/policies/${made.policyId}`)).body;

describe('messages in the ledger (OPS-2)', () => {
  test.each([
    ['subject', 'offer%20for%20the%20BRIDGE'],
    ['sender', 'Tom.Bell@fabrikam.example'],
    ['Message-ID', encodeURIComponent('<offer-1@mail.fabrikam.example>')],
    ['e-mail in the CRM', '02s000000000001AAA'],
  ])('are explained by their %s, masked', async (_, q) => {
    const { body, text } = await tenant.as.viewer('GET', `/v1/pairings/${pairing}/explain?q=${q}`);
    expect(body.data).toMatchObject([
      {
        item: {
          id: mail.archivedId,
          module: 'emails',
          name: 'O••• f••• t••• b•••',
          address: 't•••@f•••.example',
          crmKind: 'email',
        },
      },
    ]);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  test('are items like others: listed, counted, revealed', async () => {
    const listed = await tenant.send('GET', `/v1/pairings/${pairing}/items?module=emails`);
    expect(listed.body.data).toHaveLength(2);
    const { counts } = (await tenant.send('GET', `/v1/pairings/${pairing}`)).body;
    expect(counts).toEqual({ emails: { in_sync: 1, excluded: 1 } });
    const revealed = await tenant.send('POST', `/v1/items/${mail.archivedId}/reveal`);
    expect(revealed.body).toMatchObject({
      name: 'Offer for the bridge',
      address: 'tom.bell@fabrikam.example',
      mailboxValues: null,
    });
  });

  test('are tried again on request while they wait, not when they are archived (MAIL-3)', async () => {
    const retried = await tenant.as.operator('POST', `/v1/items/${mail.waitingId}/retry`);
    expect(retried.status).toBe(202);
    expect(Date.parse(retried.body.nextAttemptAt)).toBeLessThanOrEqual(Date.now());
    expect((await tenant.send('POST', `/v1/items/${mail.archivedId}/retry`)).status).toBe(409);
  });
});

describe('unmatched addresses (MAIL-9)', () => {
  test('are listed with count and reason, and nobody by name', async () => {
    const { body, text } = await tenant.as.viewer('GET', '/v1/unmatched-addresses');
    expect(body.data).toMatchObject([
      {
        id: mail.unmatchedId,
        address: 'z•••@f•••.example',
        name: 'Z••• H•••',
        count: 2,
        state: 'open',
        code: 'creation_off',
        reason: expect.stringContaining('creates nobody'),
        fix: expect.stringContaining('policy'),
        firstSeenAt: '2026-03-02T09:00:00.000Z',
        lastSeenAt: '2026-03-02T09:00:00.001Z',
        pairingId: pairing,
        crmId: null,
        crmUrl: null,
      },
    ]);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  test('are found by address and pairing', async () => {
    expect(await idsIn(`q=${encodeURIComponent(' Zoe.Hart@Fabrikam.example')}`)).toEqual([mail.unmatchedId]);
    expect(await idsIn('q=nobody@fabrikam.example')).toEqual([]);
    expect(await idsIn(`pairing=${pairing}`)).toEqual([mail.unmatchedId]);
    expect(await idsIn('pairing=prg_none')).toEqual([]);
    expect(await idsIn('state=ignored')).toEqual([]);
    expect((await tenant.send('GET', '/v1/unmatched-addresses?state=old')).status).toBe(400);
  });

  test('come page by page', async () => {
    const other = await meet('second@fabrikam.example');
    const first = (await tenant.send('GET', '/v1/unmatched-addresses?limit=1')).body;
    const rest = await idsIn(`limit=1&cursor=${first.page.nextCursor}`);
    expect([first.data[0].id, ...rest].sort()).toEqual([mail.unmatchedId, other].sort());
  });

  test('reveal shows the address and is audited', async () => {
    const revealed = await tenant.as.operator('POST', `/v1/unmatched-addresses/${mail.unmatchedId}/reveal`);
    expect(revealed.body).toMatchObject({ address: 'zoe.hart@fabrikam.example', name: 'Zoe Hart' });
    const log = await tenant.send('GET', '/v1/audit?action=unmatchedAddresses.reveal');
    expect(log.body.data).toMatchObject([{ target: mail.unmatchedId, outcome: 'done' }]);
    expect(log.text).not.toContain('zoe');
  });

  test('create asks the pairing for a cycle, is safe to repeat, and the answer shows in the list', async () => {
    const id = await meet('wanted@fabrikam.example');
    const before = Date.now();
    for (let time = 0; time < 2; time++) {
      const wanted = await decide(id, 'create');
      expect(wanted.status).toBe(202);
      expect(wanted.body).toMatchObject({ id, state: 'wanted' });
    }
    const asked = await installation.database.inOrganization(tenant.id, tx =>
      tx.selectFrom('pairings').select('run_requested_at').where('id', '=', pairing).executeTakeFirst(),
    );
    expect(asked?.run_requested_at?.getTime()).toBeGreaterThanOrEqual(before);

    await answer(id, { reason: 'The CRM refuses the record: company is missing.' });
    const listed = await tenant.send('GET', '/v1/unmatched-addresses?q=wanted@fabrikam.example');
    expect(listed.body.data).toMatchObject([{ state: 'open', reason: expect.stringContaining('company') }]);
    expect((await decide(id, 'create')).body).toMatchObject({
      state: 'wanted',
      reason: expect.not.stringContaining('company'),
    });

    await answer(id, { crmKind: 'contact', crmId: '003000000000009AAA' });
    const made = await tenant.send('GET', '/v1/unmatched-addresses?state=created');
    expect(made.body.data).toMatchObject([
      { id, crmKind: 'contact', crmId: '003000000000009AAA', reason: null },
    ]);
    for (const decision of ['create', 'ignore', 'exclude'])
      expect((await decide(id, decision)).body).toMatchObject({ status: 409, fix: expect.any(String) });
  });

  test('ignore takes it off the list, however often; a later wish brings it back', async () => {
    const id = await meet('newsletter@fabrikam.example', 'impersonal_address');
    for (let time = 0; time < 2; time++)
      expect((await decide(id, 'ignore')).body).toMatchObject({ state: 'ignored' });
    expect(await idsIn('limit=200')).not.toContain(id);
    expect(await idsIn('state=ignored')).toEqual([id]);
    expect((await decide(id, 'create')).body).toMatchObject({ state: 'wanted' });
  });

  test('exclude makes one version of the policy, as a change of it does, and is audited (POL-27)', async () => {
    const id = await meet('press@fabrikam.example');
    const before = await policyNow();
    for (let time = 0; time < 2; time++)
      expect((await decide(id, 'exclude')).body).toMatchObject({ state: 'excluded' });
    const after = await policyNow();
    expect(after.version).toBe(before.version + 1);
    expect(after.excluded.addresses).toEqual([...before.excluded.addresses, 'press@fabrikam.example']);
    const log = await tenant.send('GET', '/v1/audit?action=unmatchedAddresses.exclude');
    const done = log.body.data.filter(({ outcome }: { outcome: string }) => outcome === 'done');
    const targets = done.map(({ target }: { target: string }) => target);
    expect(targets.sort()).toEqual([id, id, made.policyId].sort());
    expect(log.text).not.toContain('press@');

    const refused = await decide(id, 'create');
    expect(refused.body).toMatchObject({ status: 409, fix: expect.stringContaining('excluded') });
    expect((await decide(id, 'ignore')).status).toBe(409);
    await tenant.send('PATCH', `/v1/policies/${made.policyId}`, {
      body: { excluded: { addresses: [] } },
      headers: { 'if-match': `"${after.version}"` },
    });
    expect((await decide(id, 'create')).body).toMatchObject({ state: 'wanted' });
  });

  test('two admins who exclude at once are both heard', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push(await meet(`${name}@fabrikam.example`));
    const answers = await Promise.all(ids.map(id => decide(id, 'exclude')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await policyNow()).excluded.addresses).toEqual(
      expect.arrayContaining(['a', 'b', 'c', 'd'].map(name => `${name}@fabrikam.example`)),
    );
  });

  test('exclude refuses what the policy cannot hold, and changes nothing', async () => {
    const id = await meet('jürgen@fabrikam.example');
    const before = await policyNow();
    expect((await decide(id, 'exclude')).body).toMatchObject({
      status: 422,
      fix: expect.stringContaining('excluded.domains'),
    });
    expect((await policyNow()).version).toBe(before.version);
    expect(await idsIn('limit=200')).toContain(id);
  });
});

describe('modules that the CRM does not have (POL-9)', () => {
  test.each([
    ['projects', 'projects', '/modules/projects/enabled'],
    ['serviceCalls', 'service calls', '/modules/serviceCalls/enabled'],
  ])(
    'keep a policy with %s from being enabled, and tell what to use instead',
    async (module, words, pointer) => {
      const { policyId } = await makePolicy(tenant, { modules: { [module]: { enabled: true } } });
      const refused = await tenant.send('POST', `/v1/policies/${policyId}/enable`);
      expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer }] });
      expect(refused.body.detail).toContain(words);
      expect(refused.body.detail).toContain('modules.custom');
    },
  );

  test('cannot be switched on in a policy that runs', async () => {
    const { policyId } = await makePolicy(tenant, { modules: { opportunities: { enabled: true } } });
    expect((await tenant.send('POST', `/v1/policies/${policyId}/enable`)).status).toBe(200);
    const change = (module: string) =>
      tenant.send('PATCH', `/v1/policies/${policyId}`, {
        body: { modules: { [module]: { enabled: true } } },
        headers: { 'if-match': '*' },
      });
    expect((await change('projects')).body).toMatchObject({ status: 422, code: 'unprocessable' });
    expect((await change('cases')).status).toBe(200);
  });
});
