import { withoutTag } from './address.ts';
import { cleanLine, cutText } from './text.ts';

export interface PersonName {
  readonly firstName: string | null;
  readonly lastName: string;
}

/** What CRMs hold at least of each part. */
const LONGEST_PART = 40;

/** The name of somebody who is known by a message alone: `Ann Lee`, `Lee, Ann`, or else what the address says. */
export function personName(name: string | null, address: string): PersonName {
  const clean = withoutRemarks(name ?? '');
  return clean === '' || clean.includes('@') ? fromAddress(address) : partsOf(clean);
}

/** Mail systems add a company or a state to names: `Lee, Ann (Contoso)`, `Ann Lee [External]`. */
function withoutRemarks(name: string): string {
  return cleanLine(name.slice(0, 1000).replaceAll(/\([^()]*\)|\[[^[\]]*\]/g, ' ')).replaceAll(
    /^["',\s]+|["',\s]+$/g,
    '',
  );
}

function partsOf(name: string): PersonName {
  const [last = '', first, ...rest] = name.split(',').map(part => part.trim());
  if (first && last && rest.length === 0) return named(first, last);
  const words = name.replaceAll(',', ' ').split(' ').filter(Boolean);
  return named(words.slice(0, -1).join(' '), words.at(-1) ?? '');
}

function fromAddress(address: string): PersonName {
  const plain = withoutTag(address);
  const local = plain.slice(0, plain.lastIndexOf('@'));
  const words = local.split(/[._]+/).filter(Boolean).map(capitalized);
  return named(words.slice(0, -1).join(' '), words.at(-1) ?? local);
}

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function named(first: string, last: string): PersonName {
  return { firstName: cutText(first, LONGEST_PART) || null, lastName: cutText(last, LONGEST_PART) };
}
