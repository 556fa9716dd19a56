import { describe, expect, it } from 'vitest';
import type { FolderRecord, RecordDraft } from '../../connectors/archive.ts';
import type { CrmSession } from '../../connectors/connector.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import { type CrmScene, drain, newKey, written } from './crm-subject.ts';

/** Opportunities, cases, quotes and custom objects, whose records have folders in mailboxes. */
export function crmFolderRecords(scene: () => CrmScene): void {
  const kinds = async (): Promise<FolderKind[]> => {
    const { asAnn, subject } = scene();
    const candidates: FolderKind[] = ['opportunities', 'cases', 'quotes'];
    if (subject.customKind !== null) candidates.push(subject.customKind);
    const lengths = await Promise.all(candidates.map(kind => asAnn.records().lengths(kind)));
    return candidates.filter((_, n) => lengths[n] !== null);
  };
  const added = async (kind: FolderKind, name: string, ownerId = scene().ann.id) => {
    const { hand } = scene().subject;
    if (kind !== 'quotes') return hand.addFolderRecord({ kind, name, ownerId });
    const opportunity = { kind: 'opportunities', name: `of ${name}`, ownerId } as const;
    const opportunityId = await hand.addFolderRecord(opportunity);
    return hand.addFolderRecord({ kind, name, ownerId, opportunityId });
  };
  const draft = (more: Partial<RecordDraft> = {}): RecordDraft => ({
    kind: 'opportunities',
    key: newKey(),
    name: `New ${newKey()}`,
    description: 'First line\n\nsecond line',
    contactId: null,
    accountId: null,
    defaults: {},
    ...more,
  });

  describe('records with folders', () => {
    it('MAIL-2: tells what names and texts may have, and that a CRM without such records has none', async () => {
      const { asAnn } = scene();
      for (const kind of await kinds())
        expect((await asAnn.records().lengths(kind))!.nameLength).toBeGreaterThan(20);
      expect(await asAnn.records().lengths('serviceCalls')).toBeNull();
      expect(await asAnn.records().lengths('custom:Nothing__c')).toBeNull();
      const none = { after: null, limit: 10 };
      expect(await asAnn.records().open('serviceCalls', none)).toEqual({ records: [], next: null });
      expect(await asAnn.records().read('custom:Nothing__c', ['1'])).toEqual(new Map());
    });

    it('MAIL-5: lists what is open, page by page in the order of ids, own ones only if asked so', async () => {
      const { asAnn, ann, bob } = scene();
      for (const kind of await kinds()) {
        const ids: string[] = [];
        for (const n of [1, 2, 3]) ids.push(await added(kind, `Listed ${n}`));
        await added(kind, 'Of somebody else', bob.id);
        const listed = await allOpen(asAnn, kind, ann.id);
        expect(listed.map(({ id }) => id).filter(id => ids.includes(id))).toEqual([...ids].sort());
        expect(listed.map(({ id }) => id)).toEqual([...listed.map(({ id }) => id)].sort());
        expect(
          listed.every(record => record.ownerId === ann.id && record.isOpen && record.kind === kind),
        ).toBe(true);
      }
    });

    it('MAIL-5: what is closed is read, and not listed any more', async () => {
      const { asAnn, ann, subject } = scene();
      for (const kind of (await kinds()).filter(one => !one.startsWith('custom:'))) {
        const id = await added(kind, 'To be closed');
        await subject.hand.closeFolderRecord(kind, id);
        expect((await asAnn.records().read(kind, [id])).get(id)).toMatchObject({ isOpen: false });
        expect((await allOpen(asAnn, kind, ann.id)).map(record => record.id)).not.toContain(id);
      }
    });

    it('POL-10: reads what the user sees, and nothing of what is hidden or deleted', async () => {
      const { asAnn, asBob, reader, subject } = scene();
      for (const kind of await kinds()) {
        const [kept, deleted] = [await added(kind, 'Kept'), await added(kind, 'Deleted')];
        await subject.hand.deleteFolderRecord(kind, deleted);
        expect([...(await asAnn.records().read(kind, [kept, deleted])).keys()]).toEqual([kept]);
        expect([...(await reader.records().read(kind, [kept])).keys()]).toEqual([kept]);
        expect(await asBob.records().read(kind, [kept])).toEqual(new Map());
      }
    });

    it('MAIL-8: tells what a summary shows, with the pages to view and to edit', async () => {
      const { asAnn, crm, ann } = scene();
      for (const kind of await kinds()) {
        const id = await added(kind, 'Summed up');
        const record = (await asAnn.records().read(kind, [id])).get(id)!;
        expect(record).toMatchObject({ kind, name: 'Summed up', ownerId: ann.id });
        expect(record.number === null).toBe(kind !== 'cases');
        expect(record.facts).toMatchObject({ name: 'Summed up', number: record.number });
        expect(record.facts.createdDay).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(record.facts.owner).not.toBeNull();
        expect(record.facts.viewUrl).toBe(crm.url({ kind, id }, 'view'));
        expect(record.facts.editUrl).toBe(crm.url({ kind, id }, 'edit'));
        expect(record.facts.viewUrl).not.toBe(record.facts.editUrl);
      }
    });

    it('MAIL-2: makes records with their person and account, and gives what is required a usual value', async () => {
      const { asAnn, ann } = scene();
      const accountId = await newAccount(asAnn);
      const contact = { op: 'create', kind: 'contact', key: newKey(), fields: { lastName: 'Main' } } as const;
      const { ref } = await written(asAnn, { ...contact, accountId });
      for (const kind of ['opportunities', 'cases'] as const) {
        const made = await created(asAnn, draft({ kind, accountId, contactId: ref.id }));
        expect(made).toMatchObject({ kind, ownerId: ann.id, isOpen: true });
        expect(made.facts.account).toMatch(/^Account /);
        expect(made.facts.contact).toContain('Main');
        expect((await asAnn.records().read(kind, [made.id])).get(made.id)).toEqual(made);
      }
    });

    it('POL-22: takes the defaults of the policy, and names the one that the CRM does not know', async () => {
      const { asAnn } = scene();
      const [good, bad] = await asAnn
        .records()
        .create([
          draft({ defaults: { StageName: 'Qualification', Amount: 1200.5 } }),
          draft({ defaults: { Nonsense__c: 'x' } }),
        ]);
      expect(good).toMatchObject({
        ok: true,
        value: { facts: { stage: 'Qualification', amount: { value: 1200.5 } } },
      });
      expect(bad).toMatchObject({ ok: false, failure: { kind: 'validation', fields: ['Nonsense__c'] } });
      expect(bad!.ok || bad!.failure.fix).toContain('defaults');
    });

    it('POL-22: names what is required and given by nobody', async () => {
      const { asAnn } = scene();
      if (!(await kinds()).includes('quotes')) return;
      const [outcome] = await asAnn.records().create([draft({ kind: 'quotes' })]);
      expect(outcome).toMatchObject({
        ok: false,
        failure: { kind: 'validation', fields: ['OpportunityId'] },
      });
      const opportunity = await created(asAnn, draft());
      const quote = await created(
        asAnn,
        draft({ kind: 'quotes', defaults: { OpportunityId: opportunity.id } }),
      );
      expect(quote).toMatchObject({ kind: 'quotes', isOpen: true });
    });

    it('refuses to make what the CRM does not have, and makes the others', async () => {
      const [none, made] = await scene()
        .asAnn.records()
        .create([draft({ kind: 'projects' }), draft()]);
      expect(none).toMatchObject({ ok: false, failure: { kind: 'schema' } });
      expect(made).toMatchObject({ ok: true });
    });

    it('invariant 3: finds what an attempt left behind, each of two with one name once', async () => {
      const { asAnn } = scene();
      for (const kind of (await kinds()).filter(one => one !== 'quotes')) {
        const sinceMs = Date.now();
        const name = `Twice ${newKey()}`;
        const twins = [draft({ kind, name }), draft({ kind, name })];
        const outcomes = await asAnn.records().create(twins);
        const ids = outcomes.map(outcome => (outcome.ok ? outcome.value.id : null));
        const attempts = [...twins, draft({ kind })].map(one => ({ ...one, sinceMs }));
        const found = await asAnn.records().findCreated(attempts);
        expect([...found.keys()].sort()).toEqual(twins.map(({ key }) => key).sort());
        expect([...found.values()].map(({ id }) => id).sort()).toEqual([...ids].sort());
      }
    });

    it('the feed tells what was made, changed and deleted, each kind for itself', async () => {
      const { crm, subject, ann } = scene();
      for (const kind of await kinds()) {
        const start = await crm.startCursor();
        const id = await added(kind, 'Told');
        const first = await drain(crm, kind, start);
        expect(first.changes).toContainEqual(
          expect.objectContaining({ ref: { kind, id }, ownerId: ann.id, deleted: false, successor: null }),
        );
        await subject.hand.renameFolderRecord(kind, id, 'Told again');
        await subject.hand.deleteFolderRecord(kind, id);
        const { changes } = await drain(crm, kind, first.cursor);
        expect(changes.findLast(({ ref }) => ref.id === id)).toMatchObject({ deleted: true });
      }
    });

    it('a kind that the CRM does not have fails alone, among more than one call asks for', async () => {
      const { crm } = scene();
      const cursor = await crm.startCursor();
      const asked = [
        'custom:Nothing__c',
        'opportunities',
        'cases',
        'contact',
        'lead',
        'task',
        'event',
      ] as const;
      const results = await crm.changes(asked.map(kind => ({ kind, cursor })));
      expect([...results].map(([kind, { type }]) => [kind, type]).sort()).toEqual(
        asked.map(kind => [kind, kind === 'custom:Nothing__c' ? 'failed' : 'changes']).sort(),
      );
      expect(results.get('custom:Nothing__c')).toMatchObject({ failure: { kind: 'schema' } });
    });
  });

  describe('new accounts', () => {
    it('MAIL-2: are known by their domain, and made once', async () => {
      const { asAnn } = scene();
      const domain = `${newKey()}.example`;
      const [made, other] = await asAnn.createAccounts([
        { key: newKey(), name: `Account ${domain}`, website: domain },
        { key: newKey(), name: `Other ${domain}`, website: `other.${domain}` },
      ]);
      if (!made!.ok || !other!.ok) throw new Error('both are made');
      expect(made!.value.id).not.toBe(other!.value.id);
      expect((await asAnn.accountsByDomain([domain])).get(domain)).toEqual([made!.value.id]);
    });

    it('invariant 3: an account that has the key already is that account', async () => {
      const { asAnn, crm } = scene();
      const { idempotentCreate } = await crm.capabilities();
      if (idempotentCreate !== 'externalKey') return;
      const draft = { key: newKey(), name: `Account ${newKey()}`, website: 'once.example' };
      const [first] = await asAnn.createAccounts([draft]);
      expect(await asAnn.createAccounts([draft])).toEqual([first]);
    });
  });
}

async function allOpen(session: CrmSession, kind: FolderKind, ownerId: string): Promise<FolderRecord[]> {
  const found: FolderRecord[] = [];
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const page = await session.records().open(kind, { ownerId, after, limit: 2 });
    found.push(...page.records);
    after = page.next;
  }
  return found;
}

async function created(session: CrmSession, draft: RecordDraft): Promise<FolderRecord> {
  const [outcome] = await session.records().create([draft]);
  if (!outcome!.ok) throw outcome!.failure;
  return outcome!.value;
}

async function newAccount(session: CrmSession): Promise<string> {
  const domain = `${newKey()}.example`;
  const [outcome] = await session.createAccounts([
    { key: newKey(), name: `Account ${domain}`, website: domain },
  ]);
  if (!outcome!.ok) throw outcome!.failure;
  return outcome!.value.id;
}
