import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TandemClient } from '../clients.ts';
import { Office } from '../office.ts';
import { until } from '../product.ts';
import { connect, loadUsers } from '../tenant.ts';
import { DROPPING, letter, Mailroom, mailroom, NEW_EMAIL, NOT_ARCHIVED, PROCESSED } from './mailroom.ts';

const office = new Office();
beforeAll(() => office.open());
afterEach(() => strike());
afterAll(() => office.close());

async function strike(faults: { salesforce?: object[]; graph?: object[] } = {}): Promise<void> {
  await office.world.salesforce.control('PUT', 'faults', faults.salesforce ?? []);
  await office.world.graph.control('PUT', 'faults', faults.graph ?? []);
}

const EVERYTHING = { enabled: true, onlyWithCategory: false, confirm: true };

describe('invariant 10: one message stops no other', () => {
  it('the mailbox does not give it: the others are archived, its story says why', async () => {
    const ann = await mailroom(office, 'Ann');
    await ann.seat.addRecord('Contact', { LastName: 'Poison', Email: 'poison@fabrikam.example' });
    const bad = await ann.drop({ from: 'poison@fabrikam.example', subject: 'Unreadable' });
    const good = await ann.drop({ from: 'poison@fabrikam.example', subject: 'Readable' });
    const match = { mailbox: ann.seat.mail, method: 'GET', path: bad };
    await strike({ graph: [{ match, mode: 'status', status: 500 }] });
    await ann.seat.sync();
    await ann.email('Readable');
    expect((await ann.message(good)).categories).toEqual([PROCESSED]);
    const state = await ann.seat.sync(3);
    expect(state).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    expect(await ann.seat.item(bad)).toMatchObject({
      ...{ state: 'failing', module: 'emails', reason: expect.any(String), fix: expect.any(String) },
    });
    await strike();
    const item = await ann.seat.item(bad);
    await office.world.tandem.post(`/items/${item?.id}/retry`);
    await ann.seat.sync();
    await ann.email('Unreadable');
    expect(await ann.seat.item('Unreadable')).toMatchObject({ id: item?.id, state: 'in_sync' });
    await ann.seat.expectSilence();
  });

  it('MAIL-6: the Inbox has one that cannot be read: the others are archived, and nothing waits', async () => {
    const ann = await mailroom(office, 'Ann', { inbox: EVERYTHING });
    await ann.seat.addRecord('Contact', { LastName: 'Inbox', Email: 'inbox@fabrikam.example' });
    const bad = await ann.deliver(letter(ann.seat, { from: 'inbox@fabrikam.example', subject: 'Bad' }));
    await ann.deliver(letter(ann.seat, { from: 'inbox@fabrikam.example', subject: 'Good' }));
    const match = { mailbox: ann.seat.mail, method: 'GET', path: `messages/${bad}` };
    await strike({ graph: [{ match, mode: 'status', status: 500 }] });
    await ann.seat.sync(2);
    await ann.email('Good');
    expect(await ann.seat.pairing()).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    await strike();
    const item = await ann.seat.item(bad);
    await office.world.tandem.post(`/items/${item?.id}/retry`);
    await ann.seat.sync();
    await ann.email('Bad');
    await ann.seat.expectSilence();
  });

  it('the CRM refuses it: it says so, in the mailbox and in its story; the others are archived', async () => {
    const ann = await mailroom(office, 'Ann');
    await office.world.salesforce.control('POST', 'load', {
      validationRules: [
        { object: 'EmailMessage', condition: "Subject LIKE '%poison%'", errorMessage: 'No poison, please' },
      ],
    });
    await ann.seat.addRecord('Contact', { LastName: 'Ruled', Email: 'ruled@fabrikam.example' });
    const bad = await ann.drop({ from: 'ruled@fabrikam.example', subject: 'Some poison' });
    const good = await ann.drop({ from: 'ruled@fabrikam.example', subject: 'Some honey' });
    await ann.seat.sync();
    await ann.email('Some honey');
    expect(await ann.placeOf(good)).toBe('Inbox');
    expect(await ann.placeOf(bad)).toBe(NEW_EMAIL);
    expect((await ann.message(bad)).categories).toEqual([NOT_ARCHIVED]);
    expect(await ann.seat.story('Some poison')).toMatchObject([
      { action: 'not_archived', code: 'validation', reason: expect.stringContaining('No poison, please') },
    ]);
    expect(await ann.seat.pairing()).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    await ann.seat.expectSilence();
  });

  it('PAIR-10: when most are refused alike it is the pairing’s matter', async () => {
    const ann = await mailroom(office, 'Ann');
    await ann.seat.addRecord('Contact', { LastName: 'Most', Email: 'most@fabrikam.example' });
    for (let number = 0; number < 6; number++)
      await ann.drop({ from: 'most@fabrikam.example', subject: `More poison ${number}` });
    expect(await ann.seat.sync()).toMatchObject({
      ...{ state: 'degraded', errorStreak: 1, reason: expect.stringContaining('emails') },
    });
  });
});

