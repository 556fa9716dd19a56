import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine } from '../../api/csv.ts';
import { maskJson, maskText } from '../../api/masking.ts';

describe('CSV', () => {
  test('reads back as it was, but for the guard against formulas', () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', '+', '-', '@', '\t', '\0', 'a') }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 5 }), values => {
        const [row] = parse(csvLine(values), {
          relaxColumnCount: true,
          recordDelimiter: '\r\n',
        }) as string[][];
        expect(row).toEqual(values.map(text => (/^[=+\-@\t\r\n\0]/.test(text) ? `'${text}` : text)));
      }),
    );
  });
});

describe('masking (OPS-2)', () => {
  test.each([
    ['ada@example.org', 'a•••@e•••.org'],
    ['Ada Lovelace', 'A••• L•••'],
    ['ada@localhost', 'a•••@l•••'],
    ['', ''],
  ])('%s shows as %s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test('shows of any word but its first letter at most the end of a domain', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 2 }).filter(word => /^\S+$/.test(word) && !word.includes('@')),
        word => {
          expect(maskText(word)).toBe(`${[...word][0]}•••`);
        },
      ),
    );
  });

  test('reaches every text of a value and leaves its shape', () => {
    expect(maskJson({ a: ['Ada', 1, null, true], b: { c: 'Byron' } })).toEqual({
      a: ['A•••', 1, null, true],
      b: { c: 'B•••' },
    });
  });
});
