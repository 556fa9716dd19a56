import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import {
  DROPPING,
  type Mailroom,
  mailroom,
  NEW_EMAIL,
  NEW_OPPORTUNITY,
  NOT_ARCHIVED,
  parcel,
} from './mailroom.ts';

const office = new Office();
const requests: string[] = [];
const listener = createServer((request, response) => {
  requests.push(`${request.method} ${request.url}`);
  response.end();
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  await office.open();
});
afterAll(async () => {
  listener.close();
  await office.close();
});

const MB = 1024 ** 2;
const converting = (options: object) => ({ ...DROPPING, smartConvert: { enabled: true, ...options } });
const ATTACHING = converting({ attachments: true });
const NOBODY_NEW = converting({ creation: { enabled: false } });

/** In the form in which header lines carry any character (RFC 2047). */
const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

const contactsAt = (ann: Mailroom, domain: string) =>
  ann.query<{ FirstName: string | null; LastName: string; Email: string }>(
    `SELECT FirstName, LastName, Email FROM Contact WHERE Email LIKE '%@${domain}' ORDER BY Email`,
  );

/** Each is tried by programs that show mail: none of it may get into the CRM. */
const tricks = (
  to: string,
) => `<html><head><base href="${to}/"><meta http-equiv="refresh" content="0;url=${to}">
<link rel="stylesheet" href="${to}/style.css"><style>@import url(${to}/import.css); p { background: url(${to}/p.png) }</style>
<script src="${to}/script.js">steal()</script></head><body background="${to}/body.png" onload="steal()">
<p>Words to keep</p><img src="${to}/pixel.gif" width=1 height=1 onerror="steal()"><img src=x alt="a picture">
<svg><foreignObject><iframe src="${to}/frame"></iframe></foreignObject><a xlink:href="javascript:steal()">x</a></svg>
<a href="javascript:steal()">one</a><a href="&#106;avascript&colon;steal()">two</a><a href=" java\tscript:steal()">three</a>
<a href="data:text/html,<script>steal()</script>">four</a><a href="${to}/fine">fine link</a>
<div style="position:fixed;top:0;background:url(${to}/cover.png);width:expression(steal())">covering</div>
<form action="${to}/form"><input name=password><button formaction="${to}/b">send</button></form>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=steal()&gt;">
<noscript><p title="</noscript><img src=x onerror=steal()>"></noscript><object data="${to}/o"></object><embed src="${to}/e">
<video src="${to}/v" poster="${to}/poster"></video><!--[if mso]><img src="${to}/mso.png"><![endif]--></body></html>`;

describe('MAIL-4: what strangers write into HTML', () => {
  it('MAIL-4 MAIL-8: runs nowhere, loads nothing, leaves the words; nothing is fetched', async () => {
    const ann = await mailroom(office, 'Ann', ATTACHING);
    const html = tricks(origin);
    const headers = {
      'List-Unsubscribe': `<${origin}/leave>`,
      'Disposition-Notification-To': 'spy@html.example',
    };
    await ann.deliver(await parcel(ann.seat, { subject: 'Tricks', html, headers }), NEW_EMAIL);
    const subject = `<img src=${origin}/s.png onerror=steal()> & more`;
    await ann.drop({ from: 'h@html.example', subject }, NEW_OPPORTUNITY);
    await ann.seat.sync();
    const { HtmlBody, TextBody } = await ann.email('Tricks');
    expect(HtmlBody).toContain('Words to keep');
    expect(TextBody).toContain('Words to keep');
    expect(HtmlBody).toContain('[a picture]');
    const links = [
      ...(HtmlBody ?? '').matchAll(/(?:href|src|action|data|background|poster)\s*=\s*"([^"]*)"/gi),
    ];
    expect(links.map(([, target]) => target)).toEqual([`${origin}/fine`]);
    expect(HtmlBody).not.toMatch(
      /<(?:script|style|svg|math|iframe|form|input|button|object|embed|video|meta|base|link|img|noscript)|\son\w+\s*=|javascript|position|expression|url\(/i,
    );
    const [summary] = await ann.messagesIn(await ann.folderId('Opportunities'));
    expect(summary?.subject).toBe(subject);
    expect(summary?.body.content).not.toMatch(/<img/i);
    expect(summary?.body.content).toContain('&lt;img');
    await ann.seat.expectSilence();
    expect(requests).toEqual([]);
  });

  it('MAIL-4: 20,000 elements in each other and a sea of tags cost nobody else anything', async () => {
    const ann = await mailroom(office, 'Ann');
    const bodies = {
      Deep: `${'<div>'.repeat(20_000)}at the bottom${'</div>'.repeat(20_000)}`,
      Wide: `before${'<wbr>x'.repeat(200_000)}`,
      Long: `<p title="${'x'.repeat(5 * MB)}">attribute</p><p>after</p>`,
      Brackets: `<p>start</p>${'<'.repeat(300_000)}`,
    };
    for (const [subject, html] of Object.entries(bodies))
      await ann.deliver(await parcel(ann.seat, { subject, html }), NEW_EMAIL);
    await ann.drop({ from: 'plain@cost.example', subject: 'Patient' });
    await ann.seat.sync();
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual([]);
    expect((await ann.email('Deep')).TextBody).toBe('at the bottom');
    expect((await ann.email('Wide')).TextBody).toMatch(/^before\s*x/);
    expect((await ann.email('Brackets')).TextBody).toMatch(/^start/);
    expect(await ann.email('Patient')).toMatchObject({ TextBody: 'Good day.' });
    await ann.seat.expectSilence();
  });
});

