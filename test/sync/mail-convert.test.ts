import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addresseesOf } from '../../sync/mail/addressees.ts';
import { convert, type Destination } from '../../sync/mail/convert.ts';
import { questionsAbout } from '../../sync/mail/matches.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
import {
  archived,
  at,
  choosing,
  defaults,
  into,
  known,
  message,
  nobody,
  nothingCreated,
  OWN,
  person,
  surroundings,
} from './mail-sample.ts';

const opportunity: Destination = {
  type: 'create',
  form: {
    type: { module: 'opportunities' },
    defaults: { StageName: 'Prospecting' },
    nameLength: 20,
    descriptionLength: 10,
  },
};

describe('MAIL-2 what a message starts', () => {
  const record = (parts: Partial<MailMessage>, matches = known) =>
    archived(convert(message(parts), matches, into(opportunity))).newRecord;

  it.each([
    ['Offer', 'Offer'],
    ['', '(no subject)'],
    [' \r\n\0 ', '(no subject)'],
    ['Offer\r\nBcc: eve@evil.example', 'Offer Bcc: eve@evil.'],
    ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
    ['x'.repeat(10_000_000), 'x'.repeat(20)],
    ['=cmd|calc', '=cmd|calc'],
  ])('%.30j is named %j', (subject, name) => expect(record({ subject })?.name).toBe(name));

  it('has the text as description, cut to what the CRM holds, and the defaults of the policy', () =>
    expect(record({ text: 'Dear Ann, hello' })).toMatchObject({
      description: 'Dear Ann, ',
      defaults: { StageName: 'Prospecting' },
      contact: { type: 'existing', kind: 'contact', id: 'C1' },
      account: { type: 'existing', id: 'A1' },
    }));

  it('has the words of the HTML where there is no text', () =>
    expect(record({ text: null, html: '<style>x</style><p>Dear</p><p>Ann</p>' })?.description).toBe(
      'Dear\n\nAnn',
    ));

  it('is about the first outside sender, then recipient', () => {
    const matches = { ...known, contacts: [...known.contacts, person('C2', 'cy@x.example', 'A2')] };
    const recipients = { from: at(OWN), to: [at('colleague@contoso.com'), at('cy@x.example')] };
    expect(record(recipients, matches)?.contact).toMatchObject({ id: 'C2' });
    expect(record({ to: recipients.to }, matches)?.contact).toMatchObject({ id: 'C1' });
  });

  it('is about nobody in particular where several have the address, but about the account they share', () => {
    const twice = [person('C1', 'bob@fabrikam.example', 'A1'), person('C2', 'bob@fabrikam.example', 'A1')];
    expect(record({}, { ...nobody, contacts: twice })).toMatchObject({
      contact: null,
      account: { id: 'A1' },
    });
  });

  it('is archived with it although nobody is matched: the record satisfies must match', () => {
    const plan = convert(message(), nobody, into(opportunity, nothingCreated));
    expect(archived(plan).newRecord).toMatchObject({ name: 'Offer', contact: null, account: null });
  });

  it('MAIL-5 a message in the folder of a record is archived against it, with its people', () => {
    const assigned = { module: 'cases', id: '500' } as const;
    const plan = archived(
      convert(message(), known, into({ type: 'assign', record: assigned }, nothingCreated)),
    );
    expect(plan).toMatchObject({ record: assigned, newRecord: null, accounts: [{ id: 'A1' }] });
    expect(convert(message(), nobody, into({ type: 'assign', record: assigned }, nothingCreated)).type).toBe(
      'archive',
    );
  });
});

