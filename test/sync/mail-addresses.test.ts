import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalAddress,
  canonicalDomain,
  companyDomains,
  isPublicDomain,
  withoutTag,
} from '../../sync/mail/address.ts';
import { addresseesOf } from '../../sync/mail/addressees.ts';
import { personName } from '../../sync/mail/person-name.ts';
import { cleanLine, cleanText, cutText } from '../../sync/mail/text.ts';
import { at, message, OWN, surroundings } from './mail-sample.ts';

const somebody = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9+._'-]{1,20}$/),
    fc.constantFrom('Contoso.com', 'MÜLLER.example', '例子.example', 'xn--mller-kva.example', 'x.co.uk'),
  )
  .map(parts => parts.join('@'));

describe('addresses in one form', () => {
  it.each([
    ['Ann@Contoso.COM', 'ann@contoso.com'],
    ['  ann@contoso.com ', 'ann@contoso.com'],
    ["o'brien@x.de", "o'brien@x.de"],
    ['ann@müller.example', 'ann@xn--mller-kva.example'],
    ['ann@XN--MLLER-KVA.example', 'ann@xn--mller-kva.example'],
    ['用户@例子.example', '用户@xn--fsqu00a.example'],
  ])('%s', (written, address) => expect(canonicalAddress(written)).toBe(address));

  it.each([
    ['nothing', ''],
    ['no domain', 'ann'],
    ['no local part', '@contoso.com'],
    ['a name of Exchange', '/o=ExchangeLabs/ou=Exchange/cn=Recipients/cn=ann'],
    ['a domain without a dot', 'ann@localhost'],
    ['an IP address', 'ann@127.0.0.1'],
    ['an address literal', 'ann@[127.0.0.1]'],
    ['quoted local parts', '"victim@evil.example x"@internal.example'],
    ['two at signs', 'ann@evil.example@contoso.com'],
    ['quotes and backslashes', "x\\' OR Email != null OR Name = '"],
    ['backslashes', 'a\\b@contoso.com'],
    ['line breaks', 'ann@contoso.com\r\nBcc: eve@evil.example'],
    ['a space that is not seen', 'ann@con\u200btoso.com'],
    ['a soft hyphen', 'ann@con\u00adtoso.com'],
    ['a turned direction', 'ann@\u202emoc.osotnoc'],
    ['a Cyrillic letter in the domain', 'ann@c\u043entoso.com'],
    ['a Cyrillic letter in the local part', '\u0430nn@contoso.com'],
    ['wide letters', 'ann@\uff43ontoso.com'],
    ['the sign for Kelvin in the domain', 'ann@\u212aontoso.com'],
    ['the sign for Kelvin in the local part', '\u212aim@contoso.com'],
    ['an ideographic full stop', 'ann@contoso\u3002com'],
    ['a slash in the domain', 'ann@contoso.com/evil'],
    ['half a surrogate pair', 'ann\ud83d@contoso.com'],
    ['a mark to combine', 'e\u0301ve@contoso.com'],
    ['too much', `${'a'.repeat(400)}@contoso.com`],
  ])('none: %s', (_, written) => expect(canonicalAddress(written)).toBeNull());

  it('is the form of itself, whatever is written', () => {
    const written = fc.oneof(somebody, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(written, text => {
        const address = canonicalAddress(text);
        expect(address === null ? null : canonicalAddress(address)).toBe(address);
      }),
    );
  });

  it('two different alphabets never have one form', () => {
    const looksLike = { a: '\u0430', c: '\u0441', e: '\u0435', o: '\u043e', p: '\u0440', x: '\u0445' };
    const plain = fc.stringMatching(/^[acepox]{2,20}$/);
    fc.assert(
      fc.property(plain, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (label, replaced) => {
        const letters = [...label].map((letter, n) =>
          replaced[n] ? looksLike[letter as keyof typeof looksLike] : letter,
        );
        fc.pre(letters.join('') !== label);
        expect(canonicalDomain(`${letters.join('')}.example`)).not.toBe(`${label}.example`);
      }),
    );
  });

  it.each([
    ['ann+news@contoso.com', 'ann@contoso.com'],
    ['ann+a+b@contoso.com', 'ann@contoso.com'],
    ['+ann@contoso.com', '+ann@contoso.com'],
    ['ann@contoso.com', 'ann@contoso.com'],
  ])('%s is a variant of %s', (address, plain) => expect(withoutTag(address)).toBe(plain));

  it.each([
    ['ann@mail.contoso.co.uk', ['mail.contoso.co.uk', 'contoso.co.uk']],
    ['ann@contoso.com', ['contoso.com']],
    ['ann@gmail.com', []],
    ['ann@somebody.github.io', ['somebody.github.io']],
  ])('POL-21 the domains that tell the company of %s', (address, domains) => {
    expect(companyDomains(address)).toEqual(domains);
    expect(isPublicDomain('gmail.com')).toBe(true);
  });
});