describe('MAIL-4: files of strangers', () => {
  it('MAIL-4: 30 MB come as they are', async () => {
    const ann = await mailroom(office, 'Ann', ATTACHING);
    const content = randomBytes(22 * MB);
    const attachments = [{ filename: 'video.mp4', content }];
    await ann.deliver(await parcel(ann.seat, { subject: 'Thirty', attachments }), NEW_EMAIL);
    await ann.seat.sync();
    const [file] = await ann.filesOf(await ann.email('Thirty'));
    expect(file?.content.equals(content)).toBe(true);
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('MAIL-4: nothing is unpacked, names are names of files and lead nowhere', async () => {
    const ann = await mailroom(office, 'Ann', ATTACHING);
    const bomb = deflateRawSync(Buffer.alloc(64 * MB));
    const names = [
      ['42.zip', '42.zip'],
      ['__proto__', '__proto__'],
      ['constructor', 'constructor'],
      ['..\\..\\boot.ini', '_.._boot.ini'],
      ['C:\\x\\y.txt', 'C__x_y.txt'],
      ['invoice\u202efdp.exe', 'invoicefdp.exe'],
      ['line\r\nbreak.txt', 'line break.txt'],
      [`${'n'.repeat(400)}.pdf`, `${'n'.repeat(251)}.pdf`],
      ["it's <b>&.txt", "it's _b_&.txt"],
    ] as const;
    // Names travel in pieces otherwise: here each stands as it is.
    const parts = names.flatMap(([name]) => [
      '--cut',
      'Content-Type: application/octet-stream',
      `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}`,
      'Content-Transfer-Encoding: base64',
      '',
      bomb.toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
    ]);
    const head = ['From: f@files.example', `To: ${ann.seat.mail}`, 'Subject: Names', 'MIME-Version: 1.0'];
    const whole = [...head, 'Content-Type: multipart/mixed; boundary=cut', '', ...parts, '--cut--', ''];
    await ann.deliver(whole.join('\r\n'), NEW_EMAIL);
    await ann.seat.sync();
    const files = await ann.filesOf(await ann.email('Names'));
    expect(files.map(({ name }) => name).sort()).toEqual(names.map(([, name]) => name).sort());
    expect(files.every(({ content }) => content.equals(bomb))).toBe(true);
    await ann.seat.expectSilence();
  });

  it('MAIL-4: messages in messages, fifty deep, are one file', async () => {
    const ann = await mailroom(office, 'Ann', ATTACHING);
    let inner = await parcel(ann.seat, { subject: 'Innermost' });
    for (let depth = 50; depth > 0; depth--)
      inner = await parcel(ann.seat, {
        subject: `Depth ${depth}`,
        attachments: [{ contentType: 'message/rfc822', content: inner }],
      });
    await ann.deliver(inner, NEW_EMAIL);
    await ann.seat.sync();
    const files = await ann.filesOf(await ann.email('Depth 1'));
    expect(files.map(({ name }) => name)).toEqual(['Depth 2.eml']);
    await ann.seat.expectSilence();
  });

  it('MAIL-2 MAIL-3: what is private, encrypted or rights-protected stays in the mailbox', async () => {
    const ann = await mailroom(office, 'Ann', ATTACHING);
    await ann.drop({ from: 'p@sealed.example', subject: 'Private', headers: ['Sensitivity: Private'] });
    const envelope = (subject: string, filename: string, contentType: string) =>
      parcel(ann.seat, { subject, text: '', attachments: [{ filename, contentType, content: 'sealed' }] });
    await ann.deliver(await envelope('Encrypted', 'smime.p7m', 'application/pkcs7-mime'), NEW_EMAIL);
    const rights = 'application/x-microsoft-rpmsg-message';
    await ann.deliver(await envelope('Protected', 'message.rpmsg', rights), NEW_EMAIL);
    await ann.seat.sync();
    const told = await Promise.all(['Private', 'Encrypted', 'Protected'].map(name => ann.seat.item(name)));
    expect(told.map(item => item?.code)).toEqual(['private', 'protected', 'protected']);
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual(['Encrypted', 'Private', 'Protected']);
    expect(await ann.query("SELECT Id FROM Contact WHERE Email LIKE '%sealed.example'")).toEqual([]);
    await ann.seat.expectSilence();
  });
});

describe('MAIL-2: names and subjects of strangers', () => {
  it('MAIL-2: line breaks, unseen characters and broken encodings make no headers and stop nothing', async () => {
    const ann = await mailroom(office, 'Ann');
    const from = `${encoded('Eve\r\nBcc: spy@lines.example')} <eve@lines.example>`;
    await ann.drop({ from, subject: encoded('Two\r\nBcc: spy@lines.example') }, NEW_OPPORTUNITY);
    await ann.drop({ from: 'eve@lines.example', subject: encoded('Nu\0l \u202eflip\u202c \u0007bell') });
    await ann.drop({ from: 'eve@lines.example', subject: '=?utf-8?B?!!!?= =?nope?Q?=41?= =?utf-8?Q?=C3' });
    const surrogate = Buffer.from([0x4c, 0x6f, 0x6e, 0x65, 0xed, 0xa0, 0xbd, 0xff]).toString('base64');
    await ann.drop({ from: 'eve@lines.example', subject: `=?utf-8?B?${surrogate}?=`, text: 'a\0b' });
    await ann.seat.sync();
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual([]);
    expect(await ann.email('Two Bcc: spy@lines.example')).toMatchObject({ BccAddress: null });
    expect(await contactsAt(ann, 'lines.example')).toEqual([
      expect.objectContaining({
        Email: 'eve@lines.example',
        LastName: expect.not.stringMatching(/\s{2}|[\r\n]/),
      }),
    ]);
    expect(await ann.subjectsIn('Opportunities')).toEqual(['Two Bcc: spy@lines.example']);
    const subjects = await ann.query<{ Subject: string }>(
      "SELECT Subject FROM EmailMessage WHERE FromAddress = 'eve@lines.example'",
    );
    expect(subjects).toHaveLength(4);
    for (const { Subject } of subjects) expect(Subject).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e]/u);
    await ann.seat.expectSilence();
  });

  it('MAIL-2: names that mean something to programs are names', async () => {
    const ann = await mailroom(office, 'Ann');
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'null',
      'undefined',
      '=cmd|calc',
      "Robert'); DROP",
    ];
    for (const [n, name] of names.entries())
      await ann.drop({ from: `${encoded(name)} <n${n}@names.example>`, subject: name }, NEW_OPPORTUNITY);
    await ann.drop({
      from: '__proto__@names.example',
      cc: 'constructor@names.example',
      subject: 'By address',
    });
    await ann.seat.sync();
    expect(await ann.subjectsIn(NEW_OPPORTUNITY)).toEqual([]);
    expect(await ann.subjectsIn('Opportunities')).toEqual([...names].sort());
    const contacts = await contactsAt(ann, 'names.example');
    expect(contacts).toHaveLength(names.length + 2);
    expect(contacts.filter(({ Email }) => Email.startsWith('n0'))).toMatchObject([{ LastName: '__proto__' }]);
    for (const name of names) expect(await ann.email(name)).toMatchObject({ Subject: name });
    await ann.seat.expectSilence();
  });
});

