import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import {
  DROPPING,
  letter,
  type Mailroom,
  mailroom,
  NEW_EMAIL,
  NEW_OPPORTUNITY,
  NOT_ARCHIVED,
  PROCESSED,
} from './mailroom.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const converting = (options: object) => ({ ...DROPPING, smartConvert: { enabled: true, ...options } });
const NOBODY_NEW = { creation: { enabled: false } };

/** The history of each of these people. */
const histories = (ann: Mailroom, ids: readonly string[]) =>
  Promise.all(ids.map(id => ann.history('WhoId', id)));

/** What its user and whoever asks is told of a message that stays. */
async function expectStays(ann: Mailroom, id: string, subject: string, code: string): Promise<void> {
  expect(await ann.emails(subject)).toEqual([]);
  expect(await ann.placeOf(id)).toBe(NEW_EMAIL);
  expect((await ann.message(id)).categories).toEqual([NOT_ARCHIVED]);
  const told = { code, reason: expect.stringMatching(/\w+/) };
  const fix = expect.stringMatching(/\w+/);
  expect(await ann.seat.item(subject)).toMatchObject({
    ...{ module: 'emails', state: 'failing', link: 'none', fix },
    ...told,
  });
  expect(await ann.seat.story(subject)).toMatchObject([{ action: 'not_archived', ...told }]);
}

describe('POL-21: must match', () => {
  it('POL-21 MAIL-3 OPS-2: on, what matches nobody stays with its category, and the ledger says why', async () => {
    const ann = await mailroom(office, 'Ann', converting(NOBODY_NEW));
    const from = 'sam@match.example';
    const strange = await ann.drop({ from, messageId: '<who@match.example>', subject: 'A stranger' });
    const inside = await ann.drop({ from: ann.seat.mail, to: 'eve@office.example', subject: 'Among us' });
    const machine = await ann.drop({ from: 'no-reply@match.example', subject: 'A machine' });
    const nobody = await ann.drop({ from: '"What?"', to: 'undisclosed-recipients:;', subject: 'Nobody' });
    const started = await ann.drop({ from: 'sam@match.example', subject: 'A start' }, NEW_OPPORTUNITY);
    await ann.seat.sync();
    await expectStays(ann, strange, 'A stranger', 'no_match');
    await expectStays(ann, inside, 'Among us', 'only_colleagues');
    await expectStays(ann, machine, 'A machine', 'impersonal_address');
    await expectStays(ann, nobody, 'Nobody', 'broken_address');
    for (const q of ['sam@match.example', 'who@match.example', '<who@match.example>'])
      expect((await ann.seat.items(q)).map(({ code }) => code)).toContain('no_match');
    // The record itself satisfies it.
    expect(await ann.placeOf(started)).toBe('Inbox');
    expect((await ann.email('A start')).RelatedToId).toMatch(/^006/);
    await ann.seat.expectSilence();
  });

  it('POL-21 MAIL-2: off, every message is archived, and CRM users never stand for a match', async () => {
    const ann = await mailroom(office, 'Ann', converting({ ...NOBODY_NEW, mustMatch: false }));
    const id = await ann.drop({ from: 'sam@open.example', subject: 'Anybody' });
    await ann.seat.sync();
    expect(await ann.placeOf(id)).toBe('Inbox');
    const email = await ann.email('Anybody');
    expect(email).toMatchObject({ FromAddress: 'sam@open.example', RelatedToId: null });
    expect(await ann.peopleOf(email)).toEqual([
      { RelationId: ann.seat.crmUserId, RelationType: 'ToAddress' },
    ]);
    await ann.seat.expectSilence();
  });
});

