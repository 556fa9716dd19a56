import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';
import type { Seat } from './seat.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const conflict = (field: string, side: 'mailbox' | 'crm', lost: string, kept: string) =>
  expect.objectContaining({ action: 'conflict', code: 'both_changed', detail: { field, side, lost, kept } });

async function withOne(
  lastName: string,
  options: object,
): Promise<{ ann: Seat; recordId: string; itemId: string }> {
  const ann = await office.hire('Ann');
  const recordId = await ann.addRecord('Contact', {
    LastName: lastName,
    Title: 'Before',
    Email: `${lastName}@rule.example`,
  });
  await ann.startSync({ newItems: { autoSync: true }, ...options });
  return { ann, recordId, itemId: (await ann.contact(lastName)).id };
}

/** The CRM's times have whole seconds. */
const aSecond = () => new Promise(resolve => setTimeout(resolve, 1_050));

describe('POL-19: both sides changed the same field', () => {
  test('POL-19: the CRM wins by default, the mailbox’s value is kept and can be revealed', async () => {
    const { ann, recordId, itemId } = await withOne('Crmwins', {});
    await ann.editContact(itemId, { jobTitle: 'Outlook says' });
    await ann.editRecord('Contact', recordId, { Title: 'CRM says' });
    await ann.sync();
    expect(await ann.contact('Crmwins')).toMatchObject({ jobTitle: 'CRM says' });
    expect(await ann.record('Contact', recordId, 'Title')).toEqual({ Title: 'CRM says' });
    expect(await ann.story(recordId)).toContainEqual(
      conflict('title', 'mailbox', 'Outlook says', 'CRM says'),
    );
    const { data } = await ann.world.tandem.get<{ data: { events: { detail: unknown }[] }[] }>(
      `/pairings/${ann.pairingId}/explain?q=crmwins@rule.example`,
    );
    const masked = { field: 't•••', side: 'm•••', lost: 'O••• s•••', kept: 'C••• s•••' };
    expect(data[0]?.events.map(event => event.detail)).toContainEqual(masked);
    await ann.expectSilence();
  });

  test('POL-19: with mailbox the CRM gets the mailbox’s value, its own is kept', async () => {
    const { ann, recordId, itemId } = await withOne('Mailboxwins', { conflicts: 'mailbox' });
    await ann.editContact(itemId, { jobTitle: 'Outlook says' });
    await ann.editRecord('Contact', recordId, { Title: 'CRM says' });
    await ann.sync();
    expect(await ann.contact('Mailboxwins')).toMatchObject({ jobTitle: 'Outlook says' });
    expect(await ann.record('Contact', recordId, 'Title')).toEqual({ Title: 'Outlook says' });
    expect(await ann.story(recordId)).toContainEqual(conflict('title', 'crm', 'CRM says', 'Outlook says'));
    await ann.expectSilence();
  });

  test('POL-19: with latest the later edit wins, on either side', async () => {
    const { ann, recordId, itemId } = await withOne('Latest', { conflicts: 'latest' });
    await ann.editContact(itemId, { jobTitle: 'First in Outlook' });
    await aSecond();
    await ann.editRecord('Contact', recordId, { Title: 'Then in the CRM' });
    await ann.sync();
    expect(await ann.contact('Latest')).toMatchObject({ jobTitle: 'Then in the CRM' });
    await ann.editRecord('Contact', recordId, { Title: 'First in the CRM' });
    await aSecond();
    await ann.editContact(itemId, { jobTitle: 'Then in Outlook' });
    await ann.sync();
    expect(await ann.record('Contact', recordId, 'Title')).toEqual({ Title: 'Then in Outlook' });
    expect(await ann.contact('Latest')).toMatchObject({ jobTitle: 'Then in Outlook' });
    await ann.expectSilence();
  });

  test('POL-19: different fields merge and nothing is lost; the same value is no conflict', async () => {
    const { ann, recordId, itemId } = await withOne('Merged', {});
    await ann.editContact(itemId, { jobTitle: 'Same', mobilePhone: '+1 555 0190' });
    await ann.editRecord('Contact', recordId, { Title: 'Same', Department: 'Legal' });
    await ann.sync();
    const both = { jobTitle: 'Same', mobilePhone: '+1 555 0190', department: 'Legal' };
    expect(await ann.contact('Merged')).toMatchObject(both);
    expect(await ann.record('Contact', recordId, 'Title, MobilePhone, Department')).toEqual({
      Title: 'Same',
      MobilePhone: '+1 555 0190',
      Department: 'Legal',
    });
    expect((await ann.story(recordId)).map(event => event.action)).not.toContain('conflict');
    await ann.expectSilence();
  });
});

interface Held {
  readonly id: string;
  readonly what: string;
  readonly side: string;
}

const heldBy = (seat: Seat) => seat.world.tandem.all<Held>(`/held-deletions?pairing=${seat.pairingId}`);

