import { type Fields, PERSON_FIELDS, type PersonField } from '../record.ts';

/** Empty text and no value are the same; line ends differ between systems without meaning anything. */
export function sameValue(a: string | null | undefined, b: string | null | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: string | null | undefined): string {
  return (value ?? '').replace(/\r\n?/g, '\n').trimEnd();
}

/** Whether one value is the other cut off; no value is the beginning of nothing. */
export function isBeginning(part: string | null | undefined, whole: string | null): boolean {
  const [start, text] = [canonical(part), canonical(whole)];
  return start !== '' && start.length < text.length && text.startsWith(start);
}

/** The fields that both name and that differ. */
export function differing(a: Fields, b: Fields): PersonField[] {
  return PERSON_FIELDS.filter(
    field => a[field] !== undefined && b[field] !== undefined && !sameValue(a[field], b[field]),
  );
}

/** `patch` over `fields`; unknown values in the patch leave what is known. */
export function withFields(fields: Fields, patch: Fields): Fields {
  const merged: Partial<Record<PersonField, string | null>> = { ...fields };
  for (const field of PERSON_FIELDS) {
    const value = patch[field];
    if (value !== undefined) merged[field] = value;
  }
  return merged;
}

export function pick(fields: Fields, names: Iterable<PersonField>): Fields {
  const picked: Partial<Record<PersonField, string | null>> = {};
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

export function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}

/** Known, non-empty values only: what a new item is made from. */
export function filled(fields: Fields): Fields {
  return pick(
    fields,
    PERSON_FIELDS.filter(field => !sameValue(fields[field], null)),
  );
}
