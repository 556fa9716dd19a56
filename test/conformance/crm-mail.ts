import { describe, expect, it } from 'vitest';
import type { EmailDraft, EmailTrace, LinkedPerson } from '../../connectors/archive.ts';
import type { CrmSession } from '../../connectors/connector.ts';
import type { ArchivedCopy, Party } from '../../sync/mail/copy.ts';
import { type CrmScene, newKey, written } from './crm-subject.ts';

const party = (role: Party['role'], address: string): Party => ({
  role,
  name: 'Some Body',
  address,
  written: address,
});

/** Messages in the CRM's history, once each (MAIL-2, MAIL-4, MAIL-7). */
export function crmMail(scene: () => CrmScene): void {
  const copyOf = (more: Partial<ArchivedCopy> = {}): ArchivedCopy => ({
    identity: newKey(),
    messageId: `${newKey()}@contoso.example`,
    parties: [party('from', 'sender@contoso.example'), party('to', 'x@elsewhere.example')],
    subject: `Offer ${newKey()}`,
    text: 'Dear Ann,\n\nthe offer.',
    html: '<p>Dear Ann,</p><p>the offer.</p>',
    dateMs: Date.parse('2026-05-04T09:30:12Z'),
    isIncoming: true,
    isWhole: true,
    ...more,
  });
  const draftOf = (copy: ArchivedCopy, more: Partial<EmailDraft> = {}): EmailDraft => ({
    key: newKey(),
    copy,
    people: [],
    related: null,
    heldId: null,
    ...more,
  });
  const opportunity = async (ownerId = scene().ann.id) => {
    const kind = 'opportunities' as const;
    return { kind, id: await scene().subject.hand.addFolderRecord({ kind, name: 'About', ownerId }) };
  };
  const person = async (role: Party['role'], address: string): Promise<LinkedPerson> => {
    const fields = { lastName: 'Person', email1: address };
    const { ref } = await written(scene().asAnn, { op: 'create', kind: 'contact', key: newKey(), fields });
    return { role, address, kind: 'contact', id: ref.id };
  };

  describe('e-mails', () => {
    it('MAIL-4: tells how long texts and how large files may be', async () => {
      const limits = await scene().asAnn.mail().limits();
      expect(limits.subjectLength).toBeGreaterThanOrEqual(255);
      expect(limits.textLength).toBeGreaterThanOrEqual(30_000);
      expect(limits.htmlLength).toBeGreaterThanOrEqual(limits.textLength);
      expect(limits.maxAttachmentBytes).toBeGreaterThan(100_000);
    });

    it('MAIL-7: an e-mail is found by its Message-ID, its sender and its time, all three', async () => {
      const mail = scene().asAnn.mail();
      const copy = copyOf();
      const draft = draftOf(copy, { related: await opportunity() });
      const id = await archived(scene().asAnn, draft);
      const trace = traceOf(copy);
      const found = await mail.find([
        { ...trace, key: 'same' },
        { ...trace, key: 'a second away', dateMs: copy.dateMs! + 900 },
        { ...trace, key: 'another sender', from: 'other@contoso.example' },
        { ...trace, key: 'another time', dateMs: copy.dateMs! + 60_000 },
        { ...trace, key: 'another id', messageId: `${newKey()}@contoso.example` },
      ]);
      expect([...found.keys()].sort()).toEqual(['a second away', 'same']);
      expect(found.get('same')).toEqual([expect.objectContaining({ id, relatedId: draft.related!.id })]);
      expect(Math.abs(found.get('same')![0]!.createdAtMs - Date.now())).toBeLessThan(600_000);
    });

    it('MAIL-7: without a Message-ID it is found by sender, time and subject', async () => {
      const mail = scene().asAnn.mail();
      const copy = copyOf({ messageId: null, subject: `"Quotes" and o'brien's \\ ${newKey()}` });
      const id = await archived(scene().asAnn, draftOf(copy, { related: await opportunity() }));
      const found = await mail.find([traceOf(copy), { ...traceOf(copy), key: 'other', subject: 'Other' }]);
      expect([...found]).toEqual([[copy.identity, [expect.objectContaining({ id })]]]);
    });

    it.each([
      ['quotes', `o'brien.${newKey()}@contoso.example`],
      ['signs of the query language', `a%_b.${newKey()}@contoso.example`],
    ])('MAIL-7: a sender with %s is found as any other', async (_, address) => {
      const copy = copyOf({ parties: [party('from', address)] });
      const id = await archived(scene().asAnn, draftOf(copy, { related: await opportunity() }));
      const found = await scene()
        .asAnn.mail()
        .find([traceOf(copy)]);
      expect(found.get(copy.identity)).toEqual([expect.objectContaining({ id })]);
    });

    it('MAIL-7: a message without sender, time or words is archived and found', async () => {
      const copy = copyOf({ parties: [], subject: '', text: '', html: null });
      const id = await archived(scene().asAnn, draftOf(copy, { related: await opportunity() }));
      const found = await scene()
        .asAnn.mail()
        .find([traceOf(copy)]);
      expect(found.get(copy.identity)).toEqual([expect.objectContaining({ id })]);
    });

    it('MAIL-7: two records have two copies', async () => {
      const copy = copyOf();
      const first = await archived(scene().asAnn, draftOf(copy, { related: await opportunity() }));
      const second = await archived(scene().asAnn, draftOf(copy, { related: await opportunity() }));
      const found = (
        await scene()
          .asAnn.mail()
          .find([traceOf(copy)])
      ).get(copy.identity)!;
      expect(found.map(({ id }) => id).sort()).toEqual([first, second].sort());
      expect(new Set(found.map(({ relatedId }) => relatedId)).size).toBe(2);
    });

    it('invariant 3: what has the key already is told, where the CRM keeps keys', async () => {
      const mail = scene().asAnn.mail();
      const draft = draftOf(copyOf(), { related: await opportunity() });
      const id = await archived(scene().asAnn, draft);
      const held = (await mail.find([traceOf(draft.copy)])).get(draft.copy.identity)![0]!;
      if (held.key === null) return;
      expect(held.key).toBe(draft.key);
      expect(await mail.archive([draft])).toMatchObject([
        { ok: false, failure: { kind: 'duplicate', matches: [id] } },
      ]);
    });

    it('invariant 8: an e-mail that an earlier attempt made gets what is missing, and no twin', async () => {
      const { asAnn, ann } = scene();
      const people = [
        await person('from', `from.${newKey()}@contoso.example`),
        await person('to', `to.${newKey()}@contoso.example`),
        { role: 'cc', address: ann.email, kind: 'user', id: ann.id } as const,
      ];
      const parties = people.map(({ role, address }) => party(role, address));
      const draft = draftOf(copyOf({ parties }), { related: await opportunity() });
      const heldId = await archived(asAnn, draft);
      for (let attempt = 0; attempt < 2; attempt++)
        expect(await asAnn.mail().archive([{ ...draft, people, heldId }])).toEqual([
          { ok: true, value: { id: heldId } },
        ]);
      const held = (await asAnn.mail().find([traceOf(draft.copy)])).get(draft.copy.identity);
      expect(held!.map(({ id }) => id)).toEqual([heldId]);
      expect([...held![0]!.people].sort()).toEqual(people.map(({ id }) => id).sort());
    });

    it('MAIL-7: more people join an e-mail that is there', async () => {
      const { asAnn } = scene();
      const copy = copyOf();
      const id = await archived(asAnn, draftOf(copy, { related: await opportunity() }));
      const peopleOf = async () => (await asAnn.mail().find([traceOf(copy)])).get(copy.identity)![0]!.people;
      expect(await peopleOf()).toEqual([]);
      const late = await person('to', `late.${newKey()}@contoso.example`);
      await asAnn.mail().link(id, [late]);
      await asAnn.mail().link(id, [late]);
      expect(await peopleOf()).toEqual([late.id]);
    });

    it('POL-10: nobody finds the e-mails of records that are hidden from him', async () => {
      const { asBob, reader } = scene();
      const copy = copyOf();
      await archived(scene().asAnn, draftOf(copy, { related: await opportunity() }));
      expect(await asBob.mail().find([traceOf(copy)])).toEqual(new Map());
      expect((await reader.mail().find([traceOf(copy)])).size).toBe(1);
    });

    it('MAIL-4: its longest subject, text and HTML are kept', async () => {
      const { asAnn } = scene();
      const limits = await asAnn.mail().limits();
      const long = copyOf({
        subject: 's'.repeat(limits.subjectLength),
        text: 'ä'.repeat(limits.textLength),
        html: `<p>${'h'.repeat(limits.htmlLength - 7)}</p>`,
      });
      const id = await archived(asAnn, draftOf(long, { related: await opportunity() }));
      expect((await asAnn.mail().find([traceOf(long)])).get(long.identity)![0]!.id).toBe(id);
    });

    it('invariant 10: an e-mail that the CRM refuses stops no other', async () => {
      const { asAnn } = scene();
      const limits = await asAnn.mail().limits();
      const related = await opportunity();
      const tooLong = copyOf({ subject: 's'.repeat(limits.subjectLength + 1) });
      const outcomes = await asAnn
        .mail()
        .archive([copyOf(), tooLong, copyOf()].map(copy => draftOf(copy, { related })));
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
      expect(outcomes[1]).toMatchObject({ failure: { kind: 'validation' } });
    });

    it('MAIL-4: files are attached and told with name and size', async () => {
      const { asAnn } = scene();
      const mail = asAnn.mail();
      const related = await opportunity();
      const [id, bare] = [
        await archived(asAnn, draftOf(copyOf(), { related })),
        await archived(asAnn, draftOf(copyOf(), { related })),
      ];
      const large = Buffer.alloc(500_000, 'x');
      const files = [
        { emailId: id, name: 'offer.pdf', contentBase64: Buffer.from('%PDF').toString('base64') },
        { emailId: id, name: 'Übersicht 2026.final.xlsx', contentBase64: large.toString('base64') },
        { emailId: id, name: 'no extension', contentBase64: Buffer.from('a').toString('base64') },
      ];
      expect(await mail.attach(files)).toEqual(files.map(() => ({ ok: true, value: null })));
      const held = await mail.files([id, bare]);
      expect([...held.keys()]).toEqual([id]);
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
      expect([...held.get(id)!].sort(byName)).toEqual(
        [
          { name: 'offer.pdf', sizeBytes: 4 },
          { name: 'Übersicht 2026.final.xlsx', sizeBytes: 500_000 },
          { name: 'no extension', sizeBytes: 1 },
        ].sort(byName),
      );
    });

    it('has a page in the CRM', async () => {
      const { crm, asAnn } = scene();
      const id = await archived(asAnn, draftOf(copyOf(), { related: await opportunity() }));
      expect(crm.url({ kind: 'email', id }, 'view')).toContain(id);
    });
  });
}

function traceOf({ identity, messageId, parties, dateMs, subject }: ArchivedCopy): EmailTrace {
  const from = parties.find(({ role }) => role === 'from')?.address ?? null;
  return { key: identity, messageId, from, dateMs, subject };
}

async function archived(session: CrmSession, draft: EmailDraft): Promise<string> {
  const [outcome] = await session.mail().archive([draft]);
  if (!outcome!.ok) throw outcome!.failure;
  return outcome!.value.id;
}
