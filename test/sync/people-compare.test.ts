import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differing,
  filled,
  isBeginning,
  isEmpty,
  pick,
  sameText,
  withFields,
} from '../../sync/items/compare.ts';

describe('sameText', () => {
  it.each([
    ['no value and empty text', null, '', true],
    ['no value and an unknown one', null, undefined, true],
    ['no value and white space', null, ' \n', true],
    ['white space at the end', 'Oslo', 'Oslo \n', true],
    ['white space at the start', 'Oslo', ' Oslo', false],
    ['line ends of Windows and Unix', 'a\r\nb', 'a\nb', true],
    ['line ends of old Macs', 'a\rb', 'a\nb', true],
    ['an empty line more', 'a\n\nb', 'a\nb', false],
    ['case', 'Oslo', 'OSLO', false],
    ['accents', 'Goncalves', 'Gonçalves', false],
  ])('%s', (_name, a, b, same) => {
    expect(sameText(a, b)).toBe(same);
    expect(sameText(b, a)).toBe(same);
  });

  it('ignores how a system ends its lines', () => {
    fc.assert(fc.property(fc.array(fc.string()), lines => sameText(lines.join('\r\n'), lines.join('\n'))));
  });
});

describe('isBeginning', () => {
  it.each([
    ['a cut text', 'first line', 'first line\nsecond line', true],
    ['a cut text with other line ends', 'a\r\nb', 'a\nb\nc', true],
    ['the same text', 'a', 'a', false],
    ['the same text and white space', 'a', 'a\n', false],
    ['no text', null, 'a', false],
    ['a longer text', 'ab', 'a', false],
    ['another text', 'b', 'abc', false],
  ])('%s', (_name, part, whole, expected) => expect(isBeginning(part, whole)).toBe(expected));
});

describe('fields', () => {
  it('differ only where both sides name them', () => {
    expect(
      differing(
        { firstName: 'Luís', lastName: 'Gonçalves', fax: null, title: 'CEO' },
        { firstName: 'Luis', lastName: 'Gonçalves', fax: '', notes: 'x' },
      ),
    ).toEqual(['firstName']);
  });

  it('are overwritten by what is known, also by an empty value, and never by an unknown one', () => {
    expect(
      withFields({ title: 'CEO', fax: '1', notes: 'n' }, { title: null, fax: undefined as never }),
    ).toEqual({
      title: null,
      fax: '1',
      notes: 'n',
    });
  });

  it('are picked where they are known', () => {
    expect(pick({ title: null, fax: '1' }, ['title', 'notes'])).toEqual({ title: null });
  });

  it('make a new item where they have a value', () => {
    expect(filled({ title: null, fax: '', notes: ' ', lastName: 'Köhler' })).toEqual({ lastName: 'Köhler' });
  });

  it('are empty when none is named', () => {
    expect(isEmpty({})).toBe(true);
    expect(isEmpty({ title: null })).toBe(false);
  });
});
