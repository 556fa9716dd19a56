import { isDeepStrictEqual } from 'node:util';
import type { ExtendedPropertyIndex } from '../store/extended-properties.ts';
import { requirePropertyId } from './expand.ts';
import type { Expression, Operand } from './filter-parser.ts';

type Lambda = Extract<Expression, { kind: 'any' | 'all' }>;

const overExtendedProperties = (expression: Expression): expression is Lambda =>
  (expression.kind === 'any' || expression.kind === 'all') &&
  /^(single|multi)ValueExtendedProperties$/i.test(expression.path[0] ?? '');

/** Property ids in a filter compare in canonical form: type names and GUIDs without case. */
export function withCanonicalPropertyIds(expression: Expression): Expression {
  if (overExtendedProperties(expression)) {
    return expression.inner
      ? { ...expression, inner: canonicalIds(expression.inner, expression.variable) }
      : expression;
  }
  return mapChildren(expression, withCanonicalPropertyIds);
}

function canonicalIds(expression: Expression, variable: string): Expression {
  if (expression.kind === 'compare' && isPath(expression.left, variable, 'id')) {
    const { right } = expression;
    if (right.kind !== 'literal' || typeof right.value !== 'string') return expression;
    return { ...expression, right: { kind: 'literal', value: requirePropertyId(right.value) }, exact: true };
  }
  return mapChildren(expression, child => canonicalIds(child, variable));
}

function mapChildren(expression: Expression, change: (child: Expression) => Expression): Expression {
  if (expression.kind === 'and' || expression.kind === 'or') {
    return { ...expression, left: change(expression.left), right: change(expression.right) };
  }
  return expression.kind === 'not' ? { ...expression, inner: change(expression.inner) } : expression;
}

const isPath = (operand: Operand, variable: string, property: string) =>
  operand.kind === 'path' && isDeepStrictEqual(operand.path, [variable, property]);

/**
 * The items that can satisfy a filter when it demands certain extended properties: the search for an
 * item by its key, as integrations do it, must not read the whole folder.
 */
export function seek(
  expression: Expression | undefined,
  index: ExtendedPropertyIndex,
): ReadonlySet<number> | undefined {
  if (!expression) return undefined;
  if (expression.kind === 'and') return seek(expression.left, index) ?? seek(expression.right, index);
  if (expression.kind === 'or') {
    const left = seek(expression.left, index);
    const right = seek(expression.right, index);
    return left && right && new Set([...left, ...right]);
  }
  if (expression.kind !== 'any' || !overExtendedProperties(expression) || !expression.inner) return undefined;
  const id = literalOf(expression.inner, expression.variable, 'id');
  const value = literalOf(expression.inner, expression.variable, 'value');
  return id !== undefined && value !== undefined ? index.find(id, value) : undefined;
}

/** The text with which a conjunction compares a property of the element. */
function literalOf(expression: Expression, variable: string, property: string): string | undefined {
  if (expression.kind === 'and') {
    return literalOf(expression.left, variable, property) ?? literalOf(expression.right, variable, property);
  }
  if (expression.kind !== 'compare' || expression.comparison !== 'eq') return undefined;
  if (!isPath(expression.left, variable, property) || expression.right.kind !== 'literal') return undefined;
  return typeof expression.right.value === 'string' ? expression.right.value : undefined;
}
