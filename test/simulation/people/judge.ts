import { leftovers } from '../leftovers.ts';
import type { Violation } from '../module.ts';
import { disagreements } from './agreement.ts';
import { deletions } from './deletions.ts';
import { duplicates } from './duplicates.ts';
import { trespasses } from './isolation.ts';
import { lostValues, undoneClearings } from './losses.ts';
import { resurrections } from './resurrections.ts';
import type { View } from './view.ts';
import { storms } from './volume.ts';

/** Whether these stand, agreement checks. */
const LASTING: ReadonlySet<string> = new Set(['no_company', 'exists_hidden']);

const CHECKS: readonly ((view: View) => Violation[])[] = [
  disagreements,
  lostValues,
  undoneClearings,
  duplicates,
  resurrections,
  deletions,
  ({ ledger }) => leftovers(ledger, ({ code }) => LASTING.has(code ?? '')),
  trespasses,
  storms,
];

/** Everything that does not hold, one file per rule. */
export function judge(view: View): Violation[] {
  return CHECKS.flatMap(check => check(view));
}
