import { describe, expect, it } from 'vitest';
import { type Conversion, convert } from '../../sync/mail/convert.ts';
import { messageIdentity } from '../../sync/mail/identity.ts';
import type { AttachmentFacts, MailMessage } from '../../sync/mail/message.ts';
import { heldLength } from '../../sync/mail/text.ts';
import { archived, at, choosing, conversion, known, message, OWN } from './mail-sample.ts';

const file = (parts: Partial<AttachmentFacts> = {}): AttachmentFacts => ({
  ...{ id: 'F', name: 'Offer.pdf', contentType: 'application/pdf', sizeBytes: 1_500_000, type: 'file' },
  ...parts,
});

describe('MAIL-4 attachments', () => {
  const plan = (attachments: AttachmentFacts[], options: Partial<Conversion['options']> = {}, parts = {}) =>
    archived(convert(message({ attachments, ...parts }), known, choosing({ attachments: true, ...options })));

  it.each<[string, Partial<AttachmentFacts>, string | null]>([
    ['a file', {}, null],
    ['one of 0 bytes', { sizeBytes: 0 }, null],
    ['a message', { type: 'item', name: 'Re: x' }, null],
    ['one beyond the limit', { sizeBytes: 25_000_001 }, 'attachment_too_large'],
    ['one that the CRM refuses', { name: 'setup.EXE' }, 'attachment_type_blocked'],
    ['a link', { type: 'reference' }, 'attachment_is_link'],
  ])('%s', (_, parts, code) => expect(plan([file(parts)]).attachments[0]?.leftOut?.code ?? null).toBe(code));

  it.each<[string | null, Partial<AttachmentFacts>, string]>([
    ['../../etc/passwd', {}, '_.._etc_passwd'],
    ['C:\\x.pdf', {}, 'C__x.pdf'],
    [null, {}, 'attachment-1.pdf'],
    ['  ', { contentType: 'x/y; name=z' }, 'attachment-1'],
    ['__proto__', {}, '__proto__'],
    ['a\r\nb\0.txt', {}, 'a b .txt'],
    ['. .a. b.. ', {}, 'a. b'],
    ['Re: Offer', { type: 'item' }, 'Re_ Offer.eml'],
    ['invoice\u202efdp.exe', {}, 'invoicefdp.exe'],
    [`${'x'.repeat(300)}.zip`, {}, `${'x'.repeat(251)}.zip`],
    [`a.${'x'.repeat(300)}`, {}, `a.${'x'.repeat(253)}`],
    ['42.zip'.repeat(1_000_000), {}, `${'42.zip'.repeat(42)}42`],
  ])('%.20j gets a name that is one', (name, parts, safe) => {
    const named = plan([file({ name, ...parts })]).attachments[0]?.name ?? '';
    expect(named.length).toBeLessThanOrEqual(255);
    expect(named.startsWith(safe.slice(0, 200))).toBe(true);
    if (safe.length < 200) expect(named).toBe(safe);
  });

  it('none without the option', () =>
    expect(plan([file()], { attachments: false })).toMatchObject({ attachments: [], afterwards: 'inbox' }));

  it.each<[string, AttachmentFacts[], Partial<MailMessage>, string]>([
    ['everything is in the CRM', [file()], {}, 'purge'],
    ['an attachment is left out', [file(), file({ type: 'reference' })], {}, 'inbox'],
    ['the text is cut', [], { text: 'x'.repeat(200_000) }, 'inbox'],
    ['it is short HTML', [], { text: null, html: '<p>Hi</p>' }, 'purge'],
    [
      'words of it stand behind more tags than are read',
      [],
      { text: null, html: `${'<b>'.repeat(70_000)}Hi` },
      'inbox',
    ],
  ])('MAIL-3 deleting after success, where %s', (_, attachments, parts, afterwards) =>
    expect(plan(attachments, { deleteAfter: true }, parts).afterwards).toBe(afterwards),
  );

  it('the summary stands under text and HTML, within the limits', () => {
    const { copy } = plan(
      [file({ name: '<b>.pdf' }), file({ sizeBytes: 3e9 })],
      { attachmentSummary: true },
      { html: '<p>Hi</p>' },
    );
    expect(copy.text).toBe(
      'Dear Ann\n\nAttachments:\n- _b_.pdf (1.4 MB)\n- Offer.pdf (2.8 GB): not archived. The CRM takes files of at most 24 MB.',
    );
    expect(copy.html).toContain('<p>Hi</p><p>Attachments:</p><ul><li>_b_.pdf (1.4 MB)</li>');
    const many = plan(
      Array.from({ length: 5_000 }, () => file()),
      { attachmentSummary: true },
      { text: 'x'.repeat(200_000) },
    );
    expect(heldLength(many.copy.text)).toBe(131_072);
    expect(many.copy.text.endsWith('- and 4900 more')).toBe(true);
  });
});

