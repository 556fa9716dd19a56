import { normalText } from '../calendar/plain-text.ts';
import { NO_REMINDER, sameMoment, sameParticipants, sameSpan, timeOfText } from '../calendar/text-form.ts';
import { FIELDS, type Field, type Fields } from '../record.ts';

type Value = string | null | undefined;

/** Empty text and no value are the same; line ends differ between systems without meaning anything. */
export function sameText(a: Value, b: Value): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Value): string {
  return (value ?? '').replace(/\r\n?/g, '\n').trimEnd();
}

export function isBlank(value: Value): boolean {
  return canonical(value) === '';
}

/** Fields whose values can say the same in other words. */
const MEANINGS: { readonly [field in Field]?: (a: string, b: string) => boolean } = {
  body: (a, b) => normalText(a) === normalText(b),
  span: sameSpan,
  participants: sameParticipants,
  remindAt: (a, b) => a !== NO_REMINDER && b !== NO_REMINDER && sameMoment(timeOfText(a), timeOfText(b)),
};

export function sameValue(field: Field, a: Value, b: Value): boolean {
  if (a === b || sameText(a, b)) return true;
  const means = MEANINGS[field];
  return means !== undefined && !!a && !!b && means(a, b);
}

/** Whether one value is the other cut off; no value is the beginning of nothing. */
export function isBeginning(part: Value, whole: string | null): boolean {
  const [start, text] = [canonical(part), canonical(whole)];
  return start !== '' && start.length < text.length && text.startsWith(start);
}

/** The fields that both name and that differ. */
export function differing(a: Fields, b: Fields): Field[] {
  return FIELDS.filter(
    field => a[field] !== undefined && b[field] !== undefined && !sameValue(field, a[field], b[field]),
  );
}

/** `patch` over `fields`; unknown values in the patch leave what is known. */
export function withFields(fields: Fields, patch: Fields): Fields {
  const merged: Partial<Record<Field, string | null>> = { ...fields };
  for (const field of FIELDS) {
    const value = patch[field];
    if (value !== undefined) merged[field] = value;
  }
  return merged;
}

export function pick(fields: Fields, names: Iterable<Field>): Fields {
  const picked: Partial<Record<Field, string | null>> = {};
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
    FIELDS.filter(field => !isBlank(fields[field])),
  );
}
