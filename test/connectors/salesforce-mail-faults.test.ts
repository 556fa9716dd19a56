import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SyncFailure } from '../../sync/failure.ts';
import {
  archived,
  contactAddress,
  copyOf,
  draftOf,
  linked,
  type MailOrg,
  mailOrg,
  traceOf,
} from './salesforce-mail-org.ts';

const base64 = (length: number) => Buffer.alloc(length, 'x').toString('base64');

describe('e-mails in Salesforce when it fails', () => {
  let org: MailOrg;

  beforeAll(async () => {
    org = await mailOrg();
    await org.mail.limits();
  });
  afterEach(async () => {
    await org.fault();
    await org.salesforce.control('PUT', 'files', { storageBytes: 10 * 1024 ** 3, emptyFiles: 'refused' });
  });
  afterAll(() => org.salesforce.close());

  const fromContact = () => linked('from', 'contact', org.contactId, contactAddress);
  const senders = (id: string) =>
    org.query(`SELECT Id FROM EmailMessageRelation WHERE EmailMessageId = '${id}' AND RelationId != null`);

  it('invariant 10: the rows that fail are those that are told', async () => {
    await org.fault({ mode: 'partial', match: 'POST /composite', times: 1 });
    const copies = Array.from({ length: 4 }, () => copyOf());
    const outcomes = await org.mail.archive(copies.map(copy => draftOf(copy)));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true, false]);
    const found = await org.mail.find(copies.map(traceOf));
    expect([...found.keys()]).toEqual([copies[0]!.identity, copies[2]!.identity]);
  });

  it('invariant 8: an archive whose answer is lost may have taken effect, and is found', async () => {
    const copy = copyOf();
    await org.fault({ mode: 'lost-response', match: 'POST /composite', times: 1 });
    await expect(org.mail.archive([draftOf(copy)])).rejects.toMatchObject({
      kind: 'transient',
      maybeApplied: true,
    });
    expect((await org.mail.find([traceOf(copy)])).get(copy.identity)).toHaveLength(1);
  });

  it('a question whose answer is lost has no effect', async () => {
    await org.fault({ mode: 'lost-response', match: 'POST /composite', times: 1 });
    const failure = await org.mail.find([traceOf(copyOf())]).catch((error: SyncFailure) => error);
    expect(failure).toMatchObject({ kind: 'transient' });
    expect((failure as SyncFailure).maybeApplied).toBeUndefined();
  });

  it('MAIL-2: a sender whom the user sees no more is no rule of the org: who it is is asked anew', async () => {
    await org.salesforce.control('PUT', 'sharing', { Contact: 'Private' });
    const [bobsId] = await org.load({
      ...{ attributes: { type: 'Contact' }, LastName: 'Hidden', Email: 'hidden@fabrikam.example' },
      OwnerId: org.bob.id,
    });
    const [leadId] = await org.load({
      ...{ attributes: { type: 'Lead' }, LastName: 'Turned', Company: 'T', OwnerId: org.ann.id },
      Email: 'turned@fabrikam.example',
    });
    await org.salesforce.control('POST', 'convert', { leadId });
    const hidden = linked('from', 'contact', bobsId!, 'hidden@fabrikam.example');
    const turned = linked('from', 'lead', leadId!, 'turned@fabrikam.example');
    const drafts = [hidden, turned].map(sender => draftOf(copyOf(), { people: [sender] }));
    const failure = { kind: 'gone', maybeApplied: true };
    expect(await org.mail.archive(drafts)).toMatchObject([{ failure }, { failure }]);
  });

  it('invariant 8: an e-mail without its sender is half done, and completed when found', async () => {
    const draft = draftOf(copyOf(), { people: [fromContact()] });
    await org.fault({ mode: 'status', status: 500, match: { soql: 'EmailMessageRelation' } });
    const [outcome] = await org.mail.archive([draft]);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: 'transient', maybeApplied: true } });
    await org.fault();
    const held = (await org.mail.find([traceOf(draft.copy)])).get(draft.copy.identity)!;
    expect(held).toHaveLength(1);
    expect(await senders(held[0]!.id)).toHaveLength(0);
    await archived(org.mail, { ...draft, heldId: held[0]!.id });
    expect(await senders(held[0]!.id)).toHaveLength(1);
  });

  it('invariant 8: what was done before a later call failed stays known', async () => {
    const copies = Array.from({ length: 60 }, () =>
      copyOf({ text: 't'.repeat(32_000), html: 'h'.repeat(131_072) }),
    );
    await org.salesforce.control('PUT', 'limits', { dailyApiRequests: 1_000, used: 999 });
    const outcomes = await org.mail.archive(copies.map(copy => draftOf(copy)));
    await org.salesforce.control('PUT', 'limits', { dailyApiRequests: 100_000, used: 0 });
    const done = outcomes.flatMap(({ ok }, n) => (ok ? [copies[n]!.identity] : []));
    expect(done.length).toBeGreaterThan(0);
    expect(outcomes.at(-1)).toMatchObject({ ok: false, failure: { kind: 'quota' } });
    expect([...(await org.mail.find(copies.map(traceOf))).keys()]).toEqual(done);
  });

  it('MAIL-4: the files that the CRM refuses are told, the others are there', async () => {
    const id = await archived(org.mail, draftOf(copyOf()));
    const outcomes = await org.mail.attach([
      { emailId: id, name: 'a.txt', contentBase64: base64(10) },
      { emailId: id, name: 'empty.txt', contentBase64: '' },
      { emailId: '02s5g0000009999AAA', name: 'lost.txt', contentBase64: base64(10) },
      { emailId: id, name: 'z.txt', contentBase64: base64(20) },
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect((await org.mail.files([id])).get(id)).toEqual([
      { name: 'a.txt', sizeBytes: 10 },
      { name: 'z.txt', sizeBytes: 20 },
    ]);
  });

  it('MAIL-4: a full storage is a matter of the file, with the way out', async () => {
    const id = await archived(org.mail, draftOf(copyOf()));
    await org.salesforce.control('PUT', 'files', { storageBytes: 1_000 });
    const [outcome] = await org.mail.attach([{ emailId: id, name: 'a.bin', contentBase64: base64(5_000) }]);
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        kind: 'forbidden',
        native: 'STORAGE_LIMIT_EXCEEDED',
        fix: expect.stringContaining('storage'),
      },
    });
  });

  it('MAIL-4: a file whose answer is lost is found by its name and size', async () => {
    const id = await archived(org.mail, draftOf(copyOf()));
    await org.fault({ mode: 'lost-response', match: 'POST /composite', times: 1 });
    await expect(
      org.mail.attach([{ emailId: id, name: 'a.txt', contentBase64: base64(10) }]),
    ).rejects.toMatchObject({ maybeApplied: true });
    expect((await org.mail.files([id])).get(id)).toEqual([{ name: 'a.txt', sizeBytes: 10 }]);
  });

  it('MAIL-4: small files travel together, a large one alone', async () => {
    const id = await archived(org.mail, draftOf(copyOf()));
    const small = Array.from({ length: 20 }, (_, n) => ({
      emailId: id,
      name: `${n}.txt`,
      contentBase64: base64(100),
    }));
    const large = { emailId: id, name: 'large.bin', contentBase64: base64(6_000_000) };
    const calls = await org.calls(() => org.mail.attach([...small, large]));
    expect(calls).toBe(2);
    expect((await org.mail.files([id])).get(id)).toHaveLength(21);
  });

  it('MAIL-4: the largest file that is promised fits into a request', async () => {
    const { maxAttachmentBytes } = await org.mail.limits();
    const id = await archived(org.mail, draftOf(copyOf()));
    const file = { emailId: id, name: 'huge.bin', contentBase64: base64(maxAttachmentBytes) };
    expect(await org.mail.attach([file])).toEqual([{ ok: true, value: null }]);
    expect((await org.mail.files([id])).get(id)).toEqual([
      { name: 'huge.bin', sizeBytes: maxAttachmentBytes },
    ]);
  });
});