describe('a message of 30 MB', () => {
  const word = 'word <b>& '.repeat(3_000_000);

  it.each<[string, Partial<MailMessage>]>([
    ['of text', { text: word }],
    ['of HTML', { text: null, html: word }],
    ['of both, without Message-ID', { text: word, html: word, messageId: null }],
    ['of what nobody reads', { text: '\0'.repeat(30_000_000) }],
  ])('%s is archived as far as the CRM holds it, and not purged', (_, parts) => {
    const { copy, afterwards } = archived(convert(message(parts), known, choosing({ deleteAfter: true })));
    expect(copy.text.length).toBeLessThanOrEqual(131_072);
    expect(copy.html?.length ?? 0).toBeLessThanOrEqual(131_072);
    expect(afterwards).toBe('inbox');
  });
});

describe('MAIL-7 copies of one message', () => {
  const identity = (parts: Partial<MailMessage>) => messageIdentity(message(parts));
  const same = identity({});

  it.each<[string, Partial<MailMessage>]>([
    ['received at another time', { receivedAtMs: 1 }],
    ['with the subject marked by a gateway', { subject: '[EXT] Offer' }],
    ['with the sender in other letters', { from: at('BOB@Fabrikam.example') }],
    ['with other fractions of the second', { sentAtMs: 1_700_000_000_999 }],
    ['with the Message-ID written otherwise', { messageId: ' 1@fabrikam.example\r\n' }],
  ])('the same: %s', (_, parts) => expect(identity(parts)).toBe(same));

  it.each<[string, Partial<MailMessage>]>([
    ['a copied Message-ID of another sender', { from: at('eve@evil.example') }],
    ['a repeated Message-ID at another time', { sentAtMs: 1_700_000_060_000 }],
    ['no Message-ID', { messageId: null }],
    ['an empty Message-ID', { messageId: '<>' }],
    ['no sender', { from: null }],
  ])('another: %s', (_, parts) => expect(identity(parts)).not.toBe(same));

  it.each(['text', 'html'] as const)('%s of many short lines fits: line breaks count twice', kind => {
    const lines = kind === 'html' ? '<p>a</p>\n'.repeat(40_000) : 'a\n'.repeat(100_000);
    const { copy } = archived(
      convert(message({ text: null, html: null, [kind]: lines }), known, {
        ...conversion,
        limits: { ...conversion.limits, textLength: 32_000, htmlLength: 131_072 },
      }),
    );
    const held = (words: string | null) => (words ?? '').replaceAll('\n', '\r\n').length;
    expect(held(copy.text)).toBeLessThanOrEqual(32_000);
    expect(held(copy.text)).toBeGreaterThan(15_000);
    expect(held(copy.html)).toBeLessThanOrEqual(131_072);
    expect(copy.isWhole).toBe(false);
  });

  it('half a character in a Message-ID is none: no system could be asked for it', () => {
    const { copy } = archived(convert(message({ messageId: '<a\ud800b@x>' }), known, conversion));
    expect(copy.messageId).toBe('a\ufffdb@x');
  });

  it('without Message-ID the words tell', () => {
    expect(identity({ messageId: null })).toBe(identity({ messageId: '' }));
    expect(identity({ messageId: null, text: 'Other' })).not.toBe(identity({ messageId: null }));
    expect(identity({ messageId: 'x'.repeat(10_000) })).toHaveLength(43);
  });

  it('an e-mail that was sent is outgoing; BCC is kept of it alone', () => {
    const bcc = [at('di@x.example')];
    expect(
      archived(convert(message({ from: at(OWN), bcc }), known, choosing({ mustMatch: false }))).copy,
    ).toMatchObject({
      isIncoming: false,
      parties: [{ role: 'from' }, { role: 'to' }, { role: 'bcc', address: 'di@x.example' }],
    });
    const received = archived(convert(message({ bcc }), known, conversion));
    expect(JSON.stringify(received)).not.toContain('di@x.example');
    expect(received.copy.isIncoming).toBe(true);
  });
});
