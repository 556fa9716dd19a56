import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalId, idOf } from '../../../emulators/salesforce/recordId.ts';
import { startOrg, type TestOrg } from './org.ts';

describe('record ids', () => {
  const sequence = fc.integer({ min: 0, max: 62 ** 7 });

  it('are found again from their 15 characters, and from 18 in any case', () => {
    fc.assert(
      fc.property(sequence, number => {
        const id = idOf('003', number);
        expect(canonicalId(id.slice(0, 15))).toBe(id);
        expect(canonicalId(id.toLowerCase())).toBe(id);
        expect(canonicalId(id.toUpperCase())).toBe(id);
      }),
    );
  });

  it('grow with their number', () => {
    fc.assert(
      fc.property(
        sequence,
        sequence,
        (a, b) => Math.sign(a - b) === (idOf('003', a) < idOf('003', b) ? -1 : Number(a !== b)),
      ),
    );
  });

  it('have the checksum of a known id', () => {
    expect(canonicalId('001D000000IRFma')).toBe('001D000000IRFmaIAH');
  });
});

type Formula =
  | { kind: 'leaf'; bit: number }
  | { kind: 'not'; inner: Formula }
  | { kind: 'and' | 'or'; parts: Formula[] };

const { formula } = fc.letrec<{ formula: Formula }>(tie => ({
  formula: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('leaf' as const), bit: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), inner: tie('formula') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('formula'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

/** Keeps negations apart: three in a row are refused. */
const FALSE = '(B0__c = true AND B0__c = false)';

function soqlOf(node: Formula): string {
  if (node.kind === 'leaf') return `B${node.bit}__c = true`;
  if (node.kind === 'not')
    return `(NOT ${node.inner.kind === 'not' ? `(${FALSE} OR ${soqlOf(node.inner)})` : soqlOf(node.inner)})`;
  return `(${node.parts.map(soqlOf).join(node.kind === 'and' ? ' AND ' : ' OR ')})`;
}

function holds(node: Formula, bits: number): boolean {
  if (node.kind === 'leaf') return (bits & (1 << node.bit)) !== 0;
  if (node.kind === 'not') return !holds(node.inner, bits);
  return node.kind === 'and'
    ? node.parts.every(part => holds(part, bits))
    : node.parts.some(part => holds(part, bits));
}

describe('WHERE as a formula', () => {
  let org: TestOrg;
  const BITS = [0, 1, 2, 3];
  const ALL = Array.from({ length: 16 }, (_, bits) => bits);

  beforeAll(async () => {
    org = await startOrg();
    await org.control('POST', '/schema', {
      object: 'Contact',
      fields: BITS.map(bit => ({ name: `B${bit}__c`, type: 'boolean' })),
    });
    const records = ALL.map(bits => ({
      attributes: { type: 'Contact' },
      LastName: String(bits),
      ...Object.fromEntries(BITS.map(bit => [`B${bit}__c`, (bits & (1 << bit)) !== 0])),
    }));
    await org.admin.call('POST', '/composite/sobjects', { records });
  });
  afterAll(() => org.close());

  it('selects exactly the rows for which it holds', async () => {
    await fc.assert(
      fc.asyncProperty(formula, async node => {
        const found = await org.admin.column(
          `SELECT LastName FROM Contact WHERE ${soqlOf(node)}`,
          'LastName',
        );
        expect(found).toEqual(ALL.filter(bits => holds(node, bits)).map(String));
      }),
      { numRuns: 60 },
    );
  });
});