describe('MAIL-2 who is created', () => {
  const plan = (parts: Partial<MailMessage>, options = {}) =>
    archived(convert(message(parts), nobody, choosing(options)));

  it('a contact with an account of the domain, once for all its people', () =>
    expect(plan({ to: [at('kim.roe@sales.fabrikam.example')] })).toMatchObject({
      newAccounts: [{ domain: 'fabrikam.example', name: 'fabrikam.example' }],
      newPeople: [
        {
          kind: 'contact',
          firstName: 'Bob',
          lastName: 'Ray',
          account: { type: 'new', domain: 'fabrikam.example' },
        },
        {
          kind: 'contact',
          firstName: 'Kim',
          lastName: 'Roe',
          account: { type: 'new', domain: 'fabrikam.example' },
        },
      ],
    }));

  it('a contact without an account where the CRM has one of the domain that the user may not see', () => {
    const matches = { ...nobody, hidden: new Set(['fabrikam.example']) };
    expect(convert(message({}), matches, choosing({}))).toMatchObject({
      newAccounts: [],
      newPeople: [{ kind: 'contact', lastName: 'Ray', account: null }],
    });
  });

  it('a lead, which has a company and no account', () =>
    expect(plan({}, { creation: { ...defaults.creation, leadInsteadOfContact: true } })).toMatchObject({
      newAccounts: [],
      newPeople: [{ kind: 'lead', lastName: 'Ray', company: 'fabrikam.example', account: null }],
    }));

  it('a lead at a public domain is its own company', () =>
    expect(
      plan(
        { from: at('bob@gmail.com', 'Bob Ray') },
        { creation: { ...defaults.creation, leadInsteadOfContact: true } },
      ).newPeople,
    ).toMatchObject([{ company: 'Bob Ray' }]));

  it.each([
    ['contacts', nothingCreated, ['user', 'contact']],
    ['leads by option', { leadsIfNoContact: true }, ['user', 'contact', 'lead']],
    [
      'leads before one is created',
      { creation: { ...defaults.creation, leadInsteadOfContact: true } },
      ['user', 'contact', 'lead'],
    ],
  ])('the CRM is asked for %s', (_, options, kinds) => {
    const { counted } = addresseesOf(message({ cc: [at('kim+x@sales.x.example')] }), true, surroundings);
    expect(questionsAbout(counted, { ...defaults, ...options })).toEqual({
      addresses: ['bob@fabrikam.example', OWN, 'kim+x@sales.x.example', 'kim@sales.x.example'],
      domains: ['fabrikam.example', 'sales.x.example', 'x.example'],
      kinds,
    });
  });
});

describe('whatever a message says', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const address = fc.oneof(
    text,
    fc.constantFrom(
      OWN,
      'bob@fabrikam.example',
      'bob+x@fabrikam.example',
      'new@x.example',
      'lawyer@firm.example',
      '__proto__@x.example',
    ),
  );
  const party = fc.record({ name: fc.option(text), address });
  const parties = fc.array(party, { maxLength: 4 });
  const anyMessage: fc.Arbitrary<MailMessage> = fc.record({
    ...{ from: fc.option(party), sender: fc.option(party), to: parties, cc: parties, bcc: parties },
    ...{ subject: text, html: fc.option(text), text: fc.option(text), messageId: fc.option(text) },
    ...{ sentAtMs: fc.option(fc.nat()), receivedAtMs: fc.option(fc.nat()) },
    attachments: fc.array(fc.record({ id: text, name: fc.option(text), contentType: fc.option(text), sizeBytes: fc.nat(), type: fc.constantFrom('file', 'item', 'reference') })),
    sensitivity: fc.constant('normal'),
    ...{ isProtected: fc.constant(false), isDraft: fc.constant(false), categories: fc.array(text), lists: fc.array(text) },
  }); // biome-ignore format: one group per line

  it('the plan is whole: what it refers to it creates, nobody twice, nobody excluded, nobody of the own domain', () => {
    fc.assert(
      fc.property(anyMessage, fc.boolean(), (one, mustMatch) => {
        const plan = convert(one, known, choosing({ mustMatch, attachments: true, attachmentSummary: true }));
        if (plan.type === 'none') {
          expect(plan.fix).toBeTruthy();
          return;
        }
        const created = plan.newPeople.map(person => person.address);
        const domains = plan.newAccounts.map(({ domain }) => domain);
        expect(new Set(created).size).toBe(created.length);
        expect(created.filter(who => /@contoso\.com$|^lawyer|^bob/.test(who))).toEqual([]);
        const used = plan.participants.flatMap(({ refs }) =>
          refs.flatMap(ref => (ref.type === 'new' ? [ref.address] : [])),
        );
        expect(used.sort()).toEqual([...created].sort());
        const accounts = plan.accounts.flatMap(ref => (ref.type === 'new' ? [ref.domain] : []));
        expect(accounts.sort()).toEqual([...domains].sort());
        expect(JSON.stringify(plan).includes('\\u0000')).toBe(
          plan.attachments.some(({ id }) => id.includes('\0')),
        );
        expect(
          convert(one, known, choosing({ mustMatch, attachments: true, attachmentSummary: true })),
        ).toEqual(plan);
      }),
      { numRuns: 300 },
    );
  });
});