describe('PAIR-10: waiting is no error', () => {
  it('a mailbox that asks to wait is waited for', async () => {
    const ann = await mailroom(office, 'Ann');
    await ann.seat.addRecord('Contact', { LastName: 'Slow', Email: 'slow@fabrikam.example' });
    const ids: string[] = [];
    for (let number = 0; number < 3; number++)
      ids.push(await ann.drop({ from: 'slow@fabrikam.example', subject: `Slow ${number}` }));
    const fault = { mode: 'status', status: 429, retryAfter: 1 };
    await strike({
      graph: [
        { ...fault, match: { mailbox: ann.seat.mail, method: 'GET', path: '/messages/' }, times: 1 },
        { ...fault, match: { mailbox: ann.seat.mail, method: 'PATCH' }, times: 1 },
        { ...fault, match: { mailbox: ann.seat.mail, method: 'POST', path: '/move' }, times: 1 },
      ],
    });
    await until('all of them to be done', async () => {
      await ann.seat.sync();
      const places = await Promise.all(ids.map(id => ann.placeOf(id)));
      return places.every(place => place === 'Inbox');
    });
    for (let number = 0; number < 3; number++) await ann.email(`Slow ${number}`);
    expect(await ann.seat.sync()).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    await ann.seat.expectSilence();
  });

  it('the day’s limit of the CRM is reached in the middle: nothing is lost, nothing twice', async () => {
    const ann = await mailroom(office, 'Ann');
    const { salesforce } = office.world;
    const id = await ann.drop({ from: 'Lou Limit <lou@limit.example>', subject: 'At the limit' });
    await strike({
      salesforce: [
        {
          match: { method: 'POST', soql: '"EmailMessage"' },
          ...{ mode: 'status', status: 403, errorCode: 'REQUEST_LIMIT_EXCEEDED', times: 1 },
        },
      ],
    });
    expect(await ann.seat.sync()).toMatchObject({ errorStreak: 0 });
    expect(await ann.placeOf(id)).toBe(NEW_EMAIL);
    expect((await ann.message(id)).categories).toEqual([]);
    await strike();
    await ann.seat.sync();
    await ann.email('At the limit');
    expect(await ann.placeOf(id)).toBe('Inbox');
    expect(await salesforce.query("SELECT Id FROM Contact WHERE Email = 'lou@limit.example'")).toHaveLength(
      1,
    );
    expect(
      await salesforce.query("SELECT Id FROM Account WHERE Website LIKE '%limit.example%'"),
    ).toHaveLength(1);
    await ann.seat.expectSilence();
  });
});

