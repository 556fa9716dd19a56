import type { Query } from '@jetstreamapp/soql-parser-js';
import { malformed } from './malformed.ts';
import { type Column, resolve, type Scope } from './scope.ts';
import { type Comparison, type Condition, conditionTree } from './tree.ts';

const MAX_JOINS = 2;

/** Objects that no semi-join selects from (SOQL guide, Comparison Operators). */
const NOT_INNER = new Set(['attachment', 'event', 'note', 'task']);

const IDS = new Set(['id', 'reference']);

const hasJoin = (tree: Condition): boolean => allJoins(tree).length > 0;

function allJoins(tree: Condition): Comparison[] {
  if (tree.kind === 'compare') return tree.subquery === undefined ? [] : [tree];
  return tree.kind === 'not' ? allJoins(tree.term) : tree.terms.flatMap(allJoins);
}

function checkPlace(tree: Condition, isTop: boolean): void {
  if (tree.kind === 'compare') return;
  if (tree.kind === 'and') {
    for (const term of tree.terms) checkPlace(term, false);
    return;
  }
  if (!hasJoin(tree)) return;
  throw malformed(
    tree.kind === 'or' && isTop
      ? "Semi join sub-selects are not allowed with the 'OR' operator"
      : 'Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.',
  );
}

function checkInner(scope: Scope, inner: Query): void {
  const name = inner.sObject ?? '';
  if (NOT_INNER.has(name.toLowerCase()))
    throw malformed(`Entity '${name}' is not supported for semi join inner selects`);
  if (name.toLowerCase() === scope.type.name.toLowerCase())
    throw malformed('The inner and outer selects should not be on the same object type');
  if (inner.limit !== undefined || inner.orderBy !== undefined)
    throw malformed('ORDER BY and LIMIT are not supported in semi join sub-selects');
  if (inner.where !== undefined && hasJoin(conditionTree(scope.soql, inner.where)))
    throw malformed('Nesting of semi join sub-selects is not supported');
}

/** What the vendor allows of `IN (SELECT …)` (SOQL guide, Comparison Operators). */
export function checkSemiJoins(scope: Scope, tree: Condition | undefined): void {
  const joins = tree === undefined ? [] : allJoins(tree);
  if (tree === undefined || joins.length === 0) return;
  if (joins.length > MAX_JOINS) throw malformed(`Maximum ${MAX_JOINS} semi join sub-selects are allowed`);
  checkPlace(tree, true);
  for (const { field, subquery } of joins) {
    if (subquery !== undefined) checkInner(scope, subquery);
    checkJoined(resolve(scope, field ?? ''));
  }
}

/** Both sides of a semi-join are ids. */
function checkJoined({ field }: Column): void {
  if (!IDS.has(field.type))
    throw malformed(`A semi join compares ids: the field '${field.name}' is neither an id nor a reference`);
}

/** The one field that an inner select gives. */
export function checkSelected(column: Column): void {
  if (column.steps.length > 0) throw malformed('The inner select of a semi-join cannot follow relationships');
  checkJoined(column);
}
