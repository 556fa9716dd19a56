import type { FieldFunctionExpression, FieldType, FunctionExp, Query } from '@jetstreamapp/soql-parser-js';
import { failure } from '../failure.ts';
import type { Row, Value } from '../store/row.ts';
import { functionColumn } from './functions.ts';
import { malformed } from './malformed.ts';
import { compareValues, directionOf } from './ordering.ts';
import { type Column, fieldPath, resolve, type Scope } from './scope.ts';
import { type Comparison, type Condition, conditionTree } from './tree.ts';

const AGGREGATES = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']);

const isAggregate = (item: FieldType): item is FieldFunctionExpression =>
  item.type === 'FieldFunctionExpression' && AGGREGATES.has(item.functionName.toUpperCase());

/** `SELECT COUNT() FROM …` answers a size and no records. */
export function isPlainCount(query: Query): boolean {
  const [only, ...others] = query.fields ?? [];
  return (
    only !== undefined &&
    others.length === 0 &&
    isAggregate(only) &&
    only.functionName.toUpperCase() === 'COUNT' &&
    only.parameters.length === 0
  );
}

export const isAggregateQuery = (query: Query): boolean =>
  query.groupBy !== undefined || (query.fields ?? []).some(isAggregate);

type Measure = (rows: readonly Row[]) => Value;

function presentValues(column: Column, rows: readonly Row[]): NonNullable<Value>[] {
  return rows.flatMap(row => column.value(row) ?? []);
}

const total = (values: readonly NonNullable<Value>[]): number =>
  values.reduce<number>((sum, value) => sum + Number(value), 0);

function extreme(
  values: readonly NonNullable<Value>[],
  isBetter: (a: NonNullable<Value>, b: NonNullable<Value>) => boolean,
): Value {
  return values.reduce<Value>((best, value) => (best === null || isBetter(value, best) ? value : best), null);
}

const MEASURES: Readonly<Record<string, (values: readonly NonNullable<Value>[]) => Value>> = {
  COUNT: values => values.length,
  COUNT_DISTINCT: values => new Set(values).size,
  SUM: values => (values.length === 0 ? null : total(values)),
  AVG: values => (values.length === 0 ? null : total(values) / values.length),
  MIN: values => extreme(values, (a, b) => a < b),
  MAX: values => extreme(values, (a, b) => a > b),
};

function measureOf(scope: Scope, call: FunctionExp): Measure {
  const measure = MEASURES[(call.functionName ?? '').toUpperCase()];
  const [parameter] = call.parameters ?? [];
  if (measure === undefined) throw malformed(`unexpected token: '${call.functionName}'`);
  if (parameter === undefined) return rows => rows.length;
  const column = typeof parameter === 'string' ? resolve(scope, parameter) : functionColumn(scope, parameter);
  return rows => measure(presentValues(column, rows));
}

interface Grouping {
  readonly key: string;
  readonly column: Column;
}

function groupingsOf(scope: Scope, query: Query): Grouping[] {
  const clauses = query.groupBy === undefined ? [] : [query.groupBy].flat();
  return clauses.map(clause => {
    const column = 'field' in clause ? resolve(scope, clause.field) : functionColumn(scope, clause.fn);
    const key = 'field' in clause ? clause.field.toLowerCase() : (clause.fn.rawValue ?? '').toLowerCase();
    return { key, column };
  });
}

function groupRows(groupings: readonly Grouping[], rows: readonly Row[]): Row[][] {
  if (groupings.length === 0) return [[...rows]];
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(groupings.map(grouping => grouping.column.value(row)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function havingComparison(scope: Scope, comparison: Comparison): (rows: readonly Row[]) => boolean {
  const compare = COMPARE[comparison.operator];
  if (comparison.call === undefined || compare === undefined)
    throw malformed('HAVING compares aggregate functions with numbers here');
  const measure = measureOf(scope, comparison.call);
  return rows => compare(Number(measure(rows)), Number(comparison.values[0]));
}

function having(scope: Scope, tree: Condition): (rows: readonly Row[]) => boolean {
  if (tree.kind === 'compare') return havingComparison(scope, tree);
  if (tree.kind === 'not') {
    const inner = having(scope, tree.term);
    return rows => !inner(rows);
  }
  const terms = tree.terms.map(term => having(scope, term));
  return rows => (tree.kind === 'and' ? terms.every(term => term(rows)) : terms.some(term => term(rows)));
}

function outputs(
  scope: Scope,
  query: Query,
  groupings: readonly Grouping[],
): [name: string, measure: Measure][] {
  let unnamed = 0;
  return (query.fields ?? []).map(item => {
    if (item.type === 'FieldFunctionExpression') {
      const name = item.alias ?? `expr${unnamed++}`;
      if (isAggregate(item)) return [name, measureOf(scope, item)];
      const column = functionColumn(scope, item);
      return [name, rows => (rows[0] === undefined ? null : column.value(rows[0]))];
    }
    if (item.type !== 'Field' && item.type !== 'FieldRelationship')
      throw malformed('Grouped query cannot use child relationships in the SELECT list');
    const path = fieldPath(item);
    const grouping = groupings.find(each => each.key === path.toLowerCase());
    if (grouping === undefined)
      throw failure('MALFORMED_QUERY', `Field must be grouped or aggregated: ${path}`);
    const name = ('alias' in item ? item.alias : undefined) ?? grouping.column.field.name;
    return [name, rows => (rows[0] === undefined ? null : grouping.column.value(rows[0]))];
  });
}

type GroupOrder = (a: readonly Row[], b: readonly Row[]) => number;

/** ORDER BY over groups: by a grouped field or an aggregate. */
function groupOrder(scope: Scope, query: Query, groupings: readonly Grouping[]): GroupOrder {
  const orders = [query.orderBy ?? []].flat().map(clause => {
    const measure = 'fn' in clause ? measureOf(scope, clause.fn) : groupedField(groupings, clause.field);
    const direction = directionOf(clause);
    return (a: readonly Row[], b: readonly Row[]) => compareValues(measure(a), measure(b), direction);
  });
  return (a, b) => orders.reduce((order, compare) => order || compare(a, b), 0);
}

function groupedField(groupings: readonly Grouping[], path: string): Measure {
  const grouping = groupings.find(each => each.key === path.toLowerCase());
  if (grouping === undefined) throw malformed(`Ordered field must be grouped or aggregated: ${path}`);
  return rows => (rows[0] === undefined ? null : grouping.column.value(rows[0]));
}

/** The groups of a query with GROUP BY or aggregate functions, as AggregateResult records. */
export function aggregateRecords(scope: Scope, query: Query, rows: readonly Row[]): object[] {
  const groupings = groupingsOf(scope, query);
  const columns = outputs(scope, query, groupings);
  const keep =
    query.having === undefined ? () => true : having(scope, conditionTree(scope.soql, query.having));
  return groupRows(groupings, rows)
    .filter(keep)
    .sort(groupOrder(scope, query, groupings))
    .map(group => ({
      attributes: { type: 'AggregateResult' },
      ...Object.fromEntries(columns.map(([name, measure]) => [name, measure(group)])),
    }));
}
