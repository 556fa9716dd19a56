import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOfHtml } from '../../sync/calendar/body.ts';
import { htmlOfText } from '../../sync/calendar/html-of-text.ts';
import { mergedBody } from '../../sync/calendar/merged-body.ts';
import { normalText } from '../../sync/calendar/plain-text.ts';

describe('CAL-6 the text of an HTML body', () => {
  it.each([
    ['lines', '<div>one</div><div>two</div>', 'one\ntwo'],
    ['breaks', 'one<br>two<br><br>three', 'one\ntwo\n\nthree'],
    ['an empty line', '<div>one</div><div><br></div><div>two</div>', 'one\n\ntwo'],
    ['a break that ends a line', '<div>one<br></div><div><b>two<br></b></div>three', 'one\ntwo\nthree'],
    ['a break that ends bold words only', '<b>one<br></b>two', 'one\ntwo'],
    ['paragraphs', '<p>one</p><p>two</p>', 'one\n\ntwo'],
    [
      'paragraphs of Outlook',
      '<p class="MsoNormal">one</p><p class="MsoNormal">two</p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">three</p>',
      'one\ntwo\n\nthree',
    ],
    ['a heading', '<h1>Title</h1>text', 'Title\n\ntext'],
    [
      'lists',
      '<ul><li>one<ol start="3"><li>three</li><li>four</li></ol></li><li>two</li></ul>',
      '- one\n  3. three\n  4. four\n- two',
    ],
    [
      'a list beside an item',
      '<ul><li>one</li>\n<ul><li>deeper</li></ul>\n<li>two</li></ul>',
      '- one\n  - deeper\n- two',
    ],
    ['words in a list', '<ul>lost<!-- --><li>one</li></ul>', 'lost\n- one'],
    ['a list without a number to start with', '<ol start="x"><li>one</li></ol>', '0. one'],
    ['cells', '<table><tr><td>When</td><td>Now</td></tr><tr><td>Where</td></tr></table>', 'When\nNow\nWhere'],
    ['a link', '<a href="https://x.example/?a=1&amp;b">the plan</a>', 'the plan <https://x.example/?a=1&b>'],
    [
      'a link that says where it goes',
      '<a href="https://x.example/">https://x.example/</a>',
      'https://x.example/',
    ],
    ['an address', '<a href="mailto:a@x.example">a@x.example</a>', 'a@x.example'],
    ['a link that is a program', '<a href="JavaScript:alert(1)">press</a>', 'press'],
    ['a place in the same text', '<a href="#end">below</a>', 'below'],
    ['programs, styles and titles', '<title>t</title><style>p{}</style><script>x()</script>text', 'text'],
    ['comments and pictures', 'one<!-- two --><img src="cid:1" alt="three">', 'one'],
    [
      'what Exchange puts around',
      '<html><head>\r\n<meta></head><body>\r\n<p>text</p>\r\n</body></html>',
      'text',
    ],
    ['spaces', '<div>  one \r\n two&nbsp;&nbsp; three </div>', 'one two   three'],
    ['what was written with its breaks', '<pre>one\n  two</pre>', 'one\n  two'],
    ['signs', '&lt;b&gt; &amp;amp; &euro;&#8364;&#x20ac;', '<b> &amp; €€€'],
    ['nothing', '', ''],
  ])('%s', (_, html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  it.each([
    ['20,000 elements in each other', `${'<div>'.repeat(20_000)}deep`, '…'],
    ['20,000 that end what did not begin', `${'<b>'.repeat(20_000)}${'</i>'.repeat(20_000)}`, '…'],
    ['tables in tables', `<p>top</p>${'<table><tr><td>'.repeat(13_000)}deep`, 'top\n\n…'],
    ['200 kB that never end', '<!--'.repeat(50_000), ''],
    ['200 kB of blanks', `${'&nbsp;'.repeat(33_000)}end`, 'end'],
    ['200 kB of breaks', `${'<br>'.repeat(50_000)}end`, 'end'],
  ])('a hostile body costs little: %s', (_, html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  it('a body without end is cut', () => {
    expect(textOfHtml('word '.repeat(1_000_000)).length).toBeLessThan(500_001);
  });

  it('lists in lists do not grow with the square of their depth', () => {
    expect(textOfHtml('<ul><li>x'.repeat(20_000)).length).toBeLessThan(200_000);
  });
});

describe('CAL-6 the HTML of a text', () => {
  it.each([
    ['lines', 'one\n\ntwo', '<div>one</div>\n<div><br></div>\n<div>two</div>'],
    ['signs', '<b> & "c"', '<div>&lt;b&gt; &amp; &quot;c&quot;</div>'],
    ['indents and columns', 'a  b\n  c', '<div>a &nbsp;b</div>\n<div>&nbsp;&nbsp;c</div>'],
    [
      'a link in a sentence',
      'See (https://x.example/a?b&c).',
      '<div>See (<a href="https://x.example/a?b&amp;c">https://x.example/a?b&amp;c</a>).</div>',
    ],
    [
      'lists',
      '- one\n  3. three\n  4. four\n- two\nend',
      '<ul><li>one\n<ol start="3"><li>three\n</li><li>four\n</li></ol></li><li>two\n</li></ul><div>end</div>',
    ],
    [
      'numbers that do not follow',
      '1. a\n1. b',
      '<ol start="1"><li>a\n</li></ol><ol start="1"><li>b</li></ol>',
    ],
    ['an indent that is no list', 'a\n  - b', '<div>a</div>\n<div>&nbsp;&nbsp;- b</div>'],
    ['nothing', '', '<div><br></div>'],
  ])('%s', (_, text, html) => {
    expect(htmlOfText(text)).toBe(html);
  });
});

describe('CAL-6 text and HTML are made of each other', () => {
  const pieces = [
    ...['- ', '1. ', '2. ', '10. ', '007. ', '\n', '\n\n', '\n- ', '\n  - ', '\n   1. ', '  ', ' ', 'a', '.'],
    ...[
      'https://x.example/?b&c',
      'http://',
      '<b>',
      '<!--',
      '&amp;',
      '&',
      '<',
      '>',
      '"',
      ')',
      '\t',
      '\r\n',
      '\r',
    ],
    ...[
      '\u00a0',
      '\u200b',
      '\ufeff',
      '\u3000',
      '\u2028',
      '\0',
      '\u0085',
      '\ud800',
      '\udc00',
      '😀',
      'e\u0301',
    ],
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...pieces)).map(parts => parts.join('')),
  );

  it('the text of the HTML of a text is that text', () => {
    fc.assert(
      fc.property(text, given => {
        expect(textOfHtml(htmlOfText(given))).toBe(normalText(given));
      }),
      { numRuns: 300 },
    );
  });

  it('a normal text stays as it is, and each text of HTML is one', () => {
    const markup = fc.constantFrom(
      ...['<div>', '</div>', '<p>', '</p>', '<br>', '<ul>', '</ul>', '<ol>', '<li>', '</li>', '<b>', '</b>'],
      ...['<table>', '<tr>', '<td>', '</table>', '<pre>', '</pre>', '<a href="https://x.example">', '</a>'],
      ...[
        '&nbsp;',
        '&#13;',
        '&#0;',
        '&#xd800;',
        ' ',
        '\n',
        'word',
        '<style>',
        '</style>',
        '<hr>',
        '<!-- -->',
      ],
    );
    const html = fc.array(markup).map(parts => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(text, html), given => {
        const normal = normalText(given);
        expect(normalText(normal)).toBe(normal);
        const shown = textOfHtml(given);
        expect(normalText(shown)).toBe(shown);
      }),
      { numRuns: 300 },
    );
  });
});

describe('CAL-6 a body with another text', () => {
  const html = '<html><body><p>Hello <b>you</b></p><p>&nbsp;</p></body></html>';
  const before = { text: textOfHtml(html), html };

  it.each([
    ['as it was', 'Hello you'],
    ['with other blanks and ends of lines', ' Hello\u00a0you \r\n\r\n'],
  ])('the same text never rewrites HTML: %s', (_, text) => {
    expect(mergedBody(before, text)).toBe(before);
  });

  it.each([
    ['a word', 'Hi you', '<p>Hi <b>you</b></p>'],
    ['a word more', 'Hello dear you', '<p>Hello <b>dear you</b></p>'],
    ['signs', 'Hello <you>', '<p>Hello <b>&lt;you&gt;</b></p>'],
    ['a line more', 'Hello you\n  all', '<p>Hello <b>you<br>&nbsp;&nbsp;all</b></p>'],
  ])('other words in one place leave the rest of the HTML: %s', (_, text, paragraph) => {
    const edited = mergedBody(before, text);
    expect(edited).toEqual({ text, html: html.replace('<p>Hello <b>you</b></p>', paragraph) });
  });

  it('only the words of the text are replaced, not those of tags, addresses and other sentences', () => {
    const told = '<div class="at">meet <a href="https://x.example/at">at</a> noon</div><div>at home</div>';
    const text = textOfHtml(told);
    const edited = mergedBody({ text, html: told }, text.replace('at home', 'from home'));
    expect(edited.html).toBe(told.replace('at home', 'from home'));
  });

  it('the way into an online meeting is kept when the notes above it change', () => {
    const blob =
      '<div class="me-email-text"><a href="https://teams.example/l/1">Join</a><span> now</span></div>';
    const told = `<html><body><div>Agenda: <i>none</i></div>${blob}</body></html>`;
    const text = textOfHtml(told);
    const edited = mergedBody({ text, html: told }, text.replace('none', 'budget\n- last year'));
    expect(edited.html).toBe(told.replace('none', 'budget<br>- last year'));
  });

  it('HTML is made anew where words changed in several lines, or stand in several parts', () => {
    expect(mergedBody(before, 'Hello\r\nall')).toEqual({
      text: 'Hello\nall',
      html: '<div>Hello</div>\n<div>all</div>',
    });
    const spread = { text: 'Hello', html: '<p>H<b>ell</b>o</p>' };
    expect(mergedBody(spread, 'Bye')).toEqual({ text: 'Bye', html: '<div>Bye</div>' });
    expect(mergedBody({ text: '', html: '<p></p>' }, 'Bye').html).toBe('<div>Bye</div>');
  });

  it('of a word that stands everywhere not every place is tried', () => {
    const html = `<div>${'<b>a</b> '.repeat(30)}</div>`;
    const text = textOfHtml(html);
    const edited = mergedBody({ text, html }, `${text.slice(0, -1)}b`);
    expect(edited).toEqual({ text: `${text.slice(0, -1)}b`, html: `<div>${text.slice(0, -1)}b</div>` });
  });

  it('whatever is edited, the HTML says the new text', () => {
    const words = fc.array(
      fc.constantFrom('a', 'b', 'at', '&', '<p>', 'x.', '- c', '\n', '\n\n', '  ', '1. d'),
      {
        maxLength: 12,
      },
    );
    const text = words.map(parts => parts.join(' '));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const told = htmlOfText(one);
        const edited = mergedBody({ text: normalText(one), html: told }, other);
        expect(edited.text).toBe(normalText(other));
        expect(textOfHtml(edited.html!)).toBe(normalText(other));
      }),
      { numRuns: 300 },
    );
  });

  it('another text stays text where text was', () => {
    expect(mergedBody({ text: 'a', html: null }, 'b')).toEqual({ text: 'b', html: null });
  });
});
