import { isNamed } from './expectation.ts';
import type { Copy } from './memory.ts';
import type { View } from './view.ts';

/** E-mails go with their activity, and that with the people or the record that it is about. */
export function mayBeGone({ memory }: View, { letter }: Copy): boolean {
  const people = memory.letters.get(letter);
  const isAlone = people !== undefined && [...memory.deletedAddresses].some(one => isNamed(people, one));
  return isAlone || memory.deletedRecords.size > 0;
}
