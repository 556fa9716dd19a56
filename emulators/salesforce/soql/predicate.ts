import type { Query } from '@jetstreamapp/soql-parser-js';
import { failure } from '../failure.ts';
import type { Field } from '../schema/types.ts';
import type { Row, Value } from '../store/row.ts';
import { functionColumn } from './functions.ts';
import { type Operand, operandOf } from './literals.ts';
import { malformed } from './malformed.ts';
import { resolve, type Scope } from './scope.ts';
import type { Comparison, Condition } from './tree.ts';

export type Predicate = (row: Row) => boolean;
/** How the values of a semi-join's inner query are found. */
export type Subselect = (query: Query) => ReadonlySet<Value>;

const UNFILTERABLE = new Set(['address', 'base64', 'junctionidlist']);
const LONG_TEXT = 256;

/** Text compares without case, ids as they are. */
function comparable(field: Field, value: Value): Value {
  return typeof value === 'string' && field.type !== 'id' && field.type !== 'reference'
    ? value.toLowerCase()
    : value;
}

function likePattern(pattern: string): RegExp {
  const source = pattern.replace(
    /\\([%_\\])|([%_])|([.*+?^${}()|[\]\\/-])/g,
    (_, escaped?: string, wildcard?: string, special?: string) => {
      if (escaped !== undefined) return escaped === '\\' ? '\\\\' : escaped;
      if (wildcard !== undefined) return wildcard === '%' ? '[\\s\\S]*' : '[\\s\\S]';
      return `\\${special}`;
    },
  );
  return new RegExp(`^${source}$`, 'i');
}

const ORDERINGS: Record<string, (a: NonNullable<Value>, operand: Operand & object) => boolean> = {
  '<': (a, operand) => ('value' in operand ? operand.value !== null && a < operand.value : a < operand.start),
  '<=': (a, operand) => ('value' in operand ? operand.value !== null && a <= operand.value : a < operand.end),
  '>': (a, operand) => ('value' in operand ? operand.value !== null && a > operand.value : a >= operand.end),
  '>=': (a, operand) =>
    'value' in operand ? operand.value !== null && a >= operand.value : a >= operand.start,
};

function equals(value: Value, operand: Operand): boolean {
  if ('value' in operand) return value === operand.value;
  return value !== null && value >= operand.start && value < operand.end;
}

function isIncluded(value: Value, wanted: readonly string[]): boolean {
  const chosen = new Set(
    String(value ?? '')
      .toLowerCase()
      .split(';'),
  );
  return wanted.some(group => group.split(';').every(each => chosen.has(each)));
}

type Test = (value: Value) => boolean;

function testOfOperands(operator: string, operands: readonly Operand[]): Test {
  const [first] = operands;
  const values = new Set(operands.flatMap(operand => ('value' in operand ? [operand.value] : [])));
  const ranges = operands.filter(operand => !('value' in operand));
  const isAny = (value: Value): boolean => values.has(value) || ranges.some(range => equals(value, range));
  switch (operator) {
    case '=':
    case 'IN':
      return isAny;
    case '!=':
    case '<>':
    case 'NOT IN':
      return value => !isAny(value);
    case 'INCLUDES':
      return value => isIncluded(value, [...values].map(String));
    case 'EXCLUDES':
      return value => !isIncluded(value, [...values].map(String));
  }
  const ordering = ORDERINGS[operator];
  if (ordering === undefined || first === undefined) throw malformed(`unexpected token: '${operator}'`);
  return value => value !== null && ordering(value, first);
}

function likeTest(operands: readonly Operand[]): Test {
  const patterns = operands.flatMap(operand =>
    'value' in operand ? [likePattern(String(operand.value ?? ''))] : [],
  );
  return value => value !== null && patterns.some(pattern => pattern.test(String(value)));
}

function checkFilterable(field: Field): void {
  if (UNFILTERABLE.has(field.type) || (field.type === 'textarea' && field.length >= LONG_TEXT))
    throw failure('INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
}

function checkOperator(field: Field, operator: string): void {
  if (operator === 'LIKE' && (field.type === 'id' || field.type === 'reference'))
    throw failure('INVALID_QUERY_FILTER_OPERATOR', `invalid operator on id field`);
  if ((operator === 'INCLUDES' || operator === 'EXCLUDES') && field.type !== 'multipicklist')
    throw failure(
      'INVALID_QUERY_FILTER_OPERATOR',
      `includes or excludes operator used on non multiselect picklist field`,
    );
}

function compileComparison(scope: Scope, comparison: Comparison, subselect: Subselect): Predicate {
  const column = comparison.call
    ? functionColumn(scope, comparison.call)
    : resolve(scope, comparison.field ?? '');
  const { field } = column;
  const operator = comparison.operator;
  checkFilterable(field);
  checkOperator(field, operator);
  if (comparison.subquery !== undefined) {
    const values = subselect(comparison.subquery);
    return operator === 'IN' ? row => values.has(column.value(row)) : row => !values.has(column.value(row));
  }
  const isLike = operator === 'LIKE';
  const operands = comparison.values.map((literal, i) => {
    const operand = operandOf(scope, field, literal, comparison.literalTypes[i] ?? 'STRING', isLike);
    return 'value' in operand && !isLike ? { value: comparable(field, operand.value) } : operand;
  });
  const test = isLike ? likeTest(operands) : testOfOperands(operator, operands);
  return isLike ? row => test(column.value(row)) : row => test(comparable(field, column.value(row)));
}

/** A test of one row, with all names and literals checked beforehand. */
export function compile(scope: Scope, tree: Condition | undefined, subselect: Subselect): Predicate {
  if (tree === undefined) return () => true;
  if (tree.kind === 'compare') return compileComparison(scope, tree, subselect);
  if (tree.kind === 'not') {
    const inner = compile(scope, tree.term, subselect);
    return row => !inner(row);
  }
  const terms = tree.terms.map(term => compile(scope, term, subselect));
  return tree.kind === 'and' ? row => terms.every(term => term(row)) : row => terms.some(term => term(row));
}
