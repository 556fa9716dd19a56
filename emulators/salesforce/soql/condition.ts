import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';
import { parse } from './parse.ts';
import { compile } from './predicate.ts';
import { conditionTree } from './tree.ts';

/** Whether a record satisfies a WHERE condition on its own object. Also used to refuse a condition that cannot be read. */
export function matchesCondition(
  org: Org,
  user: Row,
  type: ObjectType,
  condition: string,
  row: Row,
): boolean {
  const soql = `SELECT Id FROM ${type.name} WHERE ${condition}`;
  const { where } = parse(soql);
  const scope = { org, user, soql, type, alias: undefined };
  const tree = where === undefined ? undefined : conditionTree(soql, where);
  return compile(scope, tree, () => new Set())(row);
}
