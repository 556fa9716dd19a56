import type { Violation } from '../module.ts';
import { disagreements } from './agreement.ts';
import { deletions } from './deletions.ts';
import { duplicates } from './duplicates.ts';
import { trespasses } from './isolation.ts';
import { leftovers } from './leftovers.ts';
import { lostValues, undoneClearings } from './losses.ts';
import { resurrections } from './resurrections.ts';
import type { View } from './view.ts';
import { storms } from './volume.ts';

const CHECKS: readonly ((view: View) => Violation[])[] = [
  disagreements,
  lostValues,
  undoneClearings,
  duplicates,
  resurrections,
  deletions,
  leftovers,
  trespasses,
  storms,
];

/** Everything that does not hold, one file per rule. */
export function judge(view: View): Violation[] {
  return CHECKS.flatMap(check => check(view));
}