describe('POL-20: mass deletion guard', () => {
  const names = ['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven'];

  async function withSeven(): Promise<{ ann: Seat; ids: string[] }> {
    const ann = await office.hire('Ann');
    const ids: string[] = [];
    for (const LastName of names) ids.push(await ann.addRecord('Contact', { LastName, Title: 'Set' }));
    await ann.startSync({ deletionGuard: { count: 6, percent: 20 } });
    return { ann, ids };
  }

  async function deleteAll({ ann, ids }: { ann: Seat; ids: string[] }): Promise<void> {
    for (const id of ids) await ann.world.salesforce.delete('Contact', id);
    await ann.sync();
  }

  test('POL-20: up to five go at once', async () => {
    const { ann, ids } = await withSeven();
    await deleteAll({ ann, ids: ids.slice(0, 5) });
    expect(await ann.names()).toEqual(['Seven', 'Six']);
    await ann.expectSilence();
  });

  test('POL-20: more are held, all of them, and go when an admin approves', async () => {
    const { ann, ids } = await withSeven();
    await deleteAll({ ann, ids });
    expect(await ann.names()).toEqual([...names].sort());
    expect(await ann.item(ids[0] as string)).toMatchObject({ state: 'held', code: 'mass_deletion' });
    const held = await heldBy(ann);
    expect(held.map(({ what, side }) => `${what} ${side}`)).toEqual(Array(7).fill('deletion mailbox'));
    await ann.expectSilence();

    await ann.world.tandem.post('/held-deletions/approve', { pairingId: ann.pairingId });
    await ann.sync();
    expect(await ann.names()).toEqual([]);
    expect(await heldBy(ann)).toEqual([]);
    await ann.expectSilence();
  });

  test('POL-20: approval looks at each item again: a record that came back stays', async () => {
    const { ann, ids } = await withSeven();
    const bob = await office.hire('Bob');
    for (const id of ids) await ann.editRecord('Contact', id, { OwnerId: bob.crmUserId });
    await ann.sync();
    expect(await heldBy(ann)).toHaveLength(7);
    await ann.editRecord('Contact', ids[0] as string, { OwnerId: ann.crmUserId });
    await ann.world.tandem.post('/held-deletions/approve', { pairingId: ann.pairingId });
    await ann.sync(2);
    expect(await ann.names()).toEqual(['One']);
    expect(await ann.item(ids[0] as string)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });

  test('POL-20: rejected, the items stay with their user', async () => {
    const { ann, ids } = await withSeven();
    await deleteAll({ ann, ids });
    await ann.world.tandem.post('/held-deletions/reject', { pairingId: ann.pairingId });
    await ann.sync();
    expect(await ann.names()).toEqual([...names].sort());
    expect(await heldBy(ann)).toEqual([]);
    await ann.expectSilence();
  });

  test('POL-20: clearings of one field are held alike; rejected, the values come back', async () => {
    const { ann, ids } = await withSeven();
    for (const id of ids) await ann.editRecord('Contact', id, { Title: null });
    await ann.sync();
    expect((await ann.contacts()).map(contact => contact.jobTitle)).toEqual(Array(7).fill('Set'));
    expect((await heldBy(ann)).map(({ what }) => what)).toEqual(Array(7).fill('clear:title'));
    await ann.expectSilence();

    await ann.world.tandem.post('/held-deletions/reject', { pairingId: ann.pairingId });
    await ann.sync(2);
    expect(await ann.record('Contact', ids[0] as string, 'Title')).toEqual({ Title: 'Set' });
    expect((await ann.contacts()).map(contact => contact.jobTitle)).toEqual(Array(7).fill('Set'));
    await ann.expectSilence();
  });

  test('POL-20: clearings of one field, approved, are carried out', async () => {
    const { ann, ids } = await withSeven();
    for (const id of ids) await ann.editRecord('Contact', id, { Title: null });
    await ann.sync();
    await ann.world.tandem.post('/held-deletions/approve', { pairingId: ann.pairingId });
    await ann.sync();
    expect((await ann.contacts()).map(contact => contact.jobTitle ?? null)).toEqual(Array(7).fill(null));
    expect(await heldBy(ann)).toEqual([]);
    await ann.expectSilence();
  });
});

describe('PAIR-11: something else keeps rewriting', () => {
  test('PAIR-11: an item that is changed back four times is parked with a reason that says so', async () => {
    const { ann, recordId, itemId } = await withOne('Fought', {});
    for (let round = 1; round <= 5; round++) {
      await ann.editRecord('Contact', recordId, { Title: `CRM ${round}` });
      await ann.sync();
      await ann.editContact(itemId, { jobTitle: 'Other tool' });
      await ann.sync();
    }
    const item = await ann.item(recordId);
    expect(item).toMatchObject({ state: 'failing', code: 'contested' });
    expect(item?.reason).toContain('another synchronization tool');
    await ann.expectSilence();
  });
});
