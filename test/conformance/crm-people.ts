import { beforeAll, describe, expect, it } from 'vitest';
import type { CrmConnection, CrmSession, CrmUser, CrmWrite } from '../../connectors/connector.ts';
import type { Fields } from '../../sync/record.ts';
import { type CrmScene, type CrmSubject, drain, newKey, written } from './crm-subject.ts';
import { awkwardNames, wholePerson } from './mailbox-people.ts';

/** Contacts and leads, and what a CRM is as a whole. */
export function crmPeople(scene: () => CrmScene): void {
  describe('contacts and leads', () => {
    let subject: CrmSubject;
    let crm: CrmConnection;
    let ann: CrmUser;
    let bob: CrmUser;
    let asAnn: CrmSession;
    let asBob: CrmSession;
    let reader: CrmSession;

    beforeAll(() => {
      ({ subject, crm, ann, bob, asAnn, asBob, reader } = scene());
    });

    const create = (
      session: CrmSession,
      fields: Fields,
      kind: 'contact' | 'lead' = 'contact',
      accountId?: string,
    ) =>
      written(session, {
        op: 'create',
        kind,
        key: newKey(),
        fields,
        ...(accountId !== undefined && { accountId }),
      });
    const lead: Fields = {
      firstName: 'Lea',
      lastName: 'Lead',
      company: 'Lead Inc.',
      email1: 'lea@example.com',
    };

    it('finds users by address, by id and in the list', async () => {
      expect(ann.email.toLowerCase()).toBe(subject.users[0].toLowerCase());
      expect(await crm.user(ann.id)).toEqual(ann);
      const listed: CrmUser[] = [];
      for (let next: string | null = null, more = true; more; more = next !== null) {
        const page = await crm.users(next);
        listed.push(...page.users);
        next = page.next;
      }
      expect(listed).toContainEqual(bob);
    });

    it('PAIR-5 names the org', async () => {
      expect(await crm.orgKey()).toMatch(/^\w+:\w+$/);
    });

    it.each(['contact', 'lead'] as const)('CON-2 keeps every field that a %s has', async kind => {
      const held = (await crm.capabilities()).fields[kind] ?? new Set();
      const { company, ...rest } = wholePerson;
      const wanted = Object.fromEntries(
        Object.entries({ ...rest, ...(kind === 'lead' && { company }) }).filter(([field]) =>
          held.has(field as 'notes'),
        ),
      );
      const { after } = await create(asAnn, wholePerson, kind);
      expect(after.fields).toMatchObject(wanted);
      expect(after.ownerId).toBe(ann.id);
      expect(await asAnn.read([after.ref])).toMatchObject([{ type: 'present', record: { fields: wanted } }]);
      const lacking = Object.keys(after.fields).filter(field => !held.has(field as 'notes'));
      expect(lacking).toEqual([]);
    });

    it.each(awkwardNames)('keeps %s in names and finds it by address and key', async name => {
      const email1 = `o'neil+${Math.random().toString(36).slice(2)}&#@example.com`;
      const operation: CrmWrite = {
        op: 'create',
        kind: 'contact',
        key: `k ${name}`,
        fields: { lastName: name, email1 },
      };
      const { ref, after } = await written(asAnn, operation);
      expect(after.fields).toMatchObject({ lastName: name, email1 });
      const found = await asAnn.findByEmail('contact', [email1.toUpperCase(), 'nobody@example.com']);
      expect([...found.keys()]).toEqual([email1.toLowerCase()]);
      expect(found.get(email1.toLowerCase())?.map(person => person.ref)).toEqual([ref]);
    });

    it('CON-1 shows the account as company, and never renames it', async () => {
      const accountId = await subject.hand.addAccount('Fabrikam "GmbH"', null, ann.id);
      const { ref, after } = await create(asAnn, { lastName: 'Employee' }, 'contact', accountId);
      expect(after).toMatchObject({ accountId, fields: { company: 'Fabrikam "GmbH"' } });
      const update = await written(asAnn, {
        op: 'update',
        ref,
        fields: { company: 'Renamed', title: 'CEO' },
      });
      expect(update.after.fields).toMatchObject({ company: 'Fabrikam "GmbH"', title: 'CEO' });
    });

    it('CON-1 finds the account of exactly that name or of that domain, among those that the user sees', async () => {
      const accountId = await subject.hand.addAccount(
        "O'Connor & Sons",
        'https://www.oconnor.example/about',
        ann.id,
      );
      await subject.hand.addAccount('Not 100% oconnor', 'notoconnor.example', ann.id);
      const names = ["O'Connor & Sons", "o'connor & sons"];
      expect(await asAnn.accountsByName(names)).toEqual(new Map([["O'Connor & Sons", [accountId]]]));
      expect(await asBob.accountsByName(names)).toEqual(new Map());
      expect(await asAnn.accountsByDomain(['oconnor.example', '%.example'])).toEqual(
        new Map([['oconnor.example', [accountId]]]),
      );
      expect(await asBob.accountsByDomain(['oconnor.example'])).toEqual(new Map());
    });

    it('MAIL-2 tells of all who take part at once, as this user sees them', async () => {
      const name = Math.random().toString(36).slice(2);
      const address = `${name}@both.example`;
      const domain = `${name}.example`;
      const accountId = await subject.hand.addAccount(name, `https://${domain}`, ann.id);
      const contact = await create(asAnn, { lastName: name, email1: address });
      const lead = await create(asAnn, { lastName: name, company: name, email1: address }, 'lead');
      const asked = {
        addresses: [address.toUpperCase(), ann.email, 'nobody@both.example'],
        domains: [domain, 'none.example'],
        kinds: ['contact', 'lead'],
      } as const;
      const found = await asAnn.correspondents(asked);
      expect([...found.users].map(([email, users]) => [email, users.map(({ id }) => id)])).toEqual([
        [ann.email, [ann.id]],
      ]);
      const refs = ({ contacts, leads }: typeof found) =>
        [contacts, leads].map(people => [...people].map(([email, [person]]) => [email, person?.ref]));
      expect(refs(found)).toEqual([[[address, contact.ref]], [[address, lead.ref]]]);
      expect(found.accounts).toEqual(new Map([[domain, [accountId]]]));
      const contactsAlone = await asAnn.correspondents({ ...asked, domains: [], kinds: ['contact'] });
      expect(refs(contactsAlone)).toEqual([[[address, contact.ref]], []]);
      const hidden = await asBob.correspondents(asked);
      expect([...hidden.users.keys()]).toEqual([ann.email]);
      expect([refs(hidden), hidden.accounts]).toEqual([[[], []], new Map()]);
    });

    it('tells what an update found and what it left', async () => {
      const { ref } = await create(asAnn, { lastName: 'Before', title: 'Old', department: 'Kept' });
      const update = await written(asAnn, { op: 'update', ref, fields: { title: 'New' } });
      expect(update.before?.fields).toMatchObject({ lastName: 'Before', title: 'Old' });
      expect(update.after.fields).toMatchObject({ lastName: 'Before', title: 'New', department: 'Kept' });
      expect(update.after.modifiedAtMs).toBeGreaterThanOrEqual(update.before!.modifiedAtMs);
    });

    it('invariant 3: a create that is repeated with its key finds its first attempt', async context => {
      const { idempotentCreate } = await crm.capabilities(['contact', 'lead']);
      if (idempotentCreate !== 'externalKey') return context.skip('the org has no unique field for keys');
      const operation: CrmWrite = {
        op: 'create',
        kind: 'contact',
        key: newKey(),
        fields: { lastName: 'Once' },
      };
      const [first, second] = [await written(asAnn, operation), await written(asAnn, operation)];
      expect(first.existed).toBe(false);
      expect(second).toMatchObject({ ref: first.ref, existed: true });
    });

    it('finds what an attempt has left behind', async () => {
      const attempt = {
        key: newKey(),
        kind: 'contact' as const,
        fields: { lastName: `Lost ${newKey()}` },
        sinceMs: 0,
      };
      const attempts = [{ ...attempt, sinceMs: Date.now() - 3_600_000 }];
      expect(await asAnn.findCreated(attempts)).toEqual(new Map());
      const { ref } = await written(asAnn, { op: 'create', ...attempt });
      expect((await asAnn.findCreated(attempts)).get(attempt.key)?.ref).toEqual(ref);
    });

    it('POL-10 shows each user what the security of the CRM lets him see', async () => {
      const { ref } = await create(asAnn, { lastName: 'Private' });
      expect(await asBob.read([ref])).toEqual([{ type: 'absent' }]);
      expect(await reader.read([ref])).toMatchObject([{ type: 'present' }]);
      const [outcome] = await asBob.write([{ op: 'update', ref, fields: { title: 'Intruder' } }]);
      expect(outcome!.ok).toBe(false);
      expect(await asAnn.read([ref])).toMatchObject([{ record: { fields: { title: null } } }]);
    });

    it('invariant 5: tells deleted from hidden', async () => {
      const [deleted, hidden] = [
        await create(asAnn, { lastName: 'D' }),
        await create(asAnn, { lastName: 'H' }),
      ];
      await subject.hand.delete(deleted.ref);
      await subject.hand.setOwner(hidden.ref, bob.id);
      expect(await asAnn.read([deleted.ref, hidden.ref])).toEqual([{ type: 'absent' }, { type: 'absent' }]);
      expect(await crm.absence([deleted.ref, hidden.ref])).toEqual(
        new Map([
          [deleted.ref.id, 'deleted'],
          [hidden.ref.id, 'hidden'],
        ]),
      );
    });

    it('answers an update of what is gone as gone, beside one that works', async () => {
      const [gone, alive] = [await create(asAnn, { lastName: 'G' }), await create(asAnn, { lastName: 'A' })];
      await subject.hand.delete(gone.ref);
      const [first, second] = await asAnn.write([
        { op: 'update', ref: gone.ref, fields: { title: 'X' } },
        { op: 'update', ref: alive.ref, fields: { title: 'X' } },
      ]);
      expect(first).toMatchObject({ ok: false, failure: { kind: 'gone' } });
      expect(second).toMatchObject({ ok: true, value: { after: { fields: { title: 'X' } } } });
    });

    it('invariant 10: fails a bad record alone, with the field by name', async () => {
      const operation = (fields: Fields): CrmWrite => ({
        op: 'create',
        kind: 'contact',
        key: newKey(),
        fields,
      });
      const [good, bad] = await asAnn.write([
        operation({ lastName: 'Good' }),
        operation({ firstName: 'No last name' }),
      ]);
      expect(good!.ok).toBe(true);
      expect(bad).toMatchObject({ ok: false, failure: { kind: 'validation', fields: ['lastName'] } });
    });

    it('writes contacts and leads together, in the order of the operations', async () => {
      const operations = Array.from({ length: 30 }, (_, index): CrmWrite => {
        const kind = index % 3 === 0 ? 'lead' : 'contact';
        return { op: 'create', kind, key: newKey(), fields: { ...lead, lastName: `Mixed ${index}` } };
      });
      const outcomes = await asAnn.write(operations);
      const created = outcomes.map(outcome => (outcome.ok ? outcome.value : null));
      expect(created.map(value => value?.after?.fields.lastName)).toEqual(
        operations.map((_, i) => `Mixed ${i}`),
      );
      const updates = created.map(
        (value): CrmWrite => ({ op: 'update', ref: value!.ref, fields: { title: 'Mixed' } }),
      );
      const updated = await asAnn.write(updates);
      expect(updated.map(outcome => outcome.ok && outcome.value?.ref)).toEqual(
        created.map(value => value!.ref),
      );
      const refs = created.map(value => value!.ref);
      expect((await asAnn.read(refs)).map(result => result.type === 'present' && result.record.ref)).toEqual(
        refs,
      );
    });

    it('POL-2 lists own records in pages by id, and the newest first', async () => {
      await create(asBob, { lastName: 'Not mine' });
      const ids: string[] = [];
      for (let after: string | null = null, more = true; more; more = after !== null) {
        const page = await asAnn.find({ kind: 'contact', ownerId: ann.id, order: 'id', limit: 7, after });
        ids.push(...page.records.map(person => person.ref.id));
        after = page.next;
      }
      expect(ids).toEqual([...ids].sort());
      const listed: string[] = [];
      for (let after: string | null = null, more = true; more; more = after !== null) {
        const page = await asAnn.ids({ kind: 'contact', ownerId: ann.id, limit: 5, after });
        listed.push(...page.ids);
        after = page.next;
      }
      expect(listed).toEqual(ids);
      const recent = await asAnn.find({ kind: 'contact', ownerId: ann.id, order: 'recent', limit: 10 });
      const saved = recent.records.map(person => person.modifiedAtMs);
      expect(saved).toEqual([...saved].sort((a, b) => b - a));
      const modifiedSinceMs = Date.now() + 86_400_000;
      expect((await asAnn.find({ kind: 'contact', order: 'id', limit: 5, modifiedSinceMs })).records).toEqual(
        [],
      );
    });

    it('the feed tells that something changed, whose it is and under which account', async () => {
      const cursor = await crm.startCursor();
      const accountId = await subject.hand.addAccount('Feed Inc.', null, ann.id);
      const { ref } = await create(asAnn, { lastName: 'Fed' }, 'contact', accountId);
      const { changes, cursor: next } = await drain(crm, 'contact', cursor);
      expect(changes.filter(change => change.ref.id === ref.id).at(-1)).toMatchObject({
        ref,
        ownerId: ann.id,
        deleted: false,
        parentId: accountId,
        successor: null,
      });
      expect((await drain(crm, 'account', cursor)).changes.map(change => change.ref.id)).toContain(accountId);
      await subject.hand.delete(ref);
      const later = await drain(crm, 'contact', next);
      expect(later.changes.filter(change => change.ref.id === ref.id).at(-1)).toMatchObject({
        deleted: true,
      });
    });

    it('reads the changes of several kinds at once, each failing alone', async () => {
      const cursor = await crm.startCursor();
      const results = await crm.changes([
        { kind: 'contact', cursor },
        { kind: 'lead', cursor: 'not a cursor' },
        { kind: 'user', cursor },
      ]);
      expect([...results].map(([kind, { type }]) => [kind, type]).sort()).toEqual([
        ['contact', 'changes'],
        ['lead', 'resync'],
        ['user', 'changes'],
      ]);
    });

    it('CON-5 names the contact of a converted lead', async context => {
      const { convert } = subject.hand;
      if (convert === undefined) return context.skip('only a user of the CRM can convert a lead');
      const { ref } = await create(asAnn, lead, 'lead');
      const cursor = await crm.startCursor();
      const contact = await convert(ref.id);
      const { changes } = await drain(crm, 'lead', cursor);
      expect(changes.filter(change => change.ref.id === ref.id).at(-1)?.successor).toEqual(contact);
      expect(await crm.absence([ref])).toEqual(new Map([[ref.id, { successor: contact }]]));
    });

    it('CON-7 names the winner of a merge', async context => {
      const { merge } = subject.hand;
      if (merge === undefined) return context.skip('only a user of the CRM can merge records');
      const [winner, loser] = [
        await create(asAnn, { lastName: 'W' }),
        await create(asAnn, { lastName: 'L' }),
      ];
      await merge(winner.ref.id, loser.ref.id);
      expect(await crm.absence([loser.ref])).toEqual(new Map([[loser.ref.id, { successor: winner.ref }]]));
    });

    it('links to the record', async () => {
      const { ref } = await create(asAnn, { lastName: 'Linked' });
      expect(crm.url(ref, 'view')).toMatch(/^https?:\/\/.+/);
      expect(crm.url(ref, 'view')).toContain(ref.id);
    });

    it('OPS-3 tells what is ready and what is missing', async () => {
      for (const check of await crm.test()) {
        expect(check.detail).not.toBe('');
        if (check.state !== 'ok') expect(check.fix).toBeTruthy();
      }
    });

    it('acts for nobody who is not there', async () => {
      const nobody = { id: '005000000000000AAA', login: 'nobody@nowhere.example' };
      const failure = await crm.asUser(nobody).then(
        session => session.find({ kind: 'contact', order: 'id', limit: 1 }).then(page => page.records),
        (error: unknown) => error,
      );
      if (Array.isArray(failure)) expect(failure).toEqual([]);
      else expect(failure).toMatchObject({ kind: 'forbidden' });
    });
  });
}
