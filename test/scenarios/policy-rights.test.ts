import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';
import type { Seat } from './seat.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };
const contacts = (options: object) => ({ modules: { contacts: { enabled: true, ...options } } });

const share = (model: 'Private' | 'Read') =>
  office.world.salesforce.control('PUT', 'sharing', { Contact: model });

/** The edit that could not be written back, as the item's history has it. */
const restored = (field: string, lost: string, kept: string | null) =>
  expect.objectContaining({ action: 'conflict', detail: { field, side: 'mailbox', lost, kept } });

async function editTitle(seat: Seat, name: string, jobTitle: string): Promise<string> {
  const { id } = await seat.contact(name);
  await seat.editContact(id, { jobTitle });
  await seat.sync();
  return id;
}

describe('POL-10: filter', () => {
  test('POL-10: must be owner leaves out what the user merely sees; all visible takes it', async () => {
    await share('Read');
    const [ann, bob, eve] = [await office.hire('Ann'), await office.hire('Bob'), await office.hire('Eve')];
    await ann.addRecord('Contact', { LastName: 'OfAnn' });
    await eve.addRecord('Contact', { LastName: 'OfEve' });
    await ann.startSync(contacts({ filter: 'owner' }));
    await bob.startSync(contacts({ filter: 'visible' }));
    expect(await ann.names()).toEqual(['OfAnn']);
    expect(await bob.names()).toEqual(expect.arrayContaining(['OfAnn', 'OfEve']));

    await eve.addRecord('Contact', { LastName: 'LaterOfEve' });
    await ann.sync();
    await bob.sync();
    expect(await ann.names()).toEqual(['OfAnn']);
    expect(await bob.names()).toContain('LaterOfEve');
    await bob.expectSilence();
    await share('Private');
  });

  test('POL-10: an edit without rights is restored and kept in the history', async () => {
    await share('Read');
    const [bob, eve] = [await office.hire('Bob'), await office.hire('Eve')];
    const id = await eve.addRecord('Contact', { LastName: 'ReadOnly', Title: 'Judge' });
    await bob.startSync(contacts({ filter: 'visible' }));
    await editTitle(bob, 'ReadOnly', 'Overruled');
    expect(await bob.contact('ReadOnly')).toMatchObject({ jobTitle: 'Judge' });
    expect(await bob.record('Contact', id, 'Title')).toEqual({ Title: 'Judge' });
    expect(await bob.story(id)).toContainEqual(restored('title', 'Overruled', 'Judge'));
    expect(await bob.item(id)).toMatchObject({ state: 'in_sync' });
    await bob.expectSilence();
    await share('Private');
  });

  test('POL-10 CON-4: access that is lost takes the contact away, and is no deletion', async () => {
    await share('Read');
    const [bob, eve] = [await office.hire('Bob'), await office.hire('Eve')];
    const id = await eve.addRecord('Contact', { LastName: 'Unshared' });
    await bob.startSync(contacts({ filter: 'visible' }));
    expect(await bob.names()).toContain('Unshared');
    await share('Private');
    await eve.editRecord('Contact', id, { Title: 'Secret' });
    await bob.sync();
    expect(await bob.names()).not.toContain('Unshared');
    expect(await bob.item(id)).toMatchObject({ state: 'excluded', code: 'left_access' });
    await bob.expectSilence();
  });

  test('POL-10: narrowing the filter takes away what is not the user’s own', async () => {
    await share('Read');
    const [bob, eve] = [await office.hire('Bob'), await office.hire('Eve')];
    await bob.addRecord('Contact', { LastName: 'Mine' });
    await bob.startSync(contacts({ filter: 'visible' }));
    await eve.addRecord('Contact', { LastName: 'Theirs' });
    await bob.sync();
    await bob.world.tandem.patch(`/policies/${bob.policyId}`, {
      ...contacts({ filter: 'owner' }),
      deletionGuard: { count: 1000, percent: 100 },
    });
    await bob.sync(2);
    expect(await bob.names()).toEqual(['Mine']);
    await bob.expectSilence();
    await share('Private');
  });
});

