import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import type { PolicyInput } from '../seat.ts';
import { DROPPING, type Mailroom, mailroom, NEW_EMAIL, NOT_ARCHIVED, PROCESSED } from './mailroom.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

/** Nobody is created by itself. */
const CAREFUL: PolicyInput = { ...DROPPING, smartConvert: { enabled: true, creation: { enabled: false } } };

interface UnmatchedAddress {
  readonly id: string;
  readonly address: string;
  readonly name: string | null;
  readonly count: number;
  readonly state: string;
  readonly code: string;
  readonly reason: string | null;
}

const unmatchedOf = ({ seat }: Mailroom, state = 'open') =>
  office.world.tandem.all<UnmatchedAddress>(`/unmatched-addresses?pairing=${seat.pairingId}&state=${state}`);

async function addressOf(room: Mailroom, address: string, state = 'open'): Promise<UnmatchedAddress> {
  const found = await office.world.tandem.all<UnmatchedAddress>(
    `/unmatched-addresses?state=${state}&q=${encodeURIComponent(address)}`,
  );
  expect(found, `${address} among ${JSON.stringify(await unmatchedOf(room, state))}`).toHaveLength(1);
  return found[0] as UnmatchedAddress;
}

const decide = ({ id }: UnmatchedAddress, decision: 'create' | 'ignore' | 'exclude' | 'reveal') =>
  office.world.tandem.post<UnmatchedAddress>(`/unmatched-addresses/${id}/${decision}`);

const explain = ({ seat }: Mailroom, q: string) =>
  office.world.tandem
    .get(`/pairings/${seat.pairingId}/explain?q=${encodeURIComponent(q)}`)
    .then(answer => JSON.stringify(answer));

