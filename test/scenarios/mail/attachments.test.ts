import { randomBytes } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import {
  DROPPING,
  letter,
  type Mailroom,
  mailroom,
  NEW_CASE,
  NEW_EMAIL,
  NOT_ARCHIVED,
  parcel,
} from './mailroom.ts';

const MB = 1024 ** 2;
const USUAL_FILES = { storageBytes: 10_240 * MB, maxFileBytes: 2048 * MB };

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());
afterEach(() => allow(USUAL_FILES));

const allow = (limits: object) => office.world.salesforce.control('PUT', 'files', limits);
const attaching = (options: object = {}) => ({
  ...DROPPING,
  smartConvert: { enabled: true, attachments: true, ...options },
});

async function send(ann: Mailroom, parts: SendMailOptions, folder = NEW_EMAIL): Promise<string> {
  return ann.deliver(await parcel(ann.seat, parts), folder);
}

/** Names and contents, by name. */
async function filesOf(ann: Mailroom, subject: string): Promise<[name: string, content: string][]> {
  const files = await ann.filesOf(await ann.email(subject));
  return files.map(({ name, content }) => [name, content.toString('base64')]);
}

const text = (content: string) => Buffer.from(content).toString('base64');

describe('MAIL-4: attachments', () => {
  it('MAIL-4: are files of the e-mail, byte for byte, whatever their names', async () => {
    const ann = await mailroom(office, 'Ann', attaching());
    const contents = Array.from({ length: 5 }, (_, n) => randomBytes(1_000 * (n + 1)));
    const [first = '', second = '', third = '', picture = '', large = ''] = contents;
    const big = randomBytes(5 * MB);
    await send(ann, {
      subject: 'Five files',
      html: '<p>See <img src="cid:chart" alt="the chart"></p>',
      attachments: [
        { filename: 'report.pdf', content: first },
        { filename: 'report.pdf', content: second },
        { filename: 'Überblick – 概要.xlsx', content: third },
        { filename: 'chart.png', content: picture, cid: 'chart' },
        { filename: '../../etc/passwd', content: large },
        { filename: 'big.bin', content: big },
        { filename: false, contentType: 'text/csv', content: 'a,b' },
      ],
    });
    await ann.seat.sync();
    const files = await filesOf(ann, 'Five files');
    const base64 = (content: Buffer | string) => Buffer.from(content).toString('base64');
    expect(files).toHaveLength(7);
    expect(files).toEqual(
      expect.arrayContaining([
        ['report.pdf', base64(first)],
        ['report.pdf', base64(second)],
        ['Überblick – 概要.xlsx', base64(third)],
        ['chart.png', base64(picture)],
        ['_.._etc_passwd', base64(large)],
        ['big.bin', base64(big)],
        [expect.stringMatching(/\w\.\w/), text('a,b')],
      ]),
    );
    expect(await ann.email('Five files')).toMatchObject({ HtmlBody: expect.stringContaining('[the chart]') });
    await ann.seat.expectSilence();
  });

  it('MAIL-4: a message in a message is a file that mail programs open', async () => {
    const ann = await mailroom(office, 'Ann', attaching());
    const inner = letter(ann.seat, { from: 'in@inner.example', subject: 'The inner', text: 'Inner words' });
    await send(ann, {
      subject: 'The outer',
      attachments: [{ contentType: 'message/rfc822', content: inner }],
    });
    await ann.seat.sync();
    const files = await filesOf(ann, 'The outer');
    expect(files).toEqual([['The inner.eml', text(inner)]]);
    expect(await ann.query("SELECT Id FROM Contact WHERE Email = 'in@inner.example'")).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('POL-21 MAIL-4: without the option none is archived, and the message is deleted all the same', async () => {
    const ann = await mailroom(office, 'Ann', attaching({ attachments: false, deleteAfter: true }));
    await send(ann, { subject: 'No files', attachments: [{ filename: 'a.txt', content: 'a' }] });
    await ann.seat.sync();
    expect(await filesOf(ann, 'No files')).toEqual([]);
    expect(await ann.email('No files')).toMatchObject({ TextBody: 'Good day.' });
    expect(await ann.subjectsIn('inbox')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('POL-21 MAIL-4: the summary lists them under text and HTML', async () => {
    const ann = await mailroom(office, 'Ann', attaching({ attachmentSummary: true }));
    const attachments = [
      { filename: 'a & b.txt', content: 'x'.repeat(2_048) },
      { filename: 'c.txt', content: 'c' },
    ];
    await send(ann, { subject: 'Summary', html: '<p>Hello</p>', attachments });
    await send(ann, { subject: 'No summary' });
    await ann.seat.sync();
    expect(await ann.email('Summary')).toMatchObject({
      TextBody: 'Hello\n\nAttachments:\n- a & b.txt (2.0 KB)\n- c.txt (1 bytes)',
      HtmlBody:
        '<p>Hello</p><p>Attachments:</p><ul><li>a &amp; b.txt (2.0 KB)</li><li>c.txt (1 bytes)</li></ul>',
    });
    expect(await ann.email('No summary')).toMatchObject({ TextBody: 'Good day.' });
    await ann.seat.expectSilence();
  });
});

describe('MAIL-4: within the limits of the CRM', () => {
  it('MAIL-3 MAIL-4: what the CRM does not take is left out and told, the rest is there; nothing is deleted', async () => {
    await allow({ maxFileBytes: 10_000 });
    const ann = await mailroom(office, 'Ann', attaching({ deleteAfter: true }));
    const small = { filename: 'small.txt', content: 'small' };
    await send(ann, {
      subject: 'Too much',
      attachments: [small, { filename: 'large.bin', content: randomBytes(20_000) }],
    });
    await send(ann, { subject: 'Enough', attachments: [small] });
    await send(ann, {
      subject: 'Nothing in it',
      attachments: [small, { filename: 'empty.txt', content: '' }],
    });
    await ann.seat.sync();
    expect(await filesOf(ann, 'Too much')).toEqual([['small.txt', text('small')]]);
    expect(await filesOf(ann, 'Nothing in it')).toEqual([['small.txt', text('small')]]);
    expect(await ann.subjectsIn('inbox')).toEqual(['Nothing in it', 'Too much']);
    expect(await ann.seat.story('Too much')).toMatchObject([
      { action: 'attachment_left_out', detail: { name: 'large.bin' }, reason: expect.stringMatching(/\w/) },
      { action: 'archived' },
    ]);
    expect(await ann.seat.story('Nothing in it')).toMatchObject([
      {
        action: 'attachment_left_out',
        detail: { name: 'empty.txt' },
        reason: expect.stringMatching(/empty/),
      },
      { action: 'archived' },
    ]);
    await ann.seat.expectSilence();
  });

  it('MAIL-3 POL-21: dropped once more, a message of which the CRM has a part only is not deleted either', async () => {
    const ann = await mailroom(office, 'Ann', attaching({ attachments: false }));
    const small = { filename: 'small.txt', content: 'small' };
    const before = await send(ann, { subject: 'Before the option', attachments: [small] });
    await ann.seat.sync();
    await office.world.tandem.patch(`/policies/${ann.seat.policyId}`, {
      smartConvert: { attachments: true, deleteAfter: true },
    });
    const empty = { filename: 'empty.txt', content: '' };
    const refused = await send(ann, { subject: 'One refused', attachments: [small, empty] });
    const twice = await parcel(ann.seat, { subject: 'Whole', attachments: [small] });
    await ann.deliver(twice, NEW_EMAIL);
    await ann.seat.sync();
    for (const id of [before, refused]) await ann.move(id, NEW_EMAIL);
    await ann.deliver(twice, NEW_EMAIL);
    await ann.seat.sync();
    expect(await ann.subjectsIn('inbox')).toEqual(['Before the option', 'One refused']);
    expect(await ann.folderId(NEW_EMAIL).then(id => ann.messagesIn(id))).toEqual([]);
    await ann.email('Whole');
    await ann.seat.expectSilence();
  });

  it('MAIL-3 MAIL-4: what the connector knows to be too large is not sent, and the summary tells why', async () => {
    const lines = `${'x'.repeat(990)}\r\n`;
    const ann = await mailroom(office, 'Ann', attaching({ attachmentSummary: true, deleteAfter: true }));
    await send(ann, {
      subject: 'Huge',
      attachments: [
        { filename: 'huge.bin', content: lines.repeat((38 * MB) / 992), contentTransferEncoding: '7bit' },
        { filename: 'small.txt', content: 'small' },
      ],
    });
    await ann.seat.sync();
    expect(await filesOf(ann, 'Huge')).toEqual([['small.txt', text('small')]]);
    expect((await ann.email('Huge')).TextBody).toContain(
      '- huge.bin (38 MB): not archived. The CRM takes files of at most 37 MB.',
    );
    expect(await ann.seat.story('Huge')).toMatchObject([
      { action: 'attachment_left_out', code: 'attachment_too_large', detail: { name: 'huge.bin' } },
      { action: 'archived' },
    ]);
    expect(await ann.subjectsIn('inbox')).toEqual(['Huge']);
    await ann.seat.expectSilence();
  });

  it.each([NEW_EMAIL, NEW_CASE])(
    'MAIL-3 MAIL-4: where the storage is full, a message in %s waits for room',
    async folder => {
      const ann = await mailroom(office, 'Ann', attaching());
      const subject = `No room in ${folder}`;
      await allow({ storageBytes: 1 });
      const attachments = ['one', 'two'].map(name => ({ filename: `${name}.txt`, content: name }));
      const id = await send(ann, { subject, attachments }, folder);
      await ann.seat.sync();
      expect(await ann.placeOf(id)).toBe(folder);
      expect((await ann.message(id)).categories).toEqual([NOT_ARCHIVED]);
      const item = await ann.seat.item(subject);
      expect(item).toMatchObject({
        ...{ state: 'failing', reason: expect.stringContaining('storage') },
        fix: expect.stringContaining('Delete files'),
      });
      await allow(USUAL_FILES);
      await office.world.tandem.post(`/items/${item?.id}/retry`);
      await ann.seat.sync();
      expect(await filesOf(ann, subject)).toEqual([
        ['one.txt', text('one')],
        ['two.txt', text('two')],
      ]);
      expect(await ann.placeOf(id)).toBe('Inbox');
      await ann.seat.expectSilence();
    },
  );
});
