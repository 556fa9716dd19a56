import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import type { Seat } from '../seat.ts';
import {
  DROPPING,
  letter,
  type Mailroom,
  mailroom,
  NEW_CASE,
  NEW_EMAIL,
  NEW_OPPORTUNITY,
  NOT_ARCHIVED,
  PROCESSED,
} from './mailroom.ts';

const office = new Office();
beforeAll(async () => {
  await office.open();
  // Colleagues work on the same customers.
  await office.world.salesforce.control('PUT', 'sharing', {
    Account: 'ReadWrite',
    Contact: 'ReadWrite',
    Opportunity: 'ReadWrite',
  });
});
afterAll(() => office.close());

const ASSIGNING = { ...DROPPING, assignTo: { enabled: true, sort: 'name' } };

const addOpportunity = (seat: Seat, Name: string) =>
  seat.addRecord('Opportunity', { Name, StageName: 'Prospecting', CloseDate: '2027-01-31' });

/** A letter from a contact of the seat; answers it with the contact's id. */
async function fromContact(
  { seat }: Mailroom,
  name: string,
  parts: Parameters<typeof letter>[1] = {},
): Promise<{ eml: string; contact: string }> {
  const address = `${name.toLowerCase()}@fabrikam.example`;
  const contact = await seat.addRecord('Contact', { LastName: name, Email: address });
  return { eml: letter(seat, { from: `${name} <${address}>`, ...parts }), contact };
}

async function expectFinished(room: Mailroom, ...messageIds: readonly string[]): Promise<void> {
  for (const id of messageIds) {
    expect(await room.placeOf(id)).toBe('Inbox');
    expect((await room.message(id)).categories).toEqual([PROCESSED]);
  }
}