describe('POL-11: direction', () => {
  test('POL-11: CRM to mailbox only: edits are restored and kept, new contacts stay, deleted ones stay away', async () => {
    const ann = await office.hire('Ann');
    const one = await ann.addRecord('Contact', { LastName: 'OneWay', Title: 'Above' });
    const two = await ann.addRecord('Contact', { LastName: 'TwoWay' });
    await ann.startSync({ ...AUTO, ...contacts({ direction: 'to-mailbox' }) });
    const { id } = await ann.addContact({ surname: 'Unsent' });
    await ann.deleteContact((await ann.contact('TwoWay')).id);
    await editTitle(ann, 'OneWay', 'Below');
    expect(await ann.contact('OneWay')).toMatchObject({ jobTitle: 'Above' });
    expect(await ann.story(one)).toContainEqual(restored('title', 'Below', 'Above'));
    expect(await ann.recordsNamed('Contact', 'Unsent')).toEqual([]);
    expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'direction' });
    expect(await ann.item(two)).toMatchObject({ link: 'away' });
    expect(await ann.names()).toEqual(['OneWay', 'Unsent']);

    await ann.editRecord('Contact', one, { Title: 'Above all' });
    await ann.sync();
    expect(await ann.contact('OneWay')).toMatchObject({ jobTitle: 'Above all' });
    await ann.expectSilence();
  });

  test('POL-11 POL-26: opened to both ways, what waited goes', async () => {
    const ann = await office.seat('Ann', { ...AUTO, ...contacts({ direction: 'to-mailbox' }) });
    const { id } = await ann.addContact({ surname: 'Patient' });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Patient')).toEqual([]);
    await ann.world.tandem.patch(`/policies/${ann.policyId}`, contacts({ direction: 'both' }));
    await ann.sync(2);
    expect(await ann.recordsNamed('Contact', 'Patient')).toHaveLength(1);
    expect(await ann.item(id)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });
});

describe('POL-12: view link', () => {
  test('POL-12: the website is the link to the record and never written back; without the option it goes', async () => {
    const ann = await office.hire('Ann');
    const id = await ann.addRecord('Contact', { LastName: 'Linked' });
    await ann.startSync({ ...AUTO, contacts: { viewLinkInWebsite: true } });
    const { id: itemId, businessHomePage: link } = await ann.contact('Linked');
    expect(link).toContain(id);
    await ann.expectSilence();
    await ann.editContact(itemId, { businessHomePage: 'https://own.example' });
    await ann.sync();
    expect(await ann.contact('Linked')).toMatchObject({ businessHomePage: link });
    await ann.expectSilence();

    await ann.world.tandem.patch(`/policies/${ann.policyId}`, { contacts: { viewLinkInWebsite: false } });
    await ann.sync(2);
    expect((await ann.contact('Linked')).businessHomePage || null).toBeNull();
    await ann.expectSilence();
  });
});

describe('POL-13: maximum', () => {
  test('POL-13 CON-4: the most recently saved stay; newer ones displace the oldest, an edit brings one back', async () => {
    const ann = await office.hire('Ann');
    const ids: string[] = [];
    for (const LastName of ['Oldest', 'Older', 'Newer']) {
      ids.push(await ann.addRecord('Contact', { LastName }));
      await aSecond();
    }
    await ann.startSync({ ...AUTO, contacts: { maximum: 2 } });
    expect(await ann.names()).toEqual(['Newer', 'Older']);
    await ann.addRecord('Contact', { LastName: 'Newest' });
    await ann.sync();
    expect(await ann.names()).toEqual(['Newer', 'Newest']);
    expect(await ann.item(ids[1] as string)).toMatchObject({ state: 'excluded', code: 'left_limit' });
    await ann.expectSilence();

    await aSecond();
    await ann.editRecord('Contact', ids[0] as string, { Title: 'Back' });
    await ann.sync();
    expect(await ann.names()).toEqual(['Newest', 'Oldest']);
    await ann.expectSilence();
  });

  test('POL-13: a place that becomes free goes to the next most recently saved', async () => {
    const ann = await office.hire('Ann');
    await ann.addRecord('Contact', { LastName: 'Waiting' });
    await aSecond();
    const leaving = await ann.addRecord('Contact', { LastName: 'Leaving' });
    await ann.startSync({ ...AUTO, contacts: { maximum: 1 } });
    expect(await ann.names()).toEqual(['Leaving']);
    await ann.world.salesforce.delete('Contact', leaving);
    await ann.sync(2);
    expect(await ann.names()).toEqual(['Waiting']);
    await ann.expectSilence();
  });
});

/** The CRM stamps in whole seconds: what is saved in the same one has no order. */
const aSecond = () => new Promise(resolve => setTimeout(resolve, 1_050));

describe('POL-27: excluded', () => {
  test('POL-27: excluded addresses and domains are never created', async () => {
    const ann = await office.seat('Ann', {
      ...AUTO,
      excluded: { addresses: ['Boss@Ex.Example'], domains: ['out.example'] },
    });
    const made = [];
    for (const [surname, address] of [
      ['Excluded', 'boss@ex.example'],
      ['Outside', 'any@OUT.example'],
      ['Inside', 'any@ex.example'],
    ])
      made.push(await ann.addContact({ surname, emailAddresses: [{ address }] }));
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Excluded')).toEqual([]);
    expect(await ann.recordsNamed('Contact', 'Outside')).toEqual([]);
    expect(await ann.recordsNamed('Contact', 'Inside')).toHaveLength(1);
    expect(await ann.item(made[0]?.id ?? '')).toMatchObject({ state: 'excluded', code: 'excluded_address' });
    await ann.expectSilence();
  });
});
