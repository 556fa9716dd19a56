import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVault, SealBroken } from '../../db/vault.ts';

const dataKey = randomBytes(32);
const vaultOf = (organizationId: string, key: Buffer) => createVault(organizationId, key, randomBytes);
const vault = vaultOf('org_a', dataKey);
const place = ['items', 'itm_1', 'detail_sealed'] as const;
const secret = { subject: 'Canary', to: ['ada@contoso.example'] };

describe('a sealed value (OPS-5)', () => {
  test('opens to what was sealed, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.string(), fc.string(), (value, table, row, column) => {
        const sealed = vault.seal(table, row, column, value);
        expect(vault.open(table, row, column, sealed)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('opens after a restart, with the same data key', () => {
    const sealed = vault.seal(...place, secret);
    expect(vaultOf('org_a', Buffer.from(dataKey)).open(...place, sealed)).toEqual(secret);
  });

  test.each([
    ['another table', vaultOf('org_a', dataKey), ['inbox', 'itm_1', 'detail_sealed']],
    ['another row', vaultOf('org_a', dataKey), ['items', 'itm_2', 'detail_sealed']],
    ['another column', vaultOf('org_a', dataKey), ['items', 'itm_1', 'crm_base_sealed']],
    ['names that only look alike together', vaultOf('org_a', dataKey), ['items', 'itm_1|detail', 'sealed']],
    ['another organization with the same data key', vaultOf('org_b', dataKey), place],
    ['another data key', vaultOf('org_a', randomBytes(32)), place],
  ] as const)('does not open in %s', (_, other, [table, row, column]) => {
    const sealed = vault.seal(...place, secret);
    expect(() => other.open(table, row, column, sealed)).toThrow(SealBroken);
  });

  test('does not open with any bit flipped or any byte missing', () => {
    const sealed = vault.seal(...place, secret);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => vault.open(...place, altered), `bit ${bit}`).toThrow(SealBroken);
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => vault.open(...place, sealed.subarray(0, length)), `${length} bytes`).toThrow(SealBroken);
    }
  });

  test('is new bytes every time, and shows nothing of the value', () => {
    const seals = Array.from({ length: 1_000 }, () => vault.seal(...place, secret));
    expect(new Set(seals.map(sealed => sealed.toString('hex'))).size).toBe(1_000);
    expect(new Set(seals.map(sealed => sealed.subarray(5, 17).toString('hex'))).size).toBe(1_000);
    expect(seals.some(sealed => sealed.includes('Canary'))).toBe(false);
  });

  test('what JSON cannot hold is refused instead of lost', () => {
    expect(() => vault.seal(...place, undefined)).toThrow(/items.detail_sealed/);
  });
});

describe('a keyed hash', () => {
  test('is the same for the same kind and value', () => {
    expect(vaultOf('org_a', dataKey).hash('address', 'ada@contoso.example')).toBe(
      vault.hash('address', 'ada@contoso.example'),
    );
  });

  test('differs by kind, value, organization and key', () => {
    const hashes = [
      vault.hash('address', 'ada@contoso.example'),
      vault.hash('subject', 'ada@contoso.example'),
      vault.hash('address', 'bob@contoso.example'),
      vaultOf('org_b', dataKey).hash('address', 'ada@contoso.example'),
      vaultOf('org_a', randomBytes(32)).hash('address', 'ada@contoso.example'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
