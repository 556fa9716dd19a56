import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  archived,
  contactAddress,
  copyOf,
  draftOf,
  leadAddress,
  linked,
  type MailOrg,
  mailOrg,
  party,
  traceOf,
} from './salesforce-mail-org.ts';

describe('e-mails in Salesforce', () => {
  let org: MailOrg;

  beforeAll(async () => {
    org = await mailOrg();
  });
  afterEach(async () => {
    await org.setEmail({ enhancedEmail: true, addressRelations: 'plain', relationsOfSent: 'creatable' });
    await org.set({ sharedActivities: false });
  });
  afterAll(() => org.salesforce.close());

  const emailRow = async (id: string) =>
    (
      await org.query(
        'SELECT Incoming, Status, IsClientManaged, FromAddress, FromName, ToAddress, CcAddress, BccAddress, Subject, ' +
          'TextBody, HtmlBody, MessageDate, MessageIdentifier, RelatedToId, ParentId, ActivityId, CreatedById ' +
          `FROM EmailMessage WHERE Id = '${id}'`,
      )
    )[0]!;
  const relations = (id: string) =>
    org.query(
      'SELECT RelationType, RelationId FROM EmailMessageRelation ' +
        `WHERE EmailMessageId = '${id}' AND RelationId != null ORDER BY RelationType`,
    );
  const history = (condition: string) =>
    org.query(`SELECT Subject, Status, TaskSubtype, OwnerId, WhoId, WhatId FROM Task WHERE ${condition}`);
  const fromContact = () => linked('from', 'contact', org.contactId, contactAddress);
  const toAnn = () => linked('to', 'user', org.ann.id, org.ann.email);

  it('MAIL-2: a sender with a longer name than the CRM holds has no half of a character', async () => {
    const name = `x${'😀'.repeat(5_000)}`;
    const copy = copyOf({ parties: [{ ...party('from', contactAddress), name }] });
    const { FromName } = await emailRow(await archived(org.mail, draftOf(copy)));
    expect(String(FromName).isWellFormed()).toBe(true);
    expect(name.startsWith(String(FromName))).toBe(true);
  });

  it('MAIL-2: is what the message says of itself, written as its user, and mailed to nobody', async () => {
    const copy = copyOf({
      parties: [
        { ...party('from', contactAddress), name: 'Pat O’Brien' },
        party('to', org.ann.email),
        party('to', 'x@elsewhere.example'),
        party('cc', 'y@elsewhere.example'),
        party('bcc', 'z@elsewhere.example'),
      ],
    });
    const related = { kind: 'opportunities', id: org.dealId } as const;
    const id = await archived(org.mail, draftOf(copy, { related, people: [fromContact(), toAnn()] }));
    expect(await emailRow(id)).toMatchObject({
      Incoming: true,
      Status: '1',
      IsClientManaged: true,
      FromAddress: contactAddress,
      FromName: 'Pat O’Brien',
      ToAddress: 'x@elsewhere.example',
      CcAddress: 'y@elsewhere.example',
      BccAddress: 'z@elsewhere.example',
      Subject: copy.subject,
      TextBody: 'Dear Ann',
      HtmlBody: '<p>Dear Ann</p>',
      MessageDate: '2026-05-04T09:30:12.000+0000',
      MessageIdentifier: `<${copy.messageId}>`,
      RelatedToId: org.dealId,
      ParentId: null,
      CreatedById: org.ann.id,
    });
    expect(await relations(id)).toEqual([
      { RelationType: 'FromAddress', RelationId: org.contactId },
      { RelationType: 'ToAddress', RelationId: org.ann.id },
    ]);
  });

  it('MAIL-2: stands in the history of its sender and of what it is about', async () => {
    const copy = copyOf();
    const related = { kind: 'account', id: org.accountId } as const;
    await archived(org.mail, draftOf(copy, { related, people: [fromContact()] }));
    const entry = {
      Subject: `Email: ${copy.subject}`,
      Status: 'Completed',
      TaskSubtype: 'Email',
      OwnerId: org.ann.id,
      WhoId: org.contactId,
      WhatId: org.accountId,
    };
    expect(await history(`WhoId = '${org.contactId}'`)).toContainEqual(entry);
    expect(await history(`WhatId = '${org.accountId}'`)).toContainEqual(entry);
  });

  it('MAIL-2: stands in the history of every contact where activities have several', async () => {
    await org.set({ sharedActivities: true });
    const [other] = await org.load({
      attributes: { type: 'Contact' },
      LastName: 'Other',
      Email: 'other@fabrikam.example',
      OwnerId: org.ann.id,
    });
    const people = [fromContact(), linked('cc', 'contact', other!, 'other@fabrikam.example')];
    const id = await archived(org.mail, draftOf(copyOf(), { people }));
    const { ActivityId } = await emailRow(id);
    const related = await org.query(`SELECT RelationId FROM TaskRelation WHERE TaskId = '${ActivityId}'`);
    expect(related.map(({ RelationId }) => RelationId).sort()).toEqual([org.contactId, other].sort());
  });

  it('MAIL-2: a lead is linked as a contact is', async () => {
    const copy = copyOf({ parties: [party('from', leadAddress)], isIncoming: true });
    const people = [linked('from', 'lead', org.leadId, leadAddress)];
    const id = await archived(org.mail, draftOf(copy, { people }));
    expect(await relations(id)).toEqual([{ RelationType: 'FromAddress', RelationId: org.leadId }]);
    expect(await history(`WhoId = '${org.leadId}'`)).toHaveLength(1);
  });

  it('MAIL-6: what the user sent is sent, and its recipients are related', async () => {
    const copy = copyOf({
      parties: [party('from', org.ann.email), party('to', contactAddress), party('bcc', leadAddress)],
      isIncoming: false,
    });
    const people = [
      linked('from', 'user', org.ann.id, org.ann.email),
      linked('to', 'contact', org.contactId, contactAddress),
      linked('bcc', 'lead', org.leadId, leadAddress),
    ];
    const id = await archived(org.mail, draftOf(copy, { people }));
    expect(await emailRow(id)).toMatchObject({ Incoming: false, Status: '3', ToAddress: null });
    expect((await relations(id)).map(({ RelationId }) => RelationId).sort()).toEqual(
      [org.ann.id, org.contactId, org.leadId].sort(),
    );
  });

  it.each(['both', 'asGiven'])(
    'MAIL-5: belongs to its case, whose fields are filled in as %s',
    async caseFields => {
      await org.setEmail({ caseFields });
      const copy = copyOf();
      const related = { kind: 'cases', id: org.caseId } as const;
      const id = await archived(org.mail, draftOf(copy, { related, people: [fromContact()] }));
      expect(await emailRow(id)).toMatchObject({ ParentId: org.caseId });
      const found = await org.mail.find([traceOf(copy)]);
      expect(found.get(copy.identity)).toMatchObject([{ id, relatedId: org.caseId }]);
      await org.setEmail({ caseFields: 'both' });
    },
  );

  it.each(['matched', 'none'])(
    'nobody is related twice where addresses are %s by the org',
    async addressRelations => {
      await org.setEmail({ addressRelations });
      const id = await archived(org.mail, draftOf(copyOf(), { people: [fromContact(), toAnn()] }));
      expect(await relations(id)).toEqual([
        { RelationType: 'FromAddress', RelationId: org.contactId },
        { RelationType: 'ToAddress', RelationId: org.ann.id },
      ]);
    },
  );

  it('an org that relates nobody afterwards keeps the e-mail, without its sender', async () => {
    await org.setEmail({ relationsOfSent: 'refused' });
    const id = await archived(org.mail, draftOf(copyOf(), { people: [fromContact(), toAnn()] }));
    expect(await relations(id)).toEqual([{ RelationType: 'ToAddress', RelationId: org.ann.id }]);
    await expect(org.mail.link(id, [fromContact()])).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('MAIL-7: what is held gets the people that are missing, in all roles', async () => {
    const copy = copyOf();
    const heldId = await archived(org.mail, draftOf(copy));
    const cc = linked('cc', 'lead', org.leadId, leadAddress);
    const again = draftOf(copy, { heldId, people: [fromContact(), toAnn(), cc] });
    expect(await archived(org.mail, again)).toBe(heldId);
    expect(await archived(org.mail, again)).toBe(heldId);
    expect((await relations(heldId)).map(({ RelationType }) => RelationType)).toEqual([
      'CcAddress',
      'FromAddress',
      'ToAddress',
    ]);
  });

  it('takes as many addresses as there is room for, each of them whole', async () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      party('to', `recipient.number.${n}@elsewhere.example`),
    );
    const id = await archived(
      org.mail,
      draftOf(copyOf({ parties: [party('from', contactAddress), ...many] })),
    );
    const told = String((await emailRow(id)).ToAddress);
    expect(told.length).toBeGreaterThan(3_900);
    const known = new Set(many.map(({ address }) => address));
    expect(told.split('; ').every(address => known.has(address))).toBe(true);
  });

  it.each([
    ['no address', party('from', null, 'Undisclosed')],
    ['letters that the CRM refuses', party('from', 'jürgen@contoso.example')],
    ['two dots', party('from', 'a..b@contoso.example')],
  ])('a sender with %s is told in words, and the message is found again', async (_, sender) => {
    const copy = copyOf({ parties: [sender] });
    const id = await archived(org.mail, draftOf(copy));
    expect(await emailRow(id)).toMatchObject({ FromAddress: null, FromName: sender.written });
    expect((await org.mail.find([traceOf(copy)])).get(copy.identity)).toMatchObject([{ id }]);
  });

  it('MAIL-7: a Message-ID that is too long is none', async () => {
    const copy = copyOf({ messageId: `${'x'.repeat(800)}@fabrikam.example` });
    const id = await archived(org.mail, draftOf(copy));
    expect(await emailRow(id)).toMatchObject({ MessageIdentifier: null });
    expect((await org.mail.find([traceOf(copy)])).get(copy.identity)).toMatchObject([{ id }]);
  });

  it('MAIL-7: finds what other clients archived, with and without brackets, and no drafts', async () => {
    const email = (MessageIdentifier: string, Status: string) => ({
      attributes: { type: 'EmailMessage' },
      MessageIdentifier,
      Status,
      FromAddress: 'Outside@Fabrikam.example',
      MessageDate: '2026-05-04T09:30:12Z',
    });
    const [bare, bracketed] = await org.load(
      email('Bare.1@fabrikam.example', '3'),
      email('<bracketed.1@fabrikam.example>', '1'),
      email('<draft.1@fabrikam.example>', '5'),
      email('<bare.1@FABRIKAM.example>', '3'),
    );
    const reader = (await org.crm.reader()).mail();
    const trace = (messageId: string) => ({
      ...traceOf(copyOf({ messageId, parties: [party('from', 'outside@fabrikam.example')] })),
      key: messageId,
    });
    const ids = ['Bare.1@fabrikam.example', 'bracketed.1@fabrikam.example', 'draft.1@fabrikam.example'];
    const found = await reader.find(ids.map(trace));
    expect([...found].map(([key, emails]) => [key, emails.map(({ id }) => id)])).toEqual([
      [ids[0], [bare]],
      [ids[1], [bracketed]],
    ]);
  });

  it('MAIL-7: many long questions become queries that Salesforce takes', async () => {
    const copy = copyOf({ messageId: null, dateMs: null, subject: `${'ß'.repeat(900)}'\\` });
    const id = await archived(org.mail, draftOf(copy));
    const others = Array.from({ length: 150 }, (_, n) => ({
      ...traceOf(copyOf({ messageId: `${"'".repeat(300)}${n}@fabrikam.example` })),
      key: String(n),
    }));
    const found = await org.mail.find([...others, traceOf(copy)]);
    expect([...found.keys()]).toEqual([copy.identity]);
    expect(found.get(copy.identity)).toMatchObject([{ id }]);
  });

  it('tells what to do in an org without Enhanced Email', async () => {
    await org.setEmail({ enhancedEmail: false });
    const mail = (await org.fresh().asUser(org.ann)).mail();
    for (const attempt of [() => mail.limits(), () => mail.archive([draftOf(copyOf())])])
      await expect(attempt()).rejects.toMatchObject({
        kind: 'schema',
        fix: expect.stringContaining('Enhanced Email'),
      });
    const checks = new Map((await org.fresh().test()).map(check => [check.check, check]));
    expect(checks.get('read EmailMessage')).toMatchObject({
      state: 'missing',
      fix: expect.stringContaining('Enhanced Email'),
    });
    expect(checks.get('read ContentVersion')).toMatchObject({ state: 'ok' });
    await org.setEmail({ enhancedEmail: true });
    await expect(mail.limits()).resolves.toMatchObject({ subjectLength: 3_000 });
  });

  it('POL-10: with checked rights, nothing is put on records that the user does not see', async () => {
    const mail = (await org.checked().asUser(org.bob)).mail();
    const hidden = { kind: 'opportunities', id: org.dealId } as const;
    const outcomes = await mail.archive([
      draftOf(copyOf(), { related: hidden }),
      draftOf(copyOf(), { people: [fromContact()] }),
      draftOf(copyOf(), { people: [linked('to', 'user', org.bob.id, org.bob.email)] }),
    ]);
    expect(outcomes).toMatchObject([
      { ok: false, failure: { kind: 'gone' } },
      { ok: false, failure: { kind: 'gone' } },
      { ok: true },
    ]);
  });

  it('more e-mails than one collection holds are all archived', async () => {
    const copies = Array.from({ length: 205 }, () => copyOf());
    const outcomes = await org.mail.archive(copies.map(copy => draftOf(copy)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(205);
    expect((await org.mail.find(copies.map(traceOf))).size).toBe(205);
  });
});
