import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import type { PolicyInput } from '../seat.ts';
import {
  DROPPING,
  type Mailroom,
  mailroom,
  NEW_CASE,
  NEW_EMAIL,
  NEW_OPPORTUNITY,
  NOT_ARCHIVED,
} from './mailroom.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const NEW_QUOTE = '- Create New Quote';

const creating = (creation: object): PolicyInput => ({
  ...DROPPING,
  smartConvert: { enabled: true, creation },
});

interface Person {
  readonly Id: string;
  readonly FirstName: string | null;
  readonly LastName: string;
  readonly Email: string;
  readonly OwnerId: string;
  readonly AccountId?: string | null;
  readonly Company?: string | null;
}

const contactsAt = (ann: Mailroom, domain: string) =>
  ann.query<Person>(
    `SELECT Id, FirstName, LastName, Email, OwnerId, AccountId FROM Contact WHERE Email LIKE '%@${domain}' ORDER BY Email`,
  );
const leadsAt = (ann: Mailroom, domain: string) =>
  ann.query<Person>(
    `SELECT Id, FirstName, LastName, Email, OwnerId, Company FROM Lead WHERE Email LIKE '%@${domain}' ORDER BY Email`,
  );
const accountsAt = (ann: Mailroom, domain: string) =>
  ann.query<{ Id: string; Name: string }>(`SELECT Id, Name FROM Account WHERE Website LIKE '%${domain}%'`);

