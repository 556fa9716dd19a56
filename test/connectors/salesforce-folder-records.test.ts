import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CrmFolderRecords, RecordDraft } from '../../connectors/archive.ts';
import { type MailOrg, mailOrg } from './salesforce-mail-org.ts';

const keyField = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };

describe('records with folders in Salesforce', () => {
  let org: MailOrg;
  let records: CrmFolderRecords;

  beforeAll(async () => {
    org = await mailOrg();
    await org.salesforce.control('POST', 'schema', [
      {
        object: 'Project__c',
        label: 'Venture',
        fields: [
          keyField,
          { name: 'Description__c', type: 'textarea', length: 500 },
          { name: 'Customer__c', type: 'reference', referenceTo: ['Account'] },
          { name: 'Contact__c', type: 'reference', referenceTo: ['Contact'] },
          { name: 'Phase__c', type: 'picklist', required: true, picklistValues: ['Plan', 'Build'] },
          { name: 'Due__c', type: 'date', required: true },
          { name: 'Budget__c', type: 'currency' },
          { name: 'Secret__c', type: 'boolean' },
        ],
      },
      { object: 'Permit__c', fields: [{ name: 'Office__c', type: 'string', length: 80, required: true }] },
    ]);
    records = org.asAnn.records();
  });
  afterEach(async () => {
    await org.fault();
    await org.salesforce.control('PUT', 'clock', {});
  });
  afterAll(() => org.salesforce.close());

  let lastKey = 0;
  const draft = (more: Partial<RecordDraft> = {}): RecordDraft => ({
    kind: 'opportunities',
    key: `key ${lastKey++}`,
    name: 'A deal',
    description: '',
    contactId: null,
    accountId: null,
    defaults: {},
    ...more,
  });
  const create = async (more: Partial<RecordDraft>) => {
    const [outcome] = await records.create([draft(more)]);
    if (!outcome!.ok) throw outcome!.failure;
    return outcome!.value;
  };
  const refused = async (more: Partial<RecordDraft>) => {
    const [outcome] = await records.create([draft(more)]);
    if (outcome!.ok) throw new Error('it was made');
    return outcome!.failure;
  };
  const row = async (object: string, columns: string, id: string) =>
    (await org.query(`SELECT ${columns} FROM ${object} WHERE Id = '${id}'`))[0];

  describe('a new one', () => {
    it('MAIL-2: an opportunity begins in the first open stage and has its contact as primary role', async () => {
      const { id } = await create({ contactId: org.contactId, accountId: org.accountId });
      expect(await row('Opportunity', 'StageName, AccountId', id)).toEqual({
        StageName: 'Prospecting',
        AccountId: org.accountId,
      });
      expect(
        await org.query(
          `SELECT ContactId, IsPrimary FROM OpportunityContactRole WHERE OpportunityId = '${id}'`,
        ),
      ).toEqual([{ ContactId: org.contactId, IsPrimary: true }]);
    });

    it('POL-22: a required day is 30 days from now, or as many as the policy says', async () => {
      const usual = await create({});
      const chosen = await create({ defaults: { closedate: 'today + 90', StageName: 'Qualification' } });
      const fixed = await create({ defaults: { CloseDate: '2030-02-28' } });
      const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      expect([usual, chosen, fixed].map(({ facts }) => facts.closeDay)).toEqual([
        inDays(30),
        inDays(90),
        '2030-02-28',
      ]);
      expect(chosen.facts.stage).toBe('Qualification');
    });

    it('POL-9: a custom object has its label, its text and its person where it has one place for them', async () => {
      const kind = 'custom:Project__c' as const;
      expect(await records.lengths(kind)).toEqual({ nameLength: 80, descriptionLength: 500 });
      const made = await create({
        kind,
        description: `${'word '.repeat(200)}`,
        contactId: org.contactId,
        accountId: org.accountId,
        defaults: { Budget__c: '1200.5', Secret__c: 'true' },
      });
      expect(made.facts).toMatchObject({ kind: 'Venture', account: 'Fabrikam', contact: "O'Brien" });
      const columns = 'Phase__c, Budget__c, Secret__c, Description__c, Tandem_Key__c, Due__c';
      expect(await row('Project__c', columns, made.id)).toMatchObject({
        Phase__c: 'Plan',
        Budget__c: 1200.5,
        Secret__c: true,
        Description__c: expect.stringMatching(/ more in the mailbox\]$/),
        Tandem_Key__c: expect.stringMatching(/^key /),
        Due__c: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      });
    });

    it.each([
      ['custom:Permit__c', {}, 'Office__c'],
      ['quotes', {}, 'OpportunityId'],
      ['opportunities', { Amount: 'much' }, 'Amount'],
      ['opportunities', { CloseDate: 'soon' }, 'CloseDate'],
      ['opportunities', { Nonsense__c: 1 }, 'Nonsense__c'],
      ['opportunities', { IsWon: true }, 'IsWon'],
      ['custom:Project__c', { Secret__c: 'perhaps' }, 'Secret__c'],
    ] as const)(
      'POL-22: %s with the defaults %j is refused for %s, with the way out',
      async (kind, defaults, field) => {
        expect(await refused({ kind, defaults })).toMatchObject({
          kind: 'validation',
          fields: [field],
          fix: expect.stringContaining(field),
        });
      },
    );

    it('POL-22: what the CRM itself refuses stops no other', async () => {
      const outcomes = await records.create([
        draft(),
        draft({ defaults: { AccountId: '001000000000000AAA' } }),
        draft({ name: 'x'.repeat(500) }),
        draft(),
      ]);
      expect(outcomes.map(outcome => outcome.ok || outcome.failure.kind)).toEqual([
        true,
        'validation',
        'validation',
        true,
      ]);
    });

    it('invariant 3: what has the key already is that record', async () => {
      const once = draft({ kind: 'custom:Project__c' });
      const [first] = await records.create([once]);
      expect(await records.create([once])).toEqual([first]);
    });

    it.each(['It hums', "O'Brien \\ & 100 %", 'ÄÖÜ 🙂'])(
      'invariant 8: %s is found after a lost answer',
      async name => {
        await create({ kind: 'cases' });
        const lost = draft({ kind: 'cases', name });
        const sinceMs = Date.now();
        await org.fault({ mode: 'lost-response', match: 'POST /composite', times: 1 });
        await expect(records.create([lost])).rejects.toMatchObject({ kind: 'transient', maybeApplied: true });
        const found = await records.findCreated([{ ...lost, sinceMs }]);
        expect(found.get(lost.key)).toMatchObject({ kind: 'cases', name });
      },
    );

    it('invariant 8: what is made and cannot be read back may have taken effect', async () => {
      await create({ kind: 'cases' });
      await org.fault({ mode: 'status', status: 500, match: { soql: 'FROM Case' } });
      expect(await records.create([draft({ kind: 'cases' })])).toMatchObject([
        { ok: false, failure: { kind: 'transient', maybeApplied: true } },
      ]);
    });

    it('is its user’s with checked rights', async () => {
      const asBob = await org.checked().asUser(org.bob);
      for (const kind of ['opportunities', 'cases'] as const) {
        const [outcome] = await asBob.records().create([draft({ kind })]);
        expect(outcome).toMatchObject({ ok: true, value: { ownerId: org.bob.id } });
      }
    });
  });

  describe('one that is there', () => {
    it('MAIL-5: a case of a queue is nobody’s own, and told under the name of the queue', async () => {
      const [queueId] = await org.load({ attributes: { type: 'Group' }, Name: 'Support', Type: 'Queue' });
      const [caseId] = await org.load({ attributes: { type: 'Case' }, Subject: 'Of many', OwnerId: queueId });
      const reader = (await org.crm.reader()).records();
      const found = (await reader.read('cases', [caseId!])).get(caseId!)!;
      expect(found).toMatchObject({ ownerId: queueId, number: expect.stringMatching(/^\d{8}$/) });
      expect(found.facts.owner).toBe('Support');
    });

    it('a case without a subject has no name', async () => {
      const [caseId] = await org.load({ attributes: { type: 'Case' }, OwnerId: org.ann.id });
      expect((await records.read('cases', [caseId!])).get(caseId!)).toMatchObject({ name: '' });
    });

    it.each([
      ['Draft', true],
      [null, true],
      ['Our own word', true],
      ['Accepted', false],
      ['Denied', false],
      ['Rejected', false],
    ])('MAIL-5: whether a quote in status %s is open: %s', async (Status, isOpen) => {
      const quote = { attributes: { type: 'Quote' }, Name: 'Q', OpportunityId: org.dealId, Status };
      const [id] = await org.load({ ...quote, OwnerId: org.ann.id });
      expect((await records.read('quotes', [id!])).get(id!)).toMatchObject({ isOpen });
      const { records: open } = await records.open('quotes', { after: null, limit: 200 });
      expect(open.some(record => record.id === id)).toBe(isOpen);
    });

    it('MAIL-8: tells amount and currency where the org has several', async () => {
      const currency = { name: 'CurrencyIsoCode', type: 'picklist', picklistValues: ['EUR', 'USD'] };
      const { id } = await create({ defaults: { Amount: 5 } });
      expect((await records.read('opportunities', [id])).get(id)!.facts.amount).toEqual({
        value: 5,
        currency: null,
      });
      await org.salesforce.control('POST', 'schema', { object: 'Opportunity', fields: [currency] });
      const later = (await org.fresh().asUser(org.ann)).records();
      const [made] = await later.create([draft({ defaults: { Amount: 5, CurrencyIsoCode: 'EUR' } })]);
      expect(made).toMatchObject({ ok: true, value: { facts: { amount: { value: 5, currency: 'EUR' } } } });
    });

    it('CON-2: a field that is hidden from the user is left out, and everything else is told', async () => {
      const { id } = await create({ defaults: { Amount: 7 } });
      const rule = { user: org.ann.login, object: 'Opportunity', field: 'Amount' };
      await org.salesforce.control('PUT', 'fls', { ...rule, readable: false, editable: false });
      const session = (await org.fresh().asUser(org.ann)).records();
      const seen = (await session.read('opportunities', [id])).get(id)!;
      const [made] = await session.create([draft({ defaults: {} })]);
      const [refusedOne] = await session.create([draft({ defaults: { Amount: 7 } })]);
      await org.salesforce.control('PUT', 'fls', { ...rule, readable: true, editable: true });
      expect(seen).toMatchObject({ name: 'A deal', facts: { amount: null } });
      expect(made).toMatchObject({ ok: true });
      expect(refusedOne).toMatchObject({ ok: false, failure: { kind: 'validation', fields: ['Amount'] } });
    });

    it('POL-9: a user without rights on the object has no such records', async () => {
      const rule = { user: org.ann.login, object: 'Case' };
      const may = (allowed: boolean) => ({ read: allowed, create: allowed, edit: allowed, delete: allowed });
      await org.salesforce.control('PUT', 'objectPermissions', { ...rule, ...may(false) });
      const session = (await org.fresh().asUser(org.ann)).records();
      const lengths = await session.lengths('cases');
      const page = await session.open('cases', { after: null, limit: 10 });
      const [outcome] = await session.create([draft({ kind: 'cases' })]);
      await org.salesforce.control('PUT', 'objectPermissions', { ...rule, ...may(true) });
      expect(page.records).toEqual([]);
      expect(lengths).toBeNull();
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'schema' } });
    });

    it('POL-10: a detail, which has no owner, is everybody’s own who sees it', async () => {
      const kind = 'custom:Permit__c' as const;
      const [id] = await org.load({ attributes: { type: 'Permit__c' }, Name: 'P', Office__c: 'Here' });
      const rule = { object: 'Permit__c', field: 'OwnerId' };
      const hide = (user: string) =>
        org.salesforce.control('PUT', 'fls', { ...rule, user, readable: false, editable: false });
      await Promise.all([org.ann.login, org.salesforce.settings.username].map(hide));
      const crm = org.fresh();
      const cursor = await crm.startCursor();
      const session = (await crm.asUser(org.ann)).records();
      const page = await session.open(kind, { ownerId: org.ann.id, after: null, limit: 10 });
      expect(page.records).toMatchObject([{ id, ownerId: org.ann.id }]);
      expect((await crm.changes([{ kind, cursor }])).get(kind)).toMatchObject({
        changes: [{ ref: { kind, id }, ownerId: null, deleted: false }],
      });
    });

    it('an org without quotes has none', async () => {
      await org.salesforce.control('PUT', 'features', { quotes: false });
      const crm = org.fresh();
      const session = (await crm.asUser(org.ann)).records();
      const lengths = await session.lengths('quotes');
      const page = await session.open('quotes', { after: null, limit: 10 });
      const told = await crm.changes([{ kind: 'quotes', cursor: await crm.startCursor() }]);
      await org.salesforce.control('PUT', 'features', { quotes: true });
      expect([lengths, page]).toEqual([null, { records: [], next: null }]);
      expect(told.get('quotes')).toMatchObject({ type: 'failed', failure: { kind: 'schema' } });
    });

    it.each([
      "custom:X' OR Name != '",
      'custom:Contact WHERE Id != null',
      'custom:../User',
      'custom:',
    ] as const)('nothing is asked of an object with the name %s', async kind => {
      expect(await records.lengths(kind)).toBeNull();
      expect(await records.read(kind, ['003000000000001AAA'])).toEqual(new Map());
      const told = await org.crm.changes([{ kind, cursor: await org.crm.startCursor() }]);
      expect(told.get(kind)).toMatchObject({ type: 'failed' });
    });

    it('a page costs one call, and what an object has is asked once', async () => {
      await records.open('cases', { after: null, limit: 10 });
      expect(
        await org.calls(() => records.open('cases', { ownerId: org.ann.id, after: null, limit: 10 })),
      ).toBe(1);
      const kinds = ['opportunities', 'cases', 'quotes', 'contact', 'lead'] as const;
      const cursor = await org.crm.startCursor();
      await org.crm.changes(kinds.map(kind => ({ kind, cursor })));
      expect(await org.calls(() => org.crm.changes(kinds.map(kind => ({ kind, cursor }))))).toBe(1);
    });
  });
});
