import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '../idle.ts';
import { Office } from '../office.ts';
import type { PolicyInput } from '../seat.ts';
import {
  DROPPING,
  letter,
  type Mailroom,
  mailroom,
  NEW_CASE,
  OPPORTUNITY_DEFAULTS,
  type OutlookMessage,
} from './mailroom.ts';

const office = new Office();
beforeAll(async () => {
  await office.open();
  const { salesforce } = office.world;
  await salesforce.control('POST', 'schema', {
    object: 'Opportunity',
    fields: [
      { name: 'CurrencyIsoCode', type: 'string', length: 3 },
      { name: 'Hidden__c', type: 'string', length: 80 },
    ],
  });
});
afterAll(() => office.close());

const SHOWING: PolicyInput = { modules: { opportunities: { enabled: true }, cases: { enabled: true } } };
const room = (options: PolicyInput = SHOWING) => mailroom(office, 'Ann', options);

const addOpportunity = (ann: Mailroom, Name: string, fields: object = {}) =>
  ann.seat.addRecord('Opportunity', { ...OPPORTUNITY_DEFAULTS, Name, ...fields });

async function summaries(ann: Mailroom, folder = 'Opportunities'): Promise<OutlookMessage[]> {
  return ann.messagesIn(await ann.folderId(folder));
}

async function summary(ann: Mailroom, folder = 'Opportunities'): Promise<OutlookMessage> {
  const found = await summaries(ann, folder);
  expect(found).toHaveLength(1);
  return found[0] as OutlookMessage;
}

/** What was written to the mailbox of this user since the logs were emptied, folders and messages. */
async function mailboxWrites({ seat }: Mailroom): Promise<string[]> {
  return (await seat.writes()).filter(({ side }) => side === 'mailbox').map(({ what }) => what);
}