describe('POL-21: creation', () => {
  it('POL-21 MAIL-2: strangers become contacts of one new account per company, once in all their messages', async () => {
    const ann = await mailroom(office, 'Ann');
    const from = 'Nina New <nina@new.example>';
    await ann.drop({ from, cc: '"Old, Olaf (New Co)" <olaf@mail.new.example>', subject: 'New one' });
    await ann.drop({ from, to: 'zoe.zed@new.example', subject: 'New two' });
    await ann.seat.sync();
    const accounts = await accountsAt(ann, 'new.example');
    expect(accounts).toMatchObject([{ Name: 'new.example' }]);
    const owned = { OwnerId: ann.seat.crmUserId, AccountId: accounts[0]?.Id };
    expect(await contactsAt(ann, '%new.example')).toMatchObject([
      { FirstName: 'Nina', LastName: 'New', Email: 'nina@new.example', ...owned },
      { FirstName: 'Olaf', LastName: 'Old', Email: 'olaf@mail.new.example', ...owned },
      { FirstName: 'Zoe', LastName: 'Zed', Email: 'zoe.zed@new.example', ...owned },
    ]);
    expect(await ann.history('WhatId', accounts[0]?.Id ?? '')).toEqual(['New one', 'New two']);
    await ann.seat.sync();
    await ann.seat.expectSilence();
  });

  it('POL-21: an account is found by its domain, of several none is guessed, a public domain is no company', async () => {
    const ann = await mailroom(office, 'Ann');
    const known = await ann.seat.addRecord('Account', {
      Name: 'Known',
      Website: 'https://www.Known.example/about',
    });
    for (const Name of ['Branch A', 'Branch B'])
      await ann.seat.addRecord('Account', { Name, Website: 'branches.example' });
    await ann.seat.addRecord('Account', { Name: 'Mail for all', Website: 'gmail.com' });
    for (const domain of ['known.example', 'branches.example', 'gmail.com'])
      await ann.drop({ from: `pat@${domain}`, subject: `From ${domain}` });
    await ann.seat.sync();
    expect(await contactsAt(ann, 'known.example')).toMatchObject([{ AccountId: known }]);
    expect(await contactsAt(ann, 'branches.example')).toMatchObject([{ AccountId: null }]);
    expect(await contactsAt(ann, 'gmail.com')).toMatchObject([{ AccountId: null }]);
    expect(await accountsAt(ann, 'branches.example')).toHaveLength(2);
    expect(await accountsAt(ann, 'gmail.com')).toHaveLength(1);
    expect((await ann.email('From known.example')).RelatedToId).toBe(known);
    expect((await ann.email('From branches.example')).RelatedToId).toBe(null);
    await ann.seat.expectSilence();
  });

  it('POL-21 MAIL-2: the account of a colleague is not doubled for who may not see it', async () => {
    const ann = await mailroom(office, 'Ann');
    const bob = await mailroom(office, 'Bob');
    await ann.drop({ from: 'first@private.example', subject: 'For Ann' });
    await ann.seat.sync();
    await bob.drop({ from: 'second@private.example', subject: 'For Bob' });
    await bob.seat.sync();
    const accounts = await accountsAt(ann, 'private.example');
    expect(accounts).toHaveLength(1);
    expect(await contactsAt(ann, 'private.example')).toMatchObject([
      { Email: 'first@private.example', AccountId: accounts[0]?.Id },
      { Email: 'second@private.example', AccountId: null, OwnerId: bob.seat.crmUserId },
    ]);
    expect((await bob.email('For Bob')).RelatedToId).toBe(null);
    await bob.seat.expectSilence();
  });

  it('POL-21: accounts are not created where that is off; the contacts are', async () => {
    const ann = await mailroom(office, 'Ann', creating({ accountIfUnmatched: false }));
    await ann.drop({ from: 'pat@lonely.example', subject: 'Lonely' });
    await ann.seat.sync();
    expect(await contactsAt(ann, 'lonely.example')).toMatchObject([{ LastName: 'Pat', AccountId: null }]);
    expect(await accountsAt(ann, 'lonely.example')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('POL-21: leads instead of contacts come without an account, and not beside one that is there', async () => {
    const options = creating({ leadInsteadOfContact: true, accountIfUnmatched: true });
    const ann = await mailroom(office, 'Ann', options);
    const there = await ann.seat.addRecord('Lead', {
      ...{ LastName: 'There', Company: 'There Co', Email: 'there@leading.example' },
    });
    await ann.drop({ from: 'Lea Lead <lea@leading.example>', subject: 'New lead' });
    await ann.drop({ from: 'there@leading.example', subject: 'Old lead' });
    await ann.drop({ from: 'Gus Gray <gus@outlook.com>', subject: 'Private lead' });
    await ann.seat.sync();
    const leads = await leadsAt(ann, 'leading.example');
    expect(leads).toMatchObject([
      { FirstName: 'Lea', LastName: 'Lead', Company: 'leading.example', OwnerId: ann.seat.crmUserId },
      { Id: there, Company: 'There Co' },
    ]);
    expect(await leadsAt(ann, 'outlook.com')).toMatchObject([{ LastName: 'Gray', Company: 'Gus Gray' }]);
    expect(await accountsAt(ann, 'leading.example')).toEqual([]);
    expect(await contactsAt(ann, 'leading.example')).toEqual([]);
    expect(await ann.history('WhoId', leads[0]?.Id ?? '')).toEqual(['New lead']);
    expect(await ann.history('WhoId', there)).toEqual(['Old lead']);
    await ann.seat.expectSilence();
  });

  it('POL-21: excluded domains block who is new, not what is archived; the own domains always do', async () => {
    const ann = await mailroom(office, 'Ann', creating({ excludedDomains: ['Shut.example'] }));
    const known = await ann.seat.addRecord('Contact', { LastName: 'Known', Email: 'known@shut.example' });
    await ann.drop({ from: 'known@shut.example', cc: 'new@shut.example', subject: 'Shut in part' });
    const left = await ann.drop({ from: 'new@shut.example', subject: 'Shut out' });
    const inside = 'eve@office.example, eve@emulated.onmicrosoft.com';
    await ann.drop({ from: 'known@shut.example', to: inside, subject: 'To colleagues' });
    await ann.seat.sync();
    expect(await contactsAt(ann, 'shut.example')).toMatchObject([{ Id: known }]);
    expect(await accountsAt(ann, 'shut.example')).toEqual([]);
    expect(await ann.history('WhoId', known)).toEqual(['Shut in part', 'To colleagues']);
    expect((await ann.email('Shut in part')).CcAddress).toBe('new@shut.example');
    expect(await ann.placeOf(left)).toBe(NEW_EMAIL);
    expect((await ann.message(left)).categories).toEqual([NOT_ARCHIVED]);
    expect(await ann.seat.item('Shut out')).toMatchObject({ code: 'excluded_domain' });
    expect(await ann.query("SELECT Id FROM Contact WHERE Email LIKE 'eve@%'")).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('POL-21 MAIL-3: where the CRM refuses a person, the message waits as a whole, and nothing is made twice', async () => {
    const { salesforce, tandem } = office.world;
    const ann = await mailroom(office, 'Ann');
    await ann.seat.addRecord('Contact', { LastName: 'Twin', Email: 'first@elsewhere.example' });
    await salesforce.control('POST', 'load', {
      validationRules: [
        { object: 'Contact', condition: "LastName = 'Refused'", errorMessage: 'Contacts need a grade.' },
      ],
      duplicateRules: [{ object: 'Contact', fields: ['LastName'], allowSave: false }],
    });
    const refused = await ann.drop({
      ...{ from: 'Rae Refused <rae@refused.example>', cc: 'Fine <fine@refused.example>', subject: 'Refused' },
    });
    const twin = await ann.drop({ from: 'Tim Twin <tim@refused.example>', subject: 'Twin' });
    const other = await ann.drop({ from: 'Otto Other <otto@refused.example>', subject: 'Other' });
    await ann.seat.sync();
    expect(await ann.placeOf(other)).toBe('Inbox');
    for (const id of [refused, twin]) expect((await ann.message(id)).categories).toEqual([NOT_ARCHIVED]);
    expect(await ann.seat.item('Refused')).toMatchObject({
      ...{ state: 'failing', code: 'validation', reason: expect.stringContaining('Contacts need a grade.') },
    });
    expect(await ann.seat.item('Twin')).toMatchObject({ state: 'failing', code: 'duplicate' });
    expect(await ann.emails('Refused')).toEqual([]);
    await ann.seat.expectSilence();

    await salesforce.control('POST', 'load', { validationRules: [], duplicateRules: [] });
    for (const subject of ['Refused', 'Twin'])
      await tandem.post(`/items/${(await ann.seat.item(subject))?.id}/retry`);
    await ann.seat.sync();
    for (const id of [refused, twin]) expect(await ann.placeOf(id)).toBe('Inbox');
    expect(await accountsAt(ann, 'refused.example')).toHaveLength(1);
    const made = await contactsAt(ann, 'refused.example');
    expect(made.map(({ Email }) => Email.split('@')[0])).toEqual(['fine', 'otto', 'rae', 'tim']);
    await ann.seat.expectSilence();
  });
});

interface Opportunity {
  readonly Id: string;
  readonly Name: string;
  readonly Description: string | null;
  readonly AccountId: string | null;
  readonly StageName: string;
  readonly CloseDate: string;
}

const opportunities = (ann: Mailroom) =>
  ann.query<Opportunity>(
    `SELECT Id, Name, Description, AccountId, StageName, CloseDate FROM Opportunity WHERE OwnerId = '${ann.seat.crmUserId}' ORDER BY Name`,
  );

describe('MAIL-2: the record that a message starts', () => {
  it('MAIL-2: is named by the subject, as far as the CRM holds it, and described by the text', async () => {
    const ann = await mailroom(office, 'Ann');
    await ann.drop({ from: 'a@named.example', subject: '', text: 'Without a subject' }, NEW_OPPORTUNITY);
    const family = '👩‍👩‍👧‍👦';
    const long = `${'x'.repeat(115)}${family} and more`;
    const encoded = `=?utf-8?B?${Buffer.from(long).toString('base64')}?=`;
    await ann.drop({ from: 'a@named.example', subject: encoded, text: 'Long' }, NEW_OPPORTUNITY);
    await ann.seat.sync();
    expect(await opportunities(ann)).toMatchObject([
      { Name: '(no subject)', Description: 'Without a subject' },
      { Name: 'x'.repeat(115), Description: 'Long' },
    ]);
    expect(await ann.email(long)).toMatchObject({ TextBody: 'Long' });
    await ann.seat.expectSilence();
  });

  it('MAIL-2: belongs to the first outside sender, else recipient, and to their account', async () => {
    const ann = await mailroom(office, 'Ann');
    const accountId = await ann.seat.addRecord('Account', { Name: 'Main Co' });
    const [sender, recipient] = await Promise.all(
      ['sender', 'recipient'].map(name =>
        ann.seat.addRecord('Contact', {
          ...{ LastName: name, Email: `${name}@main.example`, AccountId: accountId },
        }),
      ),
    );
    await ann.drop(
      { from: 'sender@main.example', to: 'recipient@main.example', subject: 'Received' },
      NEW_CASE,
    );
    await ann.drop({ from: ann.seat.mail, to: 'recipient@main.example', subject: 'Sent' }, NEW_CASE);
    await ann.drop({ from: 'sender@main.example', subject: 'Chance' }, NEW_OPPORTUNITY);
    await ann.seat.sync();
    const cases = await ann.query<{ Id: string; Subject: string }>(
      `SELECT Id, Subject, ContactId, AccountId FROM Case WHERE OwnerId = '${ann.seat.crmUserId}' ORDER BY Subject`,
    );
    expect(cases).toMatchObject([
      { Subject: 'Received', ContactId: sender, AccountId: accountId },
      { Subject: 'Sent', ContactId: recipient, AccountId: accountId },
    ]);
    expect((await ann.email('Received')).ParentId).toBe(cases[0]?.Id);
    const [chance] = await opportunities(ann);
    expect(chance).toMatchObject({ Name: 'Chance', AccountId: accountId });
    expect(await ann.history('WhatId', chance?.Id ?? '')).toEqual(['Chance']);
    await ann.seat.expectSilence();
  });

  it('POL-21: has the policy’s defaults, else the usual values; what is required and not told keeps it waiting', async () => {
    const defaults = { StageName: 'Qualification', CloseDate: 'today+10', Description: 'Not this one' };
    const ann = await mailroom(office, 'Ann', {
      ...DROPPING,
      modules: { opportunities: { enabled: true, defaults }, cases: { enabled: true } },
    });
    await ann.drop({ from: 'a@defaults.example', subject: 'With defaults' }, NEW_OPPORTUNITY);
    await ann.seat.sync();
    expect(await opportunities(ann)).toMatchObject([
      { StageName: 'Qualification', Description: 'Good day.' },
    ]);
    await ann.seat.expectSilence();

    await office.world.salesforce.control('POST', 'schema', {
      ...{ object: 'Quote', fields: [{ name: 'Site__c', type: 'string', length: 20, required: true }] },
    });
    const bob = await mailroom(office, 'Bob', {
      ...DROPPING,
      modules: { opportunities: { enabled: true }, quotes: { enabled: true } },
    });
    await bob.drop({ from: 'b@defaults.example', subject: 'Without defaults' }, NEW_OPPORTUNITY);
    const id = await bob.drop({ from: 'b@defaults.example', subject: 'Siteless' }, NEW_QUOTE);
    await bob.seat.sync();
    expect(await opportunities(bob)).toMatchObject([{ StageName: 'Prospecting' }]);
    expect(await bob.seat.item('Siteless')).toMatchObject({
      ...{ state: 'failing', code: 'validation' },
      reason: expect.stringContaining('Site__c'),
      fix: expect.stringContaining('defaults'),
    });
    expect(await bob.placeOf(id)).toBe(NEW_QUOTE);
    expect(await bob.emails('Siteless')).toEqual([]);
    await bob.seat.expectSilence();
  });

  it('POL-21 MAIL-3: a field that becomes required stops nothing for longer than its default is missing', async () => {
    const { salesforce, tandem } = office.world;
    await salesforce.control('POST', 'schema', { object: 'Visit__c', label: 'Visit', hasActivities: true });
    const custom = { object: 'Visit__c', label: 'Visits' };
    const folder = '- Create New Visits';
    const ann = await mailroom(office, 'Ann', { ...DROPPING, modules: { custom: [custom] } });
    await ann.drop({ from: 'v@visits.example', subject: 'First visit' }, folder);
    await ann.seat.sync();
    expect(await ann.subjectsIn(folder)).toEqual([]);

    const gate = { name: 'Gate__c', type: 'string', length: 20, required: true };
    await salesforce.control('POST', 'schema', { object: 'Visit__c', fields: [gate] });
    const id = await ann.drop({ from: 'v@visits.example', subject: 'Second visit' }, folder);
    await ann.seat.sync();
    expect(await ann.placeOf(id)).toBe(folder);
    expect(await ann.seat.item('Second visit')).toMatchObject({
      ...{ state: 'failing', code: 'validation', reason: expect.stringContaining('Gate__c') },
    });
    await tandem.patch(`/policies/${ann.seat.policyId}`, {
      modules: { custom: [{ ...custom, defaults: { Gate__c: 'North' } }] },
    });
    await ann.seat.sync();
    const visits = await ann.query('SELECT Name, Gate__c FROM Visit__c ORDER BY Name');
    expect(visits).toMatchObject([
      { Name: 'First visit', Gate__c: null },
      { Name: 'Second visit', Gate__c: 'North' },
    ]);
    expect(await ann.placeOf(id)).toBe('Inbox');
    await ann.seat.expectSilence();
  });
});