describe('MAIL-7: the same message, however often, by whomever, through whichever folder', () => {
  it('dropped twice at once, and once more later: one e-mail', async () => {
    const ann = await mailroom(office, 'Ann');
    const { eml, contact } = await fromContact(ann, 'Twice', { subject: 'Twice' });
    const first = [await ann.deliver(eml, NEW_EMAIL), await ann.deliver(eml, NEW_EMAIL)];
    await ann.seat.sync();
    await expectFinished(ann, ...first);
    const later = await ann.deliver(eml, NEW_EMAIL);
    await ann.move(first[0] ?? '', NEW_EMAIL);
    await ann.seat.sync();
    await expectFinished(ann, ...first, later);
    await ann.email('Twice');
    expect(await ann.history('WhoId', contact)).toEqual(['Twice']);
    await ann.seat.expectSilence();
  });

  it('dropped by two colleagues at the same moment: one e-mail, done for both', async () => {
    const ann = await mailroom(office, 'Ann');
    const bob = await mailroom(office, 'Bob');
    const { eml, contact } = await fromContact(ann, 'Both', {
      subject: 'Both',
      to: `${ann.seat.mail}, ${bob.seat.mail}`,
      cc: 'New One <new.one@both.example>',
    });
    const ids = [await ann.deliver(eml, NEW_EMAIL), await bob.deliver(eml, NEW_EMAIL)] as const;
    await office.world.salesforce.control('PUT', 'faults', [
      { match: { method: 'POST', object: 'Contact' }, mode: 'latency', delayMs: 1_000, times: 1 },
      { match: { method: 'POST', object: 'EmailMessage' }, mode: 'latency', delayMs: 1_000, times: 1 },
    ]);
    await Promise.all([ann.seat.sync(), bob.seat.sync()]);
    await Promise.all([ann.seat.sync(2), bob.seat.sync(2)]);
    await expectFinished(ann, ids[0]);
    await expectFinished(bob, ids[1]);
    const people = await ann.peopleOf(await ann.email('Both'));
    expect(people.filter(({ RelationId }) => RelationId === contact)).toHaveLength(1);
    expect(await ann.query("SELECT Id FROM Contact WHERE Email = 'new.one@both.example'")).toHaveLength(1);
    expect(await ann.query("SELECT Id FROM Account WHERE Name LIKE 'Both%'")).toHaveLength(1);
    await ann.seat.expectSilence();
    await bob.seat.expectSilence();
  });

  it('dropped by two colleagues for different places at the same moment: nobody’s history has it twice', async () => {
    const ann = await mailroom(office, 'Ann');
    const bob = await mailroom(office, 'Bob', ASSIGNING);
    const deal = await addOpportunity(bob.seat, 'Race deal');
    await bob.seat.sync();
    const { eml, contact } = await fromContact(ann, 'Racer', { subject: 'Race' });
    const ids = [
      await ann.deliver(eml, NEW_EMAIL),
      await bob.deliver(eml, 'Opportunities', 'Assign To', 'Race deal'),
    ] as const;
    await office.world.salesforce.control('PUT', 'faults', [
      { match: { method: 'POST', object: 'EmailMessage' }, mode: 'latency', delayMs: 1_000, times: 1 },
    ]);
    await Promise.all([ann.seat.sync(), bob.seat.sync()]);
    await Promise.all([ann.seat.sync(2), bob.seat.sync(2)]);
    await expectFinished(ann, ids[0]);
    await expectFinished(bob, ids[1]);
    expect(await ann.history('WhoId', contact)).toEqual(['Race']);
    expect(await ann.history('WhatId', deal)).toEqual(['Race']);
  });

  it('MAIL-6: archived from Sent Items and dropped: one e-mail', async () => {
    const ann = await mailroom(office, 'Ann', {
      ...DROPPING,
      sentItems: { enabled: true, onlyWithCategory: false, confirm: true },
    });
    await ann.seat.addRecord('Contact', { LastName: 'Sent', Email: 'sent@fabrikam.example' });
    const eml = letter(ann.seat, {
      from: ann.seat.mail,
      to: 'sent@fabrikam.example',
      subject: 'Sent and dropped',
    });
    const sent = await ann.deliver(eml, 'sentitems');
    const dropped = await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync(2);
    await expectFinished(ann, dropped);
    expect(await ann.placeOf(sent)).toBe('Sent Items');
    expect((await ann.message(sent)).categories).toEqual([]);
    expect(await ann.email('Sent and dropped')).toMatchObject({ Incoming: false });
    await ann.seat.expectSilence();
  });

  it('MAIL-5: for its people, then for a record: a second copy without those who have it', async () => {
    const ann = await mailroom(office, 'Ann', ASSIGNING);
    const deal = await addOpportunity(ann.seat, 'Second copy');
    await ann.seat.sync();
    const { eml, contact } = await fromContact(ann, 'Copied', { subject: 'Copied' });
    const first = await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync();
    const second = await ann.deliver(eml, 'Opportunities', 'Assign To', 'Second copy');
    await ann.seat.sync();
    await expectFinished(ann, first, second);
    expect(await ann.emails('Copied')).toHaveLength(2);
    expect(await ann.history('WhoId', contact)).toEqual(['Copied']);
    expect(await ann.history('WhatId', deal)).toEqual(['Copied']);
    const third = await ann.deliver(eml, 'Opportunities', 'Assign To', 'Second copy');
    await ann.seat.sync();
    await expectFinished(ann, third);
    expect(await ann.emails('Copied')).toHaveLength(2);
    await ann.seat.expectSilence();
  });

  it('MAIL-5: into the folders of two records in one cycle: each has it, its contact once', async () => {
    const ann = await mailroom(office, 'Ann', ASSIGNING);
    const deals = [await addOpportunity(ann.seat, 'Deal one'), await addOpportunity(ann.seat, 'Deal two')];
    await ann.seat.sync();
    const { eml, contact } = await fromContact(ann, 'Twofold', { subject: 'Twofold' });
    const ids = [
      await ann.deliver(eml, 'Opportunities', 'Assign To', 'Deal one'),
      await ann.deliver(eml, 'Opportunities', 'Assign To', 'Deal two'),
    ];
    await ann.seat.sync();
    await expectFinished(ann, ...ids);
    for (const deal of deals) expect(await ann.history('WhatId', deal)).toEqual(['Twofold']);
    expect(await ann.history('WhoId', contact)).toEqual(['Twofold']);
    const again = await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync();
    await expectFinished(ann, again);
    expect(await ann.emails('Twofold')).toHaveLength(2);
    await ann.seat.expectSilence();
  });

  it('two colleagues start an opportunity of it: there is one', async () => {
    const ann = await mailroom(office, 'Ann');
    const bob = await mailroom(office, 'Bob');
    const { eml } = await fromContact(ann, 'Starter', { subject: 'One chance' });
    const ids = [await ann.deliver(eml, NEW_OPPORTUNITY), await bob.deliver(eml, NEW_OPPORTUNITY)] as const;
    await office.world.salesforce.control('PUT', 'faults', [
      { match: { method: 'POST', object: 'Opportunity' }, mode: 'latency', delayMs: 1_000, times: 1 },
    ]);
    await Promise.all([ann.seat.sync(), bob.seat.sync()]);
    await Promise.all([ann.seat.sync(2), bob.seat.sync(2)]);
    await expectFinished(ann, ids[0]);
    await expectFinished(bob, ids[1]);
    const opportunities = await ann.query<{ Id: string }>(
      "SELECT Id FROM Opportunity WHERE Name = 'One chance'",
    );
    expect(opportunities).toHaveLength(1);
    expect(await ann.email('One chance')).toMatchObject({ RelatedToId: opportunities[0]?.Id });
    await ann.seat.expectSilence();
  });

  it('starts an opportunity and a case: each has a copy', async () => {
    const ann = await mailroom(office, 'Ann');
    const { eml, contact } = await fromContact(ann, 'Kinds', { subject: 'Both kinds' });
    const ids = [await ann.deliver(eml, NEW_OPPORTUNITY), await ann.deliver(eml, NEW_CASE)];
    await ann.seat.sync();
    await expectFinished(ann, ...ids);
    expect(await ann.query("SELECT Id FROM Opportunity WHERE Name = 'Both kinds'")).toHaveLength(1);
    expect(await ann.query("SELECT Id FROM Case WHERE Subject = 'Both kinds'")).toHaveLength(1);
    expect(await ann.emails('Both kinds')).toHaveLength(2);
    const people = await Promise.all((await ann.emails('Both kinds')).map(email => ann.peopleOf(email)));
    expect(people.flat().filter(({ RelationId }) => RelationId === contact)).toHaveLength(1);
    await ann.seat.expectSilence();
  });

  it('its opportunity was deleted in the CRM: dropped again it starts another one', async () => {
    const ann = await mailroom(office, 'Ann');
    const { eml, contact } = await fromContact(ann, 'Again', { subject: 'Once again' });
    await ann.deliver(eml, NEW_OPPORTUNITY);
    await ann.seat.sync();
    const ids = () => ann.query<{ Id: string }>("SELECT Id FROM Opportunity WHERE Name = 'Once again'");
    const [before] = await ids();
    await office.world.salesforce.delete('Opportunity', before?.Id ?? '');
    const again = await ann.deliver(eml, NEW_OPPORTUNITY);
    await ann.seat.sync();
    await expectFinished(ann, again);
    const [after, ...more] = await ids();
    expect(more).toEqual([]);
    expect(after?.Id).not.toBe(before?.Id);
    expect(await ann.history('WhatId', after?.Id ?? '')).toEqual(['Once again']);
    expect(await ann.history('WhoId', contact)).toEqual(['Once again']);
    expect(await ann.subjectsIn('Opportunities')).toEqual(['Once again']);
    await ann.seat.expectSilence();
  });

  it('its e-mail was deleted in the CRM: dropped again it is there again, with its people', async () => {
    const ann = await mailroom(office, 'Ann');
    const { eml, contact } = await fromContact(ann, 'Deleted', { subject: 'Deleted once' });
    await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync();
    const before = await ann.email('Deleted once');
    await office.world.salesforce.delete('EmailMessage', before.Id);
    await ann.seat.sync();
    expect(await ann.emails('Deleted once')).toEqual([]);
    const again = await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync();
    await expectFinished(ann, again);
    expect((await ann.email('Deleted once')).Id).not.toBe(before.Id);
    expect(await ann.history('WhoId', contact)).toEqual(['Deleted once']);
    await ann.seat.expectSilence();
  });

  it('another tool has archived it: no second e-mail; for a record, a copy without its people', async () => {
    const ann = await mailroom(office, 'Ann', ASSIGNING);
    const deal = await addOpportunity(ann.seat, 'Other tool');
    await ann.seat.sync();
    const date = new Date(Math.floor(Date.now() / 1000) * 1000);
    const messageId = '<other.tool@fabrikam.example>';
    const { eml, contact } = await fromContact(ann, 'Tool', { subject: 'By another tool', messageId, date });
    const [email = ''] = await office.world.salesforce.create('EmailMessage', [
      {
        ...{ Subject: 'By another tool', Status: '1', Incoming: true, FromAddress: 'tool@fabrikam.example' },
        ...{ MessageIdentifier: messageId, MessageDate: date.toISOString(), ToAddress: ann.seat.mail },
      },
    ]);
    const first = await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync();
    await expectFinished(ann, first);
    const held = await ann.email('By another tool');
    expect(held.Id).toBe(email);
    expect((await ann.peopleOf(held)).map(({ RelationId }) => RelationId)).toContain(contact);
    const second = await ann.deliver(eml, 'Opportunities', 'Assign To', 'Other tool');
    await ann.seat.sync();
    await expectFinished(ann, second);
    expect(await ann.history('WhatId', deal)).toEqual(['By another tool']);
    const copy = (await ann.emails('By another tool')).find(({ Id }) => Id !== email);
    expect(copy).toMatchObject({ RelatedToId: deal });
    expect((await ann.peopleOf(copy ?? held)).map(({ RelationId }) => RelationId)).not.toContain(contact);
    await ann.seat.expectSilence();
  });

  it('an org that relates nobody to sent e-mails: what another tool archived counts, and stops no other', async () => {
    const ann = await mailroom(office, 'Ann');
    const { salesforce } = office.world;
    const { eml } = await fromContact(ann, 'Sealed', {
      subject: 'Sealed',
      messageId: '<sealed@fabrikam.example>',
    });
    const [, at = ''] = /^Date: (.*)$/m.exec(eml) ?? [];
    await salesforce.create('EmailMessage', [
      {
        ...{
          Subject: 'Sealed',
          Status: '3',
          FromAddress: 'sealed@fabrikam.example',
          ToAddress: ann.seat.mail,
        },
        ...{ MessageIdentifier: '<sealed@fabrikam.example>', MessageDate: new Date(at).toISOString() },
      },
    ]);
    await salesforce.control('PUT', 'email', { relationsOfSent: 'refused' });
    const first = await ann.deliver(eml, NEW_EMAIL);
    const other = await fromContact(ann, 'Free', { subject: 'Free' });
    const second = await ann.deliver(other.eml, NEW_EMAIL);
    await ann.seat.sync();
    await salesforce.control('PUT', 'email', { relationsOfSent: 'creatable' });
    await expectFinished(ann, first, second);
    await ann.email('Sealed');
    await ann.email('Free');
    expect((await ann.message(first)).categories).not.toContain(NOT_ARCHIVED);
    await ann.seat.expectSilence();
  });
});