describe('MAIL-8: summaries of open records', () => {
  it('MAIL-8: one message per open record says what it is and leads to it; nobody is mailed', async () => {
    const ann = await room();
    await office.world.graph.control('POST', 'outbox/reset');
    const account = await ann.seat.addRecord('Account', { Name: 'Fabrikam <Ltd> & Sons' });
    const opportunity = await addOpportunity(ann, 'Big one', {
      AccountId: account,
      Amount: 1234567.5,
      CurrencyIsoCode: 'EUR',
      CloseDate: '2027-03-01',
    });
    const record = await ann.seat.addRecord('Case', { Subject: 'Broken', Status: 'New' });
    await addOpportunity(ann, 'Won already', { StageName: 'Closed Won' });
    await ann.seat.sync();
    const shown = await summary(ann);
    expect(shown).toMatchObject({ subject: 'Big one', isDraft: false, isRead: true });
    const { content } = shown.body;
    for (const text of [
      'Big one',
      'Fabrikam &lt;Ltd&gt; &amp; Sons',
      '€1,234,567.50',
      'Prospecting',
      'Mar 1, 2027',
    ])
      expect(content).toContain(text);
    expect(linksOf(content)).toEqual([
      ['View', expect.stringContaining(opportunity.slice(0, 15))],
      ['Edit', expect.stringContaining(opportunity.slice(0, 15))],
    ]);
    const ofCase = await summary(ann, 'Cases');
    expect(ofCase.subject).toMatch(/^\d+ Broken$/);
    expect(linksOf(ofCase.body.content).map(([, url]) => url?.includes(record.slice(0, 15)))).toEqual([
      true,
      true,
    ]);
    expect(await office.world.graph.control('GET', 'outbox')).toEqual({ value: [] });
    await ann.seat.expectSilence();
  });

  it('MAIL-8: is renewed when what it shows changes, and by nothing else', async () => {
    const ann = await room();
    const id = await addOpportunity(ann, 'Before', { Amount: 1 });
    await addOpportunity(ann, 'Beside');
    await ann.seat.sync();
    const beside = (await summaries(ann)).find(({ subject }) => subject === 'Beside');
    await ann.seat.forgetRequests();
    await ann.seat.editRecord('Opportunity', id, { Hidden__c: 'Nobody sees it' });
    await ann.seat.sync();
    expect(await mailboxWrites(ann)).toEqual([]);

    await ann.seat.editRecord('Opportunity', id, { Name: 'After', Amount: 2 });
    await ann.seat.sync();
    expect(await ann.subjectsIn('Opportunities')).toEqual(['After', 'Beside']);
    expect((await summaries(ann)).map(message => message.id)).toContain(beside?.id);
    expect(await ann.subjectsIn('deleteditems')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it.each<[what: string, act: (ann: Mailroom, id: string) => Promise<unknown>]>([
    ['closes', (ann, id) => ann.seat.editRecord('Opportunity', id, { StageName: 'Closed Lost' })],
    ['is deleted', (_, id) => office.world.salesforce.delete('Opportunity', id)],
    [
      'goes to somebody else',
      async (ann, id) => {
        const other = await office.hire('Other');
        await ann.seat.editRecord('Opportunity', id, { OwnerId: other.crmUserId });
      },
    ],
  ])('MAIL-8: goes for good with a record that %s', async (_, act) => {
    const ann = await room();
    const id = await addOpportunity(ann, 'Leaving');
    await addOpportunity(ann, 'Staying');
    await ann.seat.sync();
    await act(ann, id);
    await ann.seat.sync();
    expect(await ann.subjectsIn('Opportunities')).toEqual(['Staying']);
    expect(await ann.subjectsIn('deleteditems')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('MAIL-8: a closed record that opens again, and one that comes to the user, have theirs', async () => {
    const ann = await room();
    const other = await office.hire('Other');
    const [closed, theirs] = [
      await addOpportunity(ann, 'Closed', { StageName: 'Closed Lost' }),
      await addOpportunity(ann, 'Theirs', { OwnerId: other.crmUserId }),
    ];
    await ann.seat.sync();
    expect(await ann.subjectsIn('Opportunities')).toEqual([]);
    await ann.seat.editRecord('Opportunity', closed, { StageName: 'Prospecting' });
    await ann.seat.editRecord('Opportunity', theirs, { OwnerId: ann.seat.crmUserId });
    await ann.seat.sync();
    expect(await ann.subjectsIn('Opportunities')).toEqual(['Closed', 'Theirs']);
    await ann.seat.expectSilence();
  });

  it('MAIL-2 MAIL-8: a case that is started by a message has its summary and its folder in the same cycle', async () => {
    const ann = await room({ ...DROPPING, assignTo: { enabled: true } });
    await ann.drop({ subject: 'A question' }, NEW_CASE);
    await ann.seat.sync();
    const [record] = await ann.query<{ CaseNumber: string }>(
      `SELECT CaseNumber FROM Case WHERE Subject = 'A question' AND OwnerId = '${ann.seat.crmUserId}'`,
    );
    expect(await ann.subjectsIn('Cases')).toEqual([`${record?.CaseNumber} A question`]);
    expect(await ann.folderNames('Cases', 'Assign To')).toEqual([`01 ${record?.CaseNumber} A question`]);
    await ann.seat.sync();
    await ann.seat.expectSilence();
  });

  it('MAIL-8: names that are meant to break out of the message are words in it', async () => {
    const ann = await room();
    const name = `<script>alert(1)</script> "><img src=x onerror=y> \u202eevil`;
    await addOpportunity(ann, name, { NextStep: 'x' });
    await ann.seat.addRecord('Case', { Subject: 'One\r\nBcc: all@contoso.example\r\n\r\n<b>two</b>' });
    await ann.seat.sync();
    const shown = await summary(ann);
    expect(shown.subject).toBe('<script>alert(1)</script> "><img src=x onerror=y> evil');
    expect(shown.body.content).not.toMatch(/<script|<img/);
    expect(shown.body.content).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const ofCase = await summary(ann, 'Cases');
    expect(ofCase.subject).toMatch(/^\d+ One Bcc: all@contoso\.example <b>two<\/b>$/);
    expect(ofCase.body.content).not.toContain('<b>');
    await ann.seat.expectSilence();
  });
});

describe('MAIL-8: what users do in display folders', () => {
  it('MAIL-8: summaries that are deleted, or moved, come back; what was moved is not archived', async () => {
    const ann = await room({ ...SHOWING, ...DROPPING });
    for (const name of ['A', 'B', 'C']) await addOpportunity(ann, name);
    await ann.seat.sync();
    const idOf = async (name: string) =>
      (await summaries(ann)).find(({ subject }) => subject === name)?.id ?? '';
    await ann.seat.outlook('DELETE', `/messages/${await idOf('A')}`);
    await ann.move(await idOf('B'), 'inbox');
    await ann.move(await idOf('C'), 'Cases');
    await ann.seat.sync();
    expect(await ann.subjectsIn('Opportunities')).toEqual(['A', 'B', 'C']);
    expect(await ann.subjectsIn('Cases')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it.each([['- Create New Email'], ['- Create New Opportunity'], ['Opportunities', 'Assign To', '01 Own']])(
    'MAIL-2 MAIL-8: a summary that is dropped into %s is the product’s own, and is taken away',
    async (...folder) => {
      const ann = await room({ ...DROPPING, assignTo: { enabled: true } });
      await addOpportunity(ann, 'Own');
      await ann.seat.sync();
      const { id } = await summary(ann);
      await ann.move(id, ...folder);
      await ann.seat.sync(2);
      expect(await ann.subjectsIn(...folder)).toEqual([]);
      expect(await ann.subjectsIn('Opportunities')).toEqual(['Own']);
      expect(await ann.subjectsIn('inbox')).toEqual([]);
      const owned = `OwnerId = '${ann.seat.crmUserId}'`;
      expect(await ann.query(`SELECT Id FROM Opportunity WHERE ${owned}`)).toHaveLength(1);
      expect(
        await ann.query(`SELECT Id FROM EmailMessage WHERE CreatedById = '${ann.seat.crmUserId}'`),
      ).toEqual([]);
      await ann.seat.expectSilence();
    },
  );

  it('MAIL-6 MAIL-8: a summary in the Inbox is no mail', async () => {
    const ann = await room({
      ...SHOWING,
      inbox: { enabled: true, onlyWithCategory: false, mustMatch: false, confirm: true },
    });
    await addOpportunity(ann, 'Own');
    await ann.seat.sync();
    await ann.move((await summary(ann)).id, 'inbox');
    await ann.seat.sync(2);
    expect(
      await ann.query(`SELECT Id FROM EmailMessage WHERE CreatedById = '${ann.seat.crmUserId}'`),
    ).toEqual([]);
    expect(await ann.subjectsIn('inbox')).toEqual(['Own']);
    await ann.seat.expectSilence();
  });

  it('MAIL-8: mail of the user’s stays, and costs one look', async () => {
    const ann = await room();
    await addOpportunity(ann, 'Shown');
    await ann.deliver(letter(ann.seat, { subject: 'Mine' }), 'Opportunities');
    await ann.seat.sync();
    expect(await ann.subjectsIn('Opportunities')).toEqual(['Mine', 'Shown']);
    await ann.seat.expectSilence();
    await untilIdle(ann.seat);
  });
});

/** The words and targets of the links in a message. */
function linksOf(html: string): (string | undefined)[][] {
  return [...html.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].map(([, url, text]) => [text, url]);
}
