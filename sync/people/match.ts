import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { isBlank } from '../items/compare.ts';
import type { Fields } from '../record.ts';
import { addressesOf } from './newcomers.ts';

/**
 * What a person is recognised by in a first cycle, strongest first (PAIR-7): `e:` an e-mail address,
 * `p:` name and phone, `c:` name and company. Compared through keyed hashes where they are stored.
 */
export function matchKeys(fields: Fields): string[] {
  const name = nameKey(fields);
  const phones = [fields.businessPhone, fields.mobilePhone, fields.homePhone, fields.otherPhone];
  return [
    ...addressKeys(fields),
    ...(name === null ? [] : phones.flatMap(phone => phoneKey(phone)).map(phone => `p:${name}|${phone}`)),
    ...(name === null || isBlank(fields.company) ? [] : [`c:${name}|${fold(fields.company ?? '')}`]),
  ];
}

/** The strongest keys alone: what a person is found by, linked or not. */
export function addressKeys(fields: Fields): string[] {
  return addressesOf(fields).map(address => `e:${address}`);
}

function nameKey(fields: Fields): string | null {
  const name = fold(`${fields.firstName ?? ''} ${fields.lastName ?? ''}`);
  return name === '' || isBlank(fields.lastName) ? null : name;
}

/** Case, accents' encoding and runs of white space make no different person. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** E.164 where the number says its country, else its digits: for matching only, never written. */
function phoneKey(phone: string | null | undefined): string[] {
  if (!phone) return [];
  const parsed = parsePhoneNumberFromString(phone);
  if (parsed) return [parsed.number];
  const digits = phone.replace(/\D/g, '');
  return digits.length >= 7 ? [digits] : [];
}

export interface Candidate {
  readonly id: string;
  readonly fields: Fields;
}
export type MatchResult<T extends Candidate> =
  | { readonly type: 'one'; readonly candidate: T; readonly by: 'email' | 'phone' | 'company' }
  | { readonly type: 'none' }
  | { readonly type: 'ambiguous'; readonly candidates: readonly T[] };

const STRENGTHS = [
  ['e:', 'email'],
  ['p:', 'phone'],
  ['c:', 'company'],
] as const;

/**
 * The one candidate that is this person. Several by the same kind of key are ambiguous and never guessed;
 * name and phone or company decide only between people whose addresses do not contradict each other.
 */
export function matchPerson<T extends Candidate>(fields: Fields, candidates: readonly T[]): MatchResult<T> {
  const keys = matchKeys(fields);
  for (const [prefix, by] of STRENGTHS) {
    const wanted = new Set(keys.filter(key => key.startsWith(prefix)));
    const found = candidates.filter(
      candidate =>
        matchKeys(candidate.fields).some(key => wanted.has(key)) &&
        (by === 'email' || !contradict(fields, candidate.fields)),
    );
    if (found.length > 1) return { type: 'ambiguous', candidates: found };
    if (found[0]) return { type: 'one', candidate: found[0], by };
  }
  return { type: 'none' };
}

function contradict(a: Fields, b: Fields): boolean {
  const addresses = addressesOf(a);
  const others = addressesOf(b);
  return addresses.length > 0 && others.length > 0 && !addresses.some(address => others.includes(address));
}
