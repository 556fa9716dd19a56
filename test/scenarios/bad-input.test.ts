import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';
import { until } from './product.ts';
import type { Seat } from './seat.ts';
import { pairing } from './tenant.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fix?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

async function refusal(method: string, path: string, body: unknown, headers = {}): Promise<Problem> {
  const response = await office.world.tandem.raw(path, { method, body: JSON.stringify(body), headers });
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as Problem;
}

async function patchRefusal(path: string, body: unknown): Promise<Problem> {
  const current = await office.world.tandem.raw(path);
  return refusal('PATCH', path, body, { 'if-match': current.headers.get('etag') ?? '' });
}

/** A pairing of this mailbox that somebody has to look after. */
async function blockedPairing(mailbox: string, more: object = {}) {
  const policyId = await office.createPolicy(`Policy of ${mailbox}`, {});
  const { id } = await office.world.tandem.post<{ id: string }>('/pairings', { policyId, mailbox, ...more });
  return until('the pairing to be blocked', async () => {
    const view = await pairing(office.world, id);
    return view.state === 'blocked' ? view : null;
  });
}

describe('OPS-1: requests', () => {
  test('an unknown option and a wrong type are named with their place', async () => {
    const seat = await office.seat('Ann');
    const path = `/policies/${seat.policyId}`;
    const before = await office.world.tandem.get<{ version: number }>(path);
    expect(await patchRefusal(path, { contacts: { seperateFolder: true } })).toMatchObject({
      status: 400,
      errors: [{ pointer: expect.stringContaining('/contacts') }],
    });
    expect(await patchRefusal(path, { retentionDays: 'ninety' })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/retentionDays' }],
    });
    expect((await office.world.tandem.get<{ version: number }>(path)).version).toBe(before.version);
  });

  test('POL-6: the category keeps its name', async () => {
    const seat = await office.seat('Ann');
    const problem = await patchRefusal(`/policies/${seat.policyId}`, { category: { name: 'Fabrikam' } });
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer: '/category/name' }] });
    expect((await seat.sync()).state).toBe('in_sync');
    expect((await seat.categories()).map(({ displayName }) => displayName)).toContain('Contoso');
  });

  test('a Premium option on Lite is refused with option and subscription', async () => {
    const { run } = office.world;
    const answer = await fetch(`${run.api}/v1/organizations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${run.installationKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Small', subscription: 'lite' }),
    });
    const { apiKey } = (await answer.json()) as { apiKey: string | { secret: string } };
    const authorization = `Bearer ${typeof apiKey === 'string' ? apiKey : apiKey.secret}`;
    const connections = await office.world.tandem.all<{ id: string; side: string }>('/connections');
    const [mailbox, crm] = ['mailbox', 'crm'].map(side => connections.find(one => one.side === side)?.id);
    const policy = {
      name: 'Lite',
      mailboxConnectionId: mailbox,
      crmConnectionId: crm,
      category: { name: 'Contoso' },
      assignTo: { enabled: true },
    };
    const problem = await refusal('POST', '/policies', policy, { authorization });
    expect(problem).toMatchObject({ status: 422, code: 'option_not_allowed' });
    expect(`${problem.detail} ${JSON.stringify(problem.errors)}`).toMatch(/assignTo[\s\S]*|lite/);
    expect(JSON.stringify(problem)).toMatch(/lite/i);
  });

  test('PAIR-5: a second pairing of a mailbox or of a CRM user names the first', async () => {
    const seat = await office.seat('Ann');
    const mailbox = seat.mail.toUpperCase();
    expect(await refusal('POST', '/pairings', { policyId: seat.policyId, mailbox })).toMatchObject({
      status: 409,
      code: 'mailbox_taken',
      detail: expect.stringContaining(seat.pairingId),
    });

    const other = await office.hire('Bob');
    const view = await blockedPairing(other.mail, { crmUser: seat.crmUserId });
    expect(view.reason).toContain(seat.pairingId);
    expect(await seat.sync()).toMatchObject({ state: 'in_sync' });
  });
});

describe('PAIR-1: people who cannot be paired', () => {
  test('a mailbox that does not exist', async () => {
    const view = await blockedPairing('nobody@office.example');
    expect(view).toMatchObject({
      reason: 'There is no Exchange Online mailbox for nobody@office.example.',
      fix: expect.stringContaining('address'),
    });
  });

  test('two CRM users with the same address, until one is named', async () => {
    const seat = await office.hire('Ann');
    const twin = { Username: `twin.${seat.mail}`, Email: seat.mail, LastName: 'Twin', IsActive: true };
    await office.world.salesforce.control('POST', 'load', { users: [twin] });
    const view = await blockedPairing(seat.mail);
    expect(view).toMatchObject({
      reason: `2 active CRM users have the address ${seat.mail}.`,
      fix: expect.stringContaining('crmUser'),
    });
  });

  test('an inactive CRM user, until the user is activated', async () => {
    const seat = await office.hire('Ann');
    await office.world.salesforce.update('User', seat.crmUserId, { IsActive: false });
    const view = await blockedPairing(seat.mail);
    expect(view.reason).toBe(`The CRM user ${seat.mail} is inactive.`);
    await office.world.salesforce.update('User', seat.crmUserId, { IsActive: true });
    seat.pairingId = view.id;
    expect(await seat.sync()).toMatchObject({ state: 'in_sync', reason: null });
  });

  test('POL-6: a folder that the user had is not taken over', async () => {
    const seat = await office.hire('Ann');
    await seat.outlook('POST', '/contactFolders', { displayName: 'Contoso' });
    const kept = await seat.addContact({ surname: 'Own' });
    const view = await blockedPairing(seat.mail);
    expect(view).toMatchObject({
      reason: expect.stringContaining('contacts folder "Contoso"'),
      fix: expect.stringContaining('Rename or delete'),
    });
    expect((await seat.contact('Own')).id).toBe(kept.id);
  });
});

describe('PAIR-10: values that one side cannot hold', () => {
  const NOTE = 'A long story. '.repeat(2_858).slice(0, 40_000);

  /** Whatever was wrong, a good one beside it is on both sides. */
  async function expectOthersSynced(seat: Seat): Promise<void> {
    await seat.addRecord('Contact', { LastName: 'Good Record' });
    await seat.addContact({ surname: 'Good Contact' });
    expect((await seat.sync()).state).toBe('in_sync');
    expect(await seat.names()).toEqual(expect.arrayContaining(['Good Contact', 'Good Record']));
    expect(await seat.recordsNamed('Contact', 'Good Contact')).toHaveLength(1);
  }

  test('a note of 40,000 characters stays whole in the mailbox, and is not torn by later edits', async () => {
    const seat = await office.seat('Ann', AUTO);
    const made = await seat.addContact({ surname: 'Novelist', personalNotes: NOTE });
    await seat.sync();
    const item = await seat.item(made.id);
    expect(item?.state === 'in_sync' || item?.reason).toBeTruthy();
    expect((await seat.contact('Novelist')).personalNotes).toBe(NOTE);
    await expectOthersSynced(seat);
    expect((await seat.contact('Novelist')).personalNotes).toBe(NOTE);
    await seat.expectSilence();
  });

  test('the longest note of the CRM arrives whole', async () => {
    const seat = await office.seat('Ann', AUTO);
    await seat.addRecord('Contact', { LastName: 'Chronicler', Description: NOTE.slice(0, 32_000).trim() });
    await seat.sync();
    expect((await seat.contact('Chronicler')).personalNotes).toBe(NOTE.slice(0, 32_000).trim());
    await seat.expectSilence();
  });

  test('emoji and other scripts go both ways', async () => {
    const seat = await office.seat('Ann', AUTO);
    const id = await seat.addRecord('Contact', { FirstName: '👩‍🚀', LastName: 'Ωmega 🚀' });
    await seat.addContact({ givenName: '𝒜da', surname: '渡辺 🏔️' });
    await seat.sync();
    expect(await seat.contact('👩‍🚀 Ωmega 🚀')).toMatchObject({ surname: 'Ωmega 🚀' });
    expect(await seat.recordsNamed('Contact', '渡辺 🏔️', 'FirstName')).toEqual([
      expect.objectContaining({ FirstName: '𝒜da' }),
    ]);
    expect(await seat.record('Contact', id, 'LastName')).toEqual({ LastName: 'Ωmega 🚀' });
    await seat.expectSilence();
  });

  test('a NUL in a name holds nothing up', async () => {
    const seat = await office.seat('Ann', AUTO);
    await office.world.graph.control('PUT', 'behaviour', { nulCharacters: 'kept' });
    const made = await seat.addContact({ givenName: 'Nu\0lla', surname: 'Void' });
    await seat.addRecord('Contact', { FirstName: 'Ze\0ro', LastName: 'Null\0ity' });
    await seat.sync();
    await office.world.graph.control('PUT', 'behaviour', { nulCharacters: 'refused' });
    const item = await seat.item(made.id);
    expect(item).not.toBeNull();
    if (item?.state !== 'in_sync') expect(item?.reason).toBeTruthy();
    expect(await seat.names()).toContain('Zero Nullity');
    await expectOthersSynced(seat);
  });

  test('quotes and backslashes in addresses and names are values, not syntax', async () => {
    const seat = await office.seat('Ann', AUTO);
    const account = await seat.addRecord('Account', { Name: `O'Hara \\ "Sons" %_` });
    await seat.addRecord('Contact', { LastName: `D'Arc\\y`, Email: `d'arc@o'hara.example` });
    await seat.addContact({
      surname: `O'Neil\\' OR Id != null`,
      companyName: `O'Hara \\ "Sons" %_`,
      emailAddresses: [{ address: `o'neil+a\\b@hara.example` }],
    });
    await seat.addContact({ surname: 'Plain', emailAddresses: [{ address: `o'plain@hara.example` }] });
    await seat.sync(2);
    expect(await seat.contact(`D'Arc\\y`)).toMatchObject({
      emailAddresses: [expect.objectContaining({ address: `d'arc@o'hara.example` })],
    });
    const records = await office.world.salesforce.query<{ LastName: string; AccountId: string | null }>(
      `SELECT LastName, AccountId FROM Contact WHERE OwnerId = '${seat.crmUserId}'`,
    );
    expect(records.filter(({ LastName }) => LastName === 'Plain')).toHaveLength(1);
    const hostile = records.filter(({ LastName }) => LastName.startsWith(`O'Neil`));
    const item = await seat.item(`o'neil+a\\b@hara.example`);
    if (item?.state === 'in_sync') expect(hostile).toMatchObject([{ AccountId: account }]);
    else expect(item?.reason).toBeTruthy();
    await expectOthersSynced(seat);
  });

  test('a refused item is tried again when the user has put it right', async () => {
    const seat = await office.seat('Ann', AUTO);
    const made = await seat.addContact({
      surname: 'Typo',
      emailAddresses: [{ address: 'not an address' }],
    });
    await expectOthersSynced(seat);
    expect(await seat.item(made.id)).toMatchObject({ state: 'failing', reason: expect.any(String) });
    expect(await seat.recordsNamed('Contact', 'Typo')).toEqual([]);
    expect(await seat.names()).toContain('Typo');
    await seat.editContact(made.id, { emailAddresses: [{ address: 'typo@put.example' }] });
    await seat.sync();
    expect(await seat.recordsNamed('Contact', 'Typo', 'Email')).toMatchObject([
      { Email: 'typo@put.example' },
    ]);
    await seat.expectSilence();
  });
});
