import { cleanLine, cutText } from '../mail/text.ts';
import { byId, type TrackedRecord } from './tracked.ts';

/** Exchange keeps names of folders up to this length. */
const LONGEST_NAME = 255;
const NO_NAME = '(no name)';

/** Exchange compares names without regard to case. */
export const foldedName = (name: string) => name.normalize('NFC').toLowerCase();

/** A name that a folder can have: the separators of paths become dashes, blanks and dots at the ends go. */
function folderNameOf(text: string, maxLength = LONGEST_NAME): string {
  const clean = cleanLine(text).replaceAll(/[/\\]/g, '-');
  return trimmed(cutText(trimmed(clean), maxLength)) || NO_NAME;
}

const trimmed = (name: string) => name.replaceAll(/^[\s.]+|[\s.]+$/g, '');

/** A name with something after it that is kept whole. */
export function withSuffix(name: string, suffix: string): string {
  return folderNameOf(name, LONGEST_NAME - suffix.length) + suffix;
}

const titleOf = ({ number, name }: TrackedRecord) => (number === null ? name : `${number} ${name}`);

/**
 * The names of the folders of records, by their ids. By date the place in the order stands before the name, since Outlook
 * sorts by name; by name, records of one name are told apart by their ids' order, so that none is renamed when another is
 * modified.
 */
export function recordFolderNames(
  newestFirst: readonly TrackedRecord[],
  sort: 'modified' | 'name',
): ReadonlyMap<string, string> {
  if (sort === 'name') return distinctNames([...newestFirst].sort(byId));
  return new Map(
    newestFirst.map((record, n) => {
      const place = `${String(n + 1).padStart(2, '0')} `;
      return [record.id, place + folderNameOf(titleOf(record), LONGEST_NAME - place.length)];
    }),
  );
}

function distinctNames(records: readonly TrackedRecord[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    records.map(record => {
      const name = freeName(titleOf(record), candidate => taken.has(foldedName(candidate)));
      taken.add(foldedName(name));
      return [record.id, name];
    }),
  );
}

/** The name itself, else the first with a number after it that is free. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = folderNameOf(wanted);
  for (let number = 2; isTaken(name); number++) name = withSuffix(wanted, ` (${number})`);
  return name;
}