describe('MAIL-2: addresses of strangers', () => {
  it('MAIL-2: quotes and backslashes are letters, wherever they are asked for', async () => {
    const ann = await mailroom(office, 'Ann', NOBODY_NEW);
    const contact = await ann.seat.addRecord('Contact', {
      LastName: "O'Brien",
      Email: "o'brien@quotes.example",
    });
    const victim = await ann.seat.addRecord('Contact', {
      LastName: 'Victim',
      Email: 'victim@quotes.example',
    });
    await ann.drop({ from: "O'Brien <o'brien@quotes.example>", subject: "It's \\ a 'quote'" });
    const tricky = [
      '"x\\\\\' OR Email != null OR Name = \'"@inject.example',
      '"victim@quotes.example x"@inject.example',
      'victim@quotes.example@inject.example',
      'a%27%20or%201=1&$top=1#@inject.example',
      `${'('.repeat(3_000)}x@inject.example`,
      `${' '.repeat(3_000)}x@inject.example`,
    ];
    for (const [n, from] of tricky.entries()) await ann.drop({ from, subject: `Injection ${n}` });
    await ann.seat.sync();
    expect(await ann.history('WhoId', contact)).toEqual(["It's \\ a 'quote'"]);
    expect(await ann.history('WhoId', victim)).toEqual([]);
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual(tricky.map((_, n) => `Injection ${n}`));
    await ann.seat.expectSilence();
  });

  it('MAIL-2: a domain that only looks like another one is not that one', async () => {
    const ann = await mailroom(office, 'Ann', NOBODY_NEW);
    const real = await ann.seat.addRecord('Contact', { LastName: 'Real', Email: 'pay@bank-look.example' });
    const latin = await ann.seat.addRecord('Contact', { LastName: 'Latin', Email: 'pay@coco.example' });
    const alike = [
      'pay@b\u0430nk-look.example', // Cyrillic a
      'pay@xn--bnk-look-65g.example',
      'pay@bank-loo\u212a.example', // Kelvin sign
      'pay@bank\u2011look.example', // a hyphen that does not break
      'p\u0430y@bank-look.example',
      'pay\u200b@bank-look.example', // zero width
      'pay@\uff42ank-look.example', // full width
      'pay@\u0441\u043e\u0441\u043e.example', // a word of Cyrillic letters
    ];
    const ids: string[] = [];
    for (const [n, from] of alike.entries()) ids.push(await ann.drop({ from, subject: `Alike ${n}` }));
    await ann.drop({ from: 'PAY@Bank-Look.EXAMPLE', subject: 'The real one' });
    await ann.seat.sync();
    expect(await ann.history('WhoId', real)).toEqual(['The real one']);
    expect(await ann.history('WhoId', latin)).toEqual([]);
    for (const id of ids) expect((await ann.message(id)).categories).toEqual([NOT_ARCHIVED]);
    await ann.seat.expectSilence();
  });

  it('MAIL-2: five hundred recipients are linked, each once', async () => {
    const ann = await mailroom(office, 'Ann', NOBODY_NEW);
    const known = await ann.seat.addRecord('Contact', { LastName: 'Known', Email: 'r250@crowd.example' });
    const recipients = Array.from({ length: 500 }, (_, n) => `Person ${n} <r${n}@crowd.example>`);
    await ann.drop({ from: ann.seat.mail, to: recipients.join(',\r\n '), subject: 'To a crowd' });
    await ann.seat.sync();
    const email = await ann.email('To a crowd');
    expect(await ann.peopleOf(email)).toEqual(
      expect.arrayContaining([{ RelationId: known, RelationType: 'ToAddress' }]),
    );
    await ann.seat.expectSilence();
  });
});

