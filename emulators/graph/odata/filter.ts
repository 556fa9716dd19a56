import { badRequest } from '../protocol/errors.ts';
import type { Comparison, Expression, Operand, TextMatch } from './filter-parser.ts';

/** Reads a property of an entity or of an element of one of its collections. */
export type ReadProperty = (name: string) => unknown;

type Scope = ReadonlyMap<string, unknown>;
type Value = string | number | boolean | null;

const NO_VARIABLES: Scope = new Map();

/** Whether an entity satisfies a filter; texts compare without case, as in Exchange, unless they are ids. */
export function matches(expression: Expression, read: ReadProperty, scope: Scope = NO_VARIABLES): boolean {
  switch (expression.kind) {
    case 'and':
      return matches(expression.left, read, scope) && matches(expression.right, read, scope);
    case 'or':
      return matches(expression.left, read, scope) || matches(expression.right, read, scope);
    case 'not':
      return !matches(expression.inner, read, scope);
    case 'truth':
      return valueIn(expression.operand, read, scope) === true;
    case 'match':
      return matchesText(
        expression.match,
        valueIn(expression.text, read, scope),
        valueIn(expression.part, read, scope),
      );
    case 'compare':
      return compare(
        expression.comparison,
        valueIn(expression.left, read, scope),
        valueIn(expression.right, read, scope),
        expression.exact ? value => value : comparable,
      );
    case 'any':
    case 'all':
      return matchesElements(expression, read, scope);
  }
}

function matchesElements(
  { kind, path, variable, inner }: Extract<Expression, { kind: 'any' | 'all' }>,
  read: ReadProperty,
  scope: Scope,
): boolean {
  const elements = follow(path, read, scope);
  if (!Array.isArray(elements)) return kind === 'all';
  if (!inner) return elements.length > 0;
  const holds = (element: unknown) => matches(inner, read, new Map([...scope, [variable, element]]));
  return kind === 'any' ? elements.some(holds) : elements.every(holds);
}

function follow(path: string[], read: ReadProperty, scope: Scope): unknown {
  const [first = '', ...rest] = path;
  let value = scope.has(first) ? scope.get(first) : read(first);
  for (const name of rest) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? null;
}

function valueIn(operand: Operand, read: ReadProperty, scope: Scope): Value {
  switch (operand.kind) {
    case 'literal':
      return operand.value;
    case 'path':
      return follow(operand.path, read, scope) as Value;
    case 'cast':
      return cast(valueIn(operand.operand, read, scope), operand.type);
    case 'case': {
      const text = String(valueIn(operand.operand, read, scope) ?? '');
      return operand.upper ? text.toUpperCase() : text.toLowerCase();
    }
  }
}

function cast(value: Value, type: string): Value {
  if (value === null) return null;
  if (/^Edm\.(Int16|Int32|Int64|Double|Single|Decimal)$/.test(type)) return Number(value);
  if (type === 'Edm.Boolean') return /^true$/i.test(String(value));
  if (/^Edm\.(Guid|String|DateTimeOffset)$/.test(type)) return String(value);
  throw badRequest(`Invalid filter clause: The type '${type}' is not supported in a cast.`);
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const WITH_OFFSET = /(Z|[+-]\d\d:\d\d)$/;

function comparable(value: Value): string | number | boolean | null {
  if (typeof value !== 'string') return value;
  if (!INSTANT.test(value)) return value.toLowerCase();
  const instant = Date.parse(WITH_OFFSET.test(value) ? value : `${value}Z`);
  return Number.isNaN(instant) ? value.toLowerCase() : instant;
}

function compare(
  comparison: Comparison,
  leftValue: Value,
  rightValue: Value,
  comparedAs: (value: Value) => Value,
): boolean {
  const left = comparedAs(leftValue);
  const right = comparedAs(rightValue);
  if (comparison === 'eq') return left === right;
  if (comparison === 'ne') return left !== right;
  if (left === null || right === null || typeof left !== typeof right) return false;
  if (comparison === 'gt') return left > right;
  if (comparison === 'ge') return left >= right;
  return comparison === 'lt' ? left < right : left <= right;
}

function matchesText(match: TextMatch, text: Value, part: Value): boolean {
  if (typeof text !== 'string' || typeof part !== 'string') return false;
  const whole = text.toLowerCase();
  const wanted = part.toLowerCase();
  if (match === 'startswith') return whole.startsWith(wanted);
  return match === 'endswith' ? whole.endsWith(wanted) : whole.includes(wanted);
}