describe('MAIL-9: addresses that are nobody in the CRM', () => {
  it('are listed, each message once, masked until somebody reveals them, which is audited', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    await ann.drop({ from: 'Carla Count <carla@count.example>', cc: 'second@count.example', subject: 'One' });
    await ann.drop({ from: 'carla@count.example', subject: 'Two' });
    await ann.seat.sync(3);
    expect(await addressOf(ann, 'Carla@Count.example')).toMatchObject({ count: 2, state: 'open' });
    const one = await addressOf(ann, 'second@count.example');
    expect(one).toMatchObject({ count: 1, code: 'creation_off', reason: expect.any(String) });
    expect(JSON.stringify(await unmatchedOf(ann))).not.toContain('carla@');
    expect(await decide(await addressOf(ann, 'carla@count.example'), 'reveal')).toMatchObject({
      address: 'carla@count.example',
    });
    const audit = await office.world.tandem.all<{ action: string }>('/audit');
    expect(audit.map(({ action }) => action)).toContain('unmatchedAddresses.reveal');
    await ann.seat.expectSilence();
  });

  it('create makes a contact of it, and its messages are archived', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    const id = await ann.drop({ from: 'Wanda Wanted <wanda@wanted.example>', subject: 'Wanted' });
    await ann.seat.sync();
    expect((await ann.message(id)).categories).toEqual([NOT_ARCHIVED]);
    await decide(await addressOf(ann, 'wanda@wanted.example'), 'create');
    await ann.seat.sync(2);
    const [contact] = await ann.query<{ Id: string }>(
      "SELECT Id FROM Contact WHERE FirstName = 'Wanda' AND LastName = 'Wanted' AND Email = 'wanda@wanted.example'",
    );
    expect(await addressOf(ann, 'wanda@wanted.example', 'created')).toMatchObject({ state: 'created' });
    await ann.email('Wanted');
    expect(await ann.history('WhoId', contact?.Id ?? '')).toEqual(['Wanted']);
    expect(await ann.placeOf(id)).toBe('Inbox');
    expect((await ann.message(id)).categories).toEqual([PROCESSED]);
    expect(await unmatchedOf(ann)).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('create makes a lead where the policy says so', async () => {
    const ann = await mailroom(office, 'Ann', {
      ...DROPPING,
      smartConvert: {
        ...{ enabled: true, leadsIfNoContact: true },
        creation: { enabled: false, leadInsteadOfContact: true },
      },
    });
    await ann.drop({ from: 'Lea Lead <lea@lead.example>', subject: 'A lead' });
    await ann.seat.sync();
    await decide(await addressOf(ann, 'lea@lead.example'), 'create');
    await ann.seat.sync(2);
    expect(await ann.query("SELECT Id FROM Lead WHERE Email = 'lea@lead.example'")).toHaveLength(1);
    expect(await ann.query("SELECT Id FROM Contact WHERE Email = 'lea@lead.example'")).toEqual([]);
    await ann.email('A lead');
    await ann.seat.expectSilence();
  });

  it('whom the CRM refuses stays on the list with the reason', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    const message = 'No refusers here';
    await office.world.salesforce.control('POST', 'load', {
      validationRules: [{ object: 'Contact', condition: "LastName = 'Refused'", errorMessage: message }],
    });
    await ann.drop({ from: 'Rita Refused <rita@refused.example>', subject: 'Refused' });
    await ann.seat.sync();
    await decide(await addressOf(ann, 'rita@refused.example'), 'create');
    await ann.seat.sync(2);
    expect(await addressOf(ann, 'rita@refused.example')).toMatchObject({
      state: 'open',
      reason: expect.stringContaining(message),
    });
    await ann.seat.expectSilence();
  });

  it('whoever comes into the CRM by himself leaves the list', async () => {
    const modules = { ...(DROPPING.modules as object), contacts: { enabled: true } };
    const ann = await mailroom(office, 'Ann', { ...CAREFUL, modules });
    await ann.drop({ from: 'self@made.example', subject: 'Self-made' });
    await ann.seat.sync();
    await addressOf(ann, 'self@made.example');
    await ann.seat.addRecord('Contact', { LastName: 'Selfmade', Email: 'self@made.example' });
    await ann.seat.sync();
    await ann.email('Self-made');
    expect(await unmatchedOf(ann)).toEqual([]);
  });

  it('ignore takes it off the list; it is counted no more', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    await ann.drop({ from: 'ignored@list.example', subject: 'Ignored one' });
    await ann.seat.sync();
    await decide(await addressOf(ann, 'ignored@list.example'), 'ignore');
    await ann.drop({ from: 'ignored@list.example', subject: 'Ignored two' });
    await ann.seat.sync();
    expect(await unmatchedOf(ann)).toEqual([]);
    await addressOf(ann, 'ignored@list.example', 'ignored');
    await ann.seat.expectSilence();
  });

  it('POL-27: exclude is a new version of the policy: it is never archived afterwards', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    const id = await ann.drop({ from: 'doctor@practice.example', subject: 'Your results' });
    await ann.seat.sync();
    const before = await office.world.tandem.get<{ version: number }>(`/policies/${ann.seat.policyId}`);
    await decide(await addressOf(ann, 'doctor@practice.example'), 'exclude');
    const after = await office.world.tandem.get<{ version: number; excluded: { addresses: string[] } }>(
      `/policies/${ann.seat.policyId}`,
    );
    expect(after).toMatchObject({
      version: before.version + 1,
      excluded: { addresses: ['doctor@practice.example'] },
    });
    await ann.seat.addRecord('Contact', { LastName: 'Doctor', Email: 'doctor@practice.example' });
    await ann.seat.sync(2);
    expect(await ann.emails('Your results')).toEqual([]);
    expect(await ann.placeOf(id)).toBe(NEW_EMAIL);
    expect(await ann.seat.item('Your results')).toMatchObject({ code: 'excluded_address' });
    await ann.seat.expectSilence();
  });
});