describe('POL-21: who is matched', () => {
  it('POL-21 MAIL-2 MAIL-7: CC counts, and BCC of the own copy; everybody once', async () => {
    const ann = await mailroom(office, 'Ann');
    const [from, to, cc, bcc] = await Promise.all(
      ['from', 'to', 'cc', 'bcc'].map(role =>
        ann.seat.addRecord('Contact', { LastName: role, Email: `${role}@roles.example` }),
      ),
    );
    const others = {
      to: 'to@roles.example',
      cc: 'cc@roles.example, to@roles.example',
      bcc: 'bcc@roles.example',
    };
    await ann.drop({ from: ann.seat.mail, ...others, subject: 'Own copy' });
    await ann.drop({ from: 'from@roles.example', ...others, subject: 'Foreign copy' });
    await ann.seat.sync();
    const own = await ann.email('Own copy');
    expect(new Set(await ann.peopleOf(own))).toEqual(
      new Set([
        { RelationId: ann.seat.crmUserId, RelationType: 'FromAddress' },
        { RelationId: to, RelationType: 'ToAddress' },
        { RelationId: cc, RelationType: 'CcAddress' },
        { RelationId: bcc, RelationType: 'BccAddress' },
      ]),
    );
    expect(own).toMatchObject({ Incoming: false });
    const foreign = await ann.email('Foreign copy');
    expect((await ann.peopleOf(foreign)).map(({ RelationId }) => RelationId).sort()).toEqual(
      [from, to, cc].sort(),
    );
    expect(foreign).toMatchObject({ Incoming: true, BccAddress: null });
    await ann.seat.expectSilence();
  });

  it('POL-21: with CC and BCC off they are told in the copy, and nobody is looked up or created for them', async () => {
    const ann = await mailroom(office, 'Ann', converting({ ccAndBcc: false }));
    const [main, copied] = await Promise.all([
      ann.seat.addRecord('Contact', { LastName: 'Main', Email: 'main@plain.example' }),
      ann.seat.addRecord('Contact', { LastName: 'Copied', Email: 'copied@plain.example' }),
    ]);
    await ann.drop({
      from: 'main@plain.example',
      cc: 'copied@plain.example, new@plain.example',
      subject: 'With copies',
    });
    const left = await ann.drop({
      from: ann.seat.mail,
      to: ann.seat.mail,
      cc: 'copied@plain.example',
      subject: 'CC alone',
    });
    await ann.seat.sync();
    const email = await ann.email('With copies');
    expect(await histories(ann, [main, copied])).toEqual([['With copies'], []]);
    expect(email.CcAddress).toBe('copied@plain.example; new@plain.example');
    expect(await ann.query("SELECT Id FROM Contact WHERE Email = 'new@plain.example'")).toEqual([]);
    await expectStays(ann, left, 'CC alone', 'only_colleagues');
    await ann.seat.expectSilence();
  });

  it('POL-21 MAIL-2: leads where no contact has the address, by option', async () => {
    const lead = (address: string) => ({ LastName: 'Lead', Company: 'Leads Co', Email: address });
    const ann = await mailroom(office, 'Ann', converting({ ...NOBODY_NEW, leadsIfNoContact: true }));
    const alone = await ann.seat.addRecord('Lead', lead('alone@leads.example'));
    const beside = await ann.seat.addRecord('Lead', lead('both@leads.example'));
    const contact = await ann.seat.addRecord('Contact', { LastName: 'Both', Email: 'both@leads.example' });
    await ann.drop({ from: 'alone@leads.example', subject: 'From a lead' });
    await ann.drop({ from: 'both@leads.example', subject: 'From both' });
    const leadId = await ann.seat.addRecord('Lead', lead('done@leads.example'));
    const converted = await ann.seat.world.salesforce.control<{ contactId: string }>('POST', 'convert', {
      leadId,
    });
    await ann.drop({ from: 'done@leads.example', subject: 'From a converted one' });
    await ann.seat.sync();
    expect(await histories(ann, [alone, beside, contact])).toEqual([['From a lead'], [], ['From both']]);
    expect(await ann.history('WhoId', converted.contactId)).toEqual(['From a converted one']);
    await ann.seat.expectSilence();

    const bob = await mailroom(office, 'Bob', converting(NOBODY_NEW));
    await bob.seat.addRecord('Lead', lead('off@leads.example'));
    const left = await bob.drop({ from: 'off@leads.example', subject: 'Leads off' });
    await bob.seat.sync();
    await expectStays(bob, left, 'Leads off', 'no_match');
  });

  it('MAIL-2: all contacts of an address and their accounts; the address without its tag; lists by their own address', async () => {
    const ann = await mailroom(office, 'Ann');
    const accountId = await ann.seat.addRecord('Account', { Name: 'Twins Co' });
    const twins = await Promise.all(
      ['One', 'Two'].map(LastName =>
        ann.seat.addRecord('Contact', { LastName, Email: 'twins@forms.example', AccountId: accountId }),
      ),
    );
    const plain = await ann.seat.addRecord('Contact', { LastName: 'Plain', Email: 'Plain@Forms.example' });
    const tagged = await ann.seat.addRecord('Contact', { LastName: 'Tag', Email: 'tag+crm@forms.example' });
    const list = await ann.seat.addRecord('Contact', { LastName: 'List', Email: 'list@forms.example' });
    await ann.drop({ from: 'twins@forms.example', subject: 'From twins' });
    await ann.drop({ from: 'plain+news@forms.example', subject: 'Tagged' });
    await ann.drop({ from: 'TAG+crm@forms.example', subject: 'Tag as it is' });
    await ann.drop({
      ...{ from: 'plain@forms.example', to: 'list@forms.example, group@forms.example', subject: 'To lists' },
      headers: ['List-Post: <mailto:list@forms.example>', 'List-Post: <mailto:group@forms.example>'],
    });
    await ann.seat.sync();
    const email = await ann.email('From twins');
    expect(email.RelatedToId).toBe(accountId);
    expect((await ann.peopleOf(email)).map(({ RelationId }) => RelationId)).toEqual(
      expect.arrayContaining(twins),
    );
    expect(await ann.history('WhatId', accountId)).toEqual(['From twins']);
    expect(await histories(ann, [plain, tagged])).toEqual([['Tagged'], ['Tag as it is']]);
    const toLists = await ann.peopleOf(await ann.email('To lists'));
    expect(toLists.map(({ RelationId }) => RelationId).sort()).toEqual([plain, list].sort());
    expect(await ann.query("SELECT Id FROM Contact WHERE Email LIKE 'group@%'")).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('MAIL-2: where the CRM shares activities, the message is in the history of everybody', async () => {
    await office.world.salesforce.control('PUT', 'activities', { sharedActivities: true });
    const ann = await mailroom(office, 'Ann');
    const people = await Promise.all(
      ['From', 'To', 'Cc'].map(LastName =>
        ann.seat.addRecord('Contact', { LastName, Email: `${LastName}@shared.example` }),
      ),
    );
    await ann.drop({
      from: 'from@shared.example',
      to: 'to@shared.example',
      cc: 'cc@shared.example',
      subject: 'Shared',
    });
    await ann.seat.sync();
    const found = await ann.query<{ RelationId: string }>(
      "SELECT RelationId FROM TaskWhoRelation WHERE Task.Subject = 'Email: Shared'",
    );
    expect(found.map(({ RelationId }) => RelationId).sort()).toEqual(people.sort());
    await ann.seat.expectSilence();
    await office.world.salesforce.control('PUT', 'activities', { sharedActivities: false });
  });

  it('MAIL-2: whom the user may not see is neither linked nor doubled, and nothing of them is told', async () => {
    const ann = await mailroom(office, 'Ann');
    const bob = await office.hire('Bob');
    await bob.addRecord('Contact', { LastName: 'Secret', FirstName: 'Sue', Email: 'sue@hidden.example' });
    const id = await ann.drop({ from: 'sue@hidden.example', subject: 'From a secret' });
    await ann.seat.sync();
    await expectStays(ann, id, 'From a secret', 'exists_hidden');
    expect(JSON.stringify(await ann.seat.story('From a secret'))).not.toContain('Secret');
    expect(await ann.query("SELECT Id FROM Contact WHERE Email = 'sue@hidden.example'")).toHaveLength(1);
    await ann.seat.expectSilence();
  });

  it('MAIL-2 MAIL-7: what a colleague has archived is in the CRM, also for whom those people are hidden', async () => {
    const ann = await mailroom(office, 'Ann');
    const bob = await mailroom(office, 'Bob');
    const told = { from: 'new@unseen.example', subject: 'Unseen', messageId: '<unseen@unseen.example>' };
    const eml = letter(ann.seat, { ...told, cc: bob.seat.mail });
    await ann.deliver(eml, NEW_EMAIL);
    await ann.seat.sync();
    const email = await ann.email('Unseen');
    const id = await bob.deliver(eml, NEW_EMAIL);
    const other = await bob.drop({ from: 'new@unseen.example', subject: 'Unseen, too' });
    await bob.seat.sync();
    expect(await bob.placeOf(id)).toBe('Inbox');
    expect((await bob.message(id)).categories).toEqual([PROCESSED]);
    expect(await ann.email('Unseen')).toEqual(email);
    await expectStays(bob, other, 'Unseen, too', 'exists_hidden');
    await bob.seat.expectSilence();

    await office.world.salesforce.delete('EmailMessage', email.Id);
    await bob.move(id, NEW_EMAIL);
    await bob.seat.sync();
    expect((await bob.message(id)).categories).toEqual([NOT_ARCHIVED]);
    expect(await bob.emails('Unseen')).toEqual([]);
  });

  it('POL-27: excluded addresses and domains are never archived, matched or created', async () => {
    const excluded = { addresses: ['Spy@Fine.example'], domains: ['barred.example'] };
    const ann = await mailroom(office, 'Ann', { ...DROPPING, excluded });
    const [fine, spy] = await Promise.all(
      ['fine', 'spy'].map(name =>
        ann.seat.addRecord('Contact', { LastName: name, Email: `${name}@fine.example` }),
      ),
    );
    const from = await ann.drop({
      from: 'spy+x@fine.example',
      to: 'fine@fine.example',
      subject: 'From a spy',
    });
    const only = await ann.drop({ from: ann.seat.mail, to: 'x@barred.example', subject: 'To the barred' });
    await ann.drop({
      from: 'fine@fine.example',
      cc: 'spy@fine.example, x@barred.example',
      subject: 'With a spy',
    });
    await ann.seat.sync();
    await expectStays(ann, from, 'From a spy', 'excluded_address');
    await expectStays(ann, only, 'To the barred', 'excluded_address');
    expect(await histories(ann, [fine ?? '', spy ?? ''])).toEqual([['With a spy'], []]);
    expect(JSON.stringify(await ann.email('With a spy'))).not.toMatch(/spy@|barred/);
    expect(await ann.query("SELECT Id FROM Contact WHERE Email = 'x@barred.example'")).toEqual([]);
    await ann.seat.expectSilence();
  });
});
