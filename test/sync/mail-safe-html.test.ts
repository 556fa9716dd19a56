import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeHtml } from '../../sync/mail/safe-html.ts';

const MAX = 131_072;
const safe = (html: string) => safeHtml(html, MAX);

describe('MAIL-4 HTML in the CRM', () => {
  it.each([
    ['paragraphs and emphasis', '<p>Hi <b>you</b></p>', '<p>Hi <b>you</b></p>'],
    ['lists', '<ol start="3"><li>a<li>b</ol>', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['tables', '<table border="1"><tr><td colspan="2">a</td></tr></table>', '<table border="1"><tr><td colspan="2">a</td></tr></table>'],
    ['emphasis by style', '<span style="font-weight: bold">a</span>', '<span style="font-weight:bold">a</span>'],
    ['the direction of words', '<div dir="rtl"><p dir="&quot;&gt;">א</p></div>', '<div dir="rtl"><p dir="&quot;&gt;">א</p></div>'],
    ['the words of pictures', '<p>a <img src="https://t.example/p.gif" alt="Logo"> b</p>', '<p>a <span>[Logo]</span> b</p>'],
    ['an unclosed head', '<html><head><title>t</title><style>p{}</style><body>a', 'a'],
    ['characters that mean something', 'a &lt; b &amp; "c"', 'a &lt; b &amp; "c"'],
  ])('keeps %s', (_, html, kept) => expect(safe(html)).toBe(kept)); // biome-ignore format: one case per line

  it.each([
    ['a script', 'a<script>alert(1)</script>b', 'ab'],
    ['an event', '<p onclick="alert(1)">a</p>', '<p>a</p>'],
    ['a program as a link', '<a href="java\nscript:alert(1)">a</a>', '<a>a</a>'],
    ['data as a link', '<a href="data:text/html,x">a</a>', '<a>a</a>'],
    ['a page of the CRM as a link', '<a href="/secur/logout.jsp">a</a>', '<a>a</a>'],
    ['any scheme as a link', '<a href="//evil.example">a</a>', '<a>a</a>'],
    ['what hides', '<p style="display:none;font-size:0;color:#fff">a</p>', '<p>a</p>'],
    ['what covers', '<div style="position:fixed;top:0">a</div>', '<div>a</div>'],
    ['what loads by style', '<p style="background:url(https://t.example)">a</p>', '<p>a</p>'],
    ['a picture without words', 'a<img src="https://t.example/p.gif">b', 'ab'],
    ['a picture that names others', 'a<img srcset="https://t.example/2x 2x" alt="">b', 'ab'],
    ['frames', 'a<iframe src="https://t.example">f</iframe>b', 'ab'],
    ['forms', '<form action="https://t.example"><input name="p">a</form>', 'a'],
    ['where relative links lead', '<base href="https://evil.example"><p>a</p>', '<p>a</p>'],
    ['a page that leaves', '<meta http-equiv="refresh" content="0;url=https://t.example">a', 'a'],
    ['comments', 'a<!--[if mso]><p>b</p><![endif]-->c', 'ac'],
    ['a foreign object', '<svg><foreignObject><script>alert(1)</script></foreignObject></svg>a', 'a'],
    ['a mutation', '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">', '<table></table>'],
    ['a raw text that ends early', '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>', '<p></p>'],
    ['unknown attributes', '<p __proto__="x" constructor="y" class="z" id="w">a</p>', '<p>a</p>'],
    ['a NUL', 'a\0b', 'ab'],
  ])('leaves out %s', (_, html, kept) => expect(safe(html)).toBe(kept)); // biome-ignore format: one case per line

  it('links tell the other side nothing', () =>
    expect(safe('<a href="https://x.example/?a=1&b=2" target="_top" ping="https://t.example">x</a>')).toBe(
      '<a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">x</a>',
    ));

  it.each([
    ['20,000 nested elements', '<div>'.repeat(20_000)],
    ['200,000 open ones', '<b><i>'.repeat(100_000)],
    ['a million siblings', '<p>x</p>'.repeat(1_000_000)],
    ['2,000 places to break', 'x<wbr>'.repeat(2_000)],
    ['an attribute of 10 MB', `<p title="${'x'.repeat(10_000_000)}">`],
    ['a style without end', `<p style="${'a:b;'.repeat(100_000)}">x`],
    ['30 MB of text', 'word '.repeat(6_000_000)],
    ['open brackets', '<'.repeat(100_000)],
    ['unclosed comments', '<!--'.repeat(100_000)],
  ])('is bounded for %s', (_, html) => {
    const kept = safe(html);
    const { depth, isBalanced } = shape(kept);
    expect(kept.length).toBeLessThanOrEqual(MAX);
    expect(depth).toBeLessThanOrEqual(100);
    expect(isBalanced).toBe(true);
  });

  const piece = fc.oneof(
    fc.constantFrom(...'<p>|</p>|<b style="font-weight:bold">|</b>|<table>|<td>|<svg>|<script>|</script>|<style>'.split('|')),
    fc.constantFrom('<img src=x onerror=y alt="<b>">', '<a href="javascript:x">', '&lt;', '&#x3c;', '<!--', '-->', '"', "'", '<', '>'),
    fc.constantFrom('<a href="https://x.example">', '<noscript>', '<textarea>', '<title>', '<xmp>', '</noscript>', '</xmp>', '😀'),
    fc.string({ maxLength: 5 }),
  ); // biome-ignore format: one kind per line

  it('whatever is thrown together: only what is allowed, within the length, and all of it when done twice', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 0, max: 3_000 }), (pieces, max) => {
        const html = safeHtml(pieces.join(''), max);
        expect(html.length).toBeLessThanOrEqual(max);
        expect(html.isWellFormed()).toBe(true);
        expect(shape(html)).toMatchObject({ foreign: [], isBalanced: true });
        expect(words(safe(html))).toBe(words(html));
      }),
      { numRuns: 1_000 },
    );
  });
});

const TAG = /<(\/?)([a-z0-9]+)((?: [a-z]+="[^"<>]*")*)( \/)?>/g;
const words = (html: string) => html.replaceAll(TAG, '').trim();

const FORBIDDEN =
  /script|style|img|svg|math|iframe|form|input|object|base|meta|link|title|textarea|xmp|noscript/;

/** Read by a grammar that is stricter than that of any browser: what it does not know is foreign. */
function shape(html: string) {
  const foreign: string[] = [...(html.replaceAll(TAG, '').match(/[<>]/g) ?? [])];
  const open: string[] = [];
  let depth = 0;
  let isBalanced = true;
  for (const [tag, end, name = '', attributes = '', isEmpty] of html.matchAll(TAG)) {
    if (
      FORBIDDEN.test(name) ||
      /^ (?!(style|dir|href|rel|start|type|colspan|rowspan|align|border)=)/.test(attributes)
    )
      foreign.push(tag);
    if (/script:|data:|url\(|display|position/i.test(attributes)) foreign.push(tag);
    if (tag.startsWith('</')) isBalanced &&= open.pop() === name;
    else if (!end && !isEmpty) open.push(name);
    depth = Math.max(depth, open.length);
  }
  return { foreign, depth, isBalanced: isBalanced && open.length === 0 };
}