describe('MAIL-7: Message-IDs of strangers', () => {
  it('MAIL-7: missing, empty, endless and copied ones keep no message out of the CRM', async () => {
    const ann = await mailroom(office, 'Ann');
    const date = new Date('2026-03-03T10:00:00Z');
    const copied = '<copied@ids.example>';
    const from = 'a@ids.example';
    await ann.drop({ from, messageId: copied, date, subject: 'Original' });
    await ann.drop({ from: 'forger@ids.example', messageId: copied, date, subject: 'Forged sender' });
    await ann.drop({ from, messageId: copied, date: new Date('2026-03-03T11:00:00Z'), subject: 'Later' });
    await ann.drop({ from, messageId: null, date, subject: 'Missing', text: 'One' });
    await ann.drop({ from, messageId: null, date, subject: 'Missing too', text: 'Two' });
    await ann.drop({ from, messageId: '<>', date, subject: 'Empty' });
    await ann.drop({ from, messageId: '', date, subject: 'Blank' });
    const long = 'x'.repeat(10_000);
    await ann.drop({ from, messageId: `<${long}1@ids.example>`, date, subject: 'Endless' });
    await ann.drop({ from, messageId: `<${long}2@ids.example>`, date, subject: 'Endless too' });
    await ann.drop({
      ...{ from, messageId: `<x' OR Id != '@ids.example>`, date, subject: 'Quoted' },
      headers: ['In-Reply-To: <copied@ids.example>', 'References: <copied@ids.example>'],
    });
    await ann.seat.sync();
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual([]);
    const found = await ann.query<{ Subject: string }>(
      "SELECT Subject FROM EmailMessage WHERE FromAddress LIKE '%@ids.example' ORDER BY Subject",
    );
    expect(found.map(({ Subject }) => Subject)).toEqual([
      ...['Blank', 'Empty', 'Endless', 'Endless too', 'Forged sender', 'Later', 'Missing', 'Missing too'],
      ...['Original', 'Quoted'],
    ]);
    await ann.seat.expectSilence();
  });
});