describe('invariant 5: what the mailbox forgets', () => {
  it('MAIL-6: the sync state of the Inbox expires: nothing is archived twice, nothing old, nothing missed', async () => {
    const ann = new Mailroom(await office.hire('Ann'));
    const from = 'expired@fabrikam.example';
    await ann.deliver(letter(ann.seat, { from, subject: 'Long ago' }));
    await sleep(1_100);
    await ann.seat.startSync({ inbox: EVERYTHING });
    await ann.seat.addRecord('Contact', { LastName: 'Expired', Email: from });
    await ann.deliver(letter(ann.seat, { from, subject: 'Before it' }));
    await ann.seat.sync();
    await ann.email('Before it');
    const match = { mailbox: ann.seat.mail, path: 'messages/delta' };
    await strike({ graph: [{ match, mode: 'expired-cursor', times: 1 }] });
    await ann.deliver(letter(ann.seat, { from, subject: 'After it' }));
    await ann.seat.sync(2);
    await ann.email('Before it');
    await ann.email('After it');
    expect(await ann.emails('Long ago')).toEqual([]);
    await ann.seat.expectSilence();
  });
});

describe('organizations share nothing', () => {
  it('the same message in two organizations: each has what is its own', async () => {
    const sharing = { Account: 'ReadWrite', Contact: 'ReadWrite' };
    await office.world.salesforce.control('PUT', 'sharing', sharing);
    const ann = await mailroom(office, 'Ann');
    const { run } = office.world;
    const created = await fetch(`${run.api}/v1/organizations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${run.installationKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Other', subscription: 'premium' }),
    });
    const { apiKey } = (await created.json()) as { apiKey: string };
    const tandem = new TandemClient({ ...run, apiKey });
    const bob = { mail: 'bob@other.example', firstName: 'Bob', lastName: 'Other' };
    await loadUsers(office.world, [bob]);
    const connections = await connect({ ...office.world, tandem });
    const policy = await tandem.post<{ id: string }>('/policies', {
      ...{ name: 'Other', ...connections, category: { name: 'Contoso' }, ...DROPPING },
    });
    await tandem.post(`/policies/${policy.id}/enable`);
    const { id } = await tandem.post<{ id: string }>('/pairings', {
      ...{ policyId: policy.id, mailbox: bob.mail },
    });
    const stateOf = async () => (await tandem.get<{ state: string }>(`/pairings/${id}`)).state;
    await until('the first cycle', async () => (await stateOf()) === 'in_sync');

    const eml = letter(ann.seat, { from: 'nobody.knows@both.example', subject: 'For both' });
    await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync();
    await ann.email('For both');
    const { world } = office;
    const folders = await world.graph.list<{ id: string; displayName: string }>(
      `/users/${bob.mail}/mailFolders?$top=100`,
    );
    const root = folders.find(({ displayName }) => displayName === 'Contoso');
    const children = await world.graph.list<{ id: string; displayName: string }>(
      `/users/${bob.mail}/mailFolders/${root?.id}/childFolders?$top=100`,
    );
    const { immutableId } = await world.graph.control<{ immutableId: string }>('POST', 'deliver', {
      mailbox: bob.mail,
      folder: children.find(({ displayName }) => displayName === NEW_EMAIL)?.id,
      eml: Buffer.from(eml).toString('base64'),
    });
    const { operationId } = await tandem.post<{ operationId: string }>(`/pairings/${id}/sync`);
    await until('the cycle', async () => {
      const { state } = await tandem.get<{ state: string }>(`/operations/${operationId}`);
      return state !== 'running';
    });
    // The CRM is the same one, and tells both of the one e-mail.
    await ann.email('For both');
    const { categories } = await world.graph.call<{ categories: string[] }>(
      'GET',
      `/users/${bob.mail}/messages/${immutableId}`,
    );
    expect(categories).toEqual([PROCESSED]);
    const q = encodeURIComponent('For both');
    expect(await tandem.all(`/pairings/${id}/items?q=${q}`)).toHaveLength(1);
    expect(await world.tandem.all(`/pairings/${ann.seat.pairingId}/items?q=${q}`)).toHaveLength(1);
    expect((await tandem.raw(`/pairings/${ann.seat.pairingId}`)).status).toBe(404);
  });
});