describe('MAIL-2 who counts', () => {
  const addresses = (parts: Parameters<typeof message>[0], ccAndBcc = true) =>
    addresseesOf(message(parts), ccAndBcc, surroundings).counted.map(
      ({ role, address }) => `${role} ${address}`,
    );

  it('each person once, in the first role, without the tag', () =>
    expect(
      addresses({
        from: at('bob+out@fabrikam.example'),
        to: [at('Bob@fabrikam.example', 'Bob Ray'), at('cy@x.example')],
        cc: [at('CY@x.example'), at('di@x.example')],
      }),
    ).toEqual(['from bob@fabrikam.example', 'to cy@x.example', 'cc di@x.example']));

  it('without CC and BCC by option', () =>
    expect(addresses({ cc: [at('cy@x.example')] }, false)).toEqual([
      'from bob@fabrikam.example',
      `to ${OWN}`,
    ]));

  it.each([
    ['the own copy', at(OWN), null, true],
    ['the own copy, by an alias', at('Ann.Lee@contoso.com'), null, true],
    ['a copy sent on behalf of somebody', at('boss@contoso.com'), at(OWN), true],
    ['a copy received', at('bob@fabrikam.example'), null, false],
    ['a copy without sender', null, null, false],
  ])('MAIL-7 BCC of %s', (_, from, sender, counts) =>
    expect(addresses({ from, sender, bcc: [at('di@x.example')] }).includes('bcc di@x.example')).toBe(counts),
  );

  it('who sent it on behalf of the author counts where no author is named', () =>
    expect(addresses({ from: null, sender: at('eve@x.example'), to: [] })).toEqual(['from eve@x.example']));

  it('lists, groups and machines are no persons', () => {
    const list = at('friends@lists.example');
    const { counted } = addresseesOf(
      message({
        from: at('no-reply+7@shop.example'),
        to: [list, at('everybody@partner.example'), at('noreen@x.example')],
        lists: ['Friends@lists.example'],
      }),
      true,
      surroundings,
    );
    expect(counted.map(one => one.isImpersonal)).toEqual([true, true, true, false]);
  });

  it('POL-27 says what is left out', () => {
    const { leftOut } = addresseesOf(
      message({ to: [at('undisclosed recipients'), at('', 'Group:'), at('Lawyer+a@firm.example')] }),
      true,
      surroundings,
    );
    expect(leftOut).toEqual([
      { written: 'undisclosed recipients', role: 'to', code: 'broken_address' },
      { written: 'Group:', role: 'to', code: 'broken_address' },
      { written: 'Lawyer+a@firm.example', role: 'to', code: 'excluded_address' },
    ]);
  });

  it('500 recipients are 500 people', () => {
    const to = Array.from({ length: 500 }, (_, n) => at(`p${n}@x.example`));
    expect(addresses({ to })).toHaveLength(501);
  });
});

describe('names of people', () => {
  it.each([
    ['Ann Lee', 'x@y.example', 'Ann', 'Lee'],
    ['Lee, Ann', 'x@y.example', 'Ann', 'Lee'],
    ['"Lee, Ann (Contoso)"', 'x@y.example', 'Ann', 'Lee'],
    ['Ann van Lee [External]', 'x@y.example', 'Ann van', 'Lee'],
    ['Cher', 'x@y.example', null, 'Cher'],
    [null, 'ann.lee@y.example', 'Ann', 'Lee'],
    ['ann@y.example', 'ann_lee+crm@y.example', 'Ann', 'Lee'],
    ['__proto__', 'x@y.example', null, '__proto__'],
    ['Ann\r\nBcc: eve@evil.example', 'ann@y.example', null, 'Ann'],
    ['((((', 'info@y.example', null, '(((('],
    ['', '...@y.example', null, '...'],
  ])('%j of %s', (name, address, firstName, lastName) =>
    expect(personName(name, address)).toEqual({ firstName, lastName }),
  );

  it('always has a last name, within what CRMs hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), somebody, (name, address) => {
        const { firstName, lastName } = personName(name, address);
        expect(lastName.trim()).not.toBe('');
        expect(Math.max(lastName.length, firstName?.length ?? 0)).toBeLessThanOrEqual(40);
      }),
    );
  });
});

describe('texts of strangers', () => {
  it('a line has no line breaks, control characters or turned directions', () => {
    expect(cleanLine('Hi\r\nBcc: x@y\0\u202e there\u2028')).toBe('Hi Bcc: x@y there');
    expect(cleanLine('\ud83d')).toBe('\ufffd');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const line = cleanLine(text);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
        expect(cleanLine(line)).toBe(line);
      }),
    );
  });

  it('a text keeps lines and tabs', () => expect(cleanText('a\r\n\tb\rc\0')).toBe('a\n\tb\nc'));

  it.each([
    ['a family', '👨‍👩‍👧‍👦'.repeat(3), 20, '👨‍👩‍👧‍👦'],
    ['letters with marks', 'e\u0301'.repeat(3), 3, 'e\u0301'],
    ['half a pair', 'a😀', 2, 'a'],
    ['one that is longer than all', `a${'\u0301'.repeat(500)}`, 100, `a${'\u0301'.repeat(99)}`],
  ])('cuts %s whole', (_, text, maxLength, cut) => expect(cutText(text, maxLength)).toBe(cut));

  it('cuts to a beginning of at most so many units', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(60), (text, maxLength) => {
        const cut = cutText(text, maxLength);
        expect(cut.length).toBeLessThanOrEqual(maxLength);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });
});
