import { expect } from 'vitest';
import { sameValue } from '../../sync/items/compare.ts';
import { FIELDS, type Field, type Fields } from '../../sync/record.ts';

/** Expects that each field of `wanted` is said, if in other words: an instant may be told in another zone. */
export function expectSaid(fields: Fields, wanted: Fields): void {
  const named = FIELDS.filter(field => wanted[field] !== undefined);
  const said = named.map((field): [Field, string | null | undefined] => {
    const isSame = fields[field] !== undefined && sameValue(field, fields[field], wanted[field]);
    return [field, isSame ? wanted[field] : fields[field]];
  });
  expect(Object.fromEntries(said)).toEqual(wanted);
}