describe('OPS-2: the story of a message', () => {
  it('is found by subject, sender and Message-ID, with brackets and without', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    await ann.seat.addRecord('Contact', { LastName: 'Teller', Email: 'teller@story.example' });
    const messageId = '<Story.1@Mail.Story.example>';
    await ann.drop({ from: 'Tom Teller <teller@story.example>', subject: 'A long story', messageId });
    await ann.drop({ from: 'stranger@story.example', subject: 'A short story' });
    await ann.seat.sync();
    for (const q of ['A long  story', 'a long story', messageId, messageId.slice(1, -1)]) {
      expect(await ann.seat.item(q), q).toMatchObject({ module: 'emails', state: 'in_sync' });
      expect(await explain(ann, q), q).toContain('"archived"');
    }
    const bySender = await ann.seat.items('Teller@story.example');
    expect(bySender.map(({ module }) => module)).toContain('emails');
    expect(await explain(ann, 'A short story')).toMatch(/"not_archived".*"no_match"/);
    expect(await ann.seat.story('A short story')).toMatchObject([
      { action: 'not_archived', code: 'no_match', reason: expect.any(String) },
    ]);
    expect(await explain(ann, 'A long story')).not.toContain('teller@story.example');
  });

  it('MAIL-3: retry looks at a message at once, and a message that left its folder is waited for no more', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    const id = await ann.drop({ from: 'later@retry.example', subject: 'Retry me' });
    const left = await ann.drop({ from: 'later@retry.example', subject: 'Taken away' });
    await ann.seat.sync();
    const item = await ann.seat.item('Retry me');
    expect(item).toMatchObject({ state: 'failing', code: 'no_match', fix: expect.any(String) });
    await ann.move(left, 'inbox');
    await ann.seat.expectSilence();
    expect(await ann.seat.item('Taken away')).toMatchObject({ state: 'excluded', code: 'left_folder' });
    const [contact] = await office.world.salesforce.create('Contact', [
      { LastName: 'Later', Email: 'later@retry.example', OwnerId: ann.seat.crmUserId },
    ]);
    await office.world.tandem.post(`/items/${item?.id}/retry`);
    await ann.seat.sync();
    await ann.email('Retry me');
    expect(await ann.history('WhoId', contact ?? '')).toEqual(['Retry me']);
    expect(await ann.placeOf(id)).toBe('Inbox');
    expect(await ann.emails('Taken away')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('MAIL-3: the last message of a drop folder that is taken out, and one whose folder went, are waited for no more', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    const one = await ann.drop({ from: 'last@left.example', subject: 'The only one' });
    await ann.seat.sync();
    await ann.move(one, 'inbox');
    await ann.seat.expectSilence();
    expect(await ann.seat.item('The only one')).toMatchObject({ state: 'excluded', code: 'left_folder' });
    const other = await ann.drop({ from: 'last@left.example', subject: 'Folder goes' });
    await ann.seat.sync();
    await office.world.tandem.patch(`/policies/${ann.seat.policyId}`, { smartConvert: { enabled: false } });
    await ann.seat.sync();
    expect(await ann.placeOf(other)).toBe('Inbox');
    expect(await ann.seat.item('Folder goes')).toMatchObject({ state: 'excluded', code: 'left_folder' });
    await ann.seat.expectSilence();
  });

  it('says in the counts of the cycle what was archived and what was not', async () => {
    const ann = await mailroom(office, 'Ann', CAREFUL);
    await ann.seat.addRecord('Contact', { LastName: 'Counted', Email: 'counted@counts.example' });
    for (const subject of ['Count one', 'Count two'])
      await ann.drop({ from: 'counted@counts.example', subject });
    await ann.drop({ from: 'nobody@counts.example', subject: 'Count none' });
    await ann.seat.sync();
    const cycles = await office.world.tandem.all<{ counts: Record<string, Record<string, number>> }>(
      `/pairings/${ann.seat.pairingId}/cycles`,
    );
    expect(cycles.map(({ counts }) => counts.emails?.written ?? 0)).toContain(2);
    expect((await ann.seat.pairing()).state).toBe('in_sync');
  });
});
