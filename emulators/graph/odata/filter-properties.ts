import { badRequest } from '../protocol/errors.ts';
import { propertiesOf, propertyNamed } from '../protocol/schema.ts';
import type { Comparison, Expression, Operand } from './filter-parser.ts';

/** Names the first property that the type does not have, in the service's words. */
export function checkProperties(
  expression: Expression,
  typeName: string,
  variables: ReadonlySet<string> = new Set(),
): void {
  const check = (path: string[]) => {
    const name = path[0] ?? '';
    if (variables.has(name) || propertyNamed(name, typeName) !== undefined || isExtendedCollection(name))
      return;
    throw badRequest(
      `Invalid filter clause: Could not find a property named '${name}' on type '${typeName}'.`,
    );
  };
  const checkOperand = (operand: Operand): void => {
    if (operand.kind === 'path') check(operand.path);
    if (operand.kind === 'cast' || operand.kind === 'case') checkOperand(operand.operand);
  };
  switch (expression.kind) {
    case 'and':
    case 'or':
      checkProperties(expression.left, typeName, variables);
      checkProperties(expression.right, typeName, variables);
      return;
    case 'not':
      checkProperties(expression.inner, typeName, variables);
      return;
    case 'truth':
      checkOperand(expression.operand);
      return;
    case 'match':
      checkOperand(expression.text);
      checkOperand(expression.part);
      return;
    case 'compare':
      checkOperand(expression.left);
      checkOperand(expression.right);
      checkTypes(expression, operand => typeOf(operand, typeName, variables));
      return;
    case 'any':
    case 'all':
      check(expression.path);
      if (expression.inner) {
        checkProperties(expression.inner, typeName, new Set([...variables, expression.variable]));
      }
  }
}

/** These are accepted in any capitalisation. */
export const isExtendedCollection = (name: string) => /^(single|multi)ValueExtendedProperties$/i.test(name);

const OPERATOR_KINDS: Record<Comparison, string> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};

/** Types whose values compare with those of the same kind only; others are not checked. */
const KINDS: Record<string, string> = {
  'Edm.Boolean': 'boolean',
  'Edm.DateTimeOffset': 'instant',
  'Edm.Int32': 'number',
  'Edm.String': 'text',
};

/** A time in quotes is a text, which the service does not compare with a time. */
function checkTypes(
  { comparison, left, right }: Extract<Expression, { kind: 'compare' }>,
  typeNameOf: (operand: Operand) => string | undefined,
): void {
  const [one = '', other = ''] = [typeNameOf(left), typeNameOf(right)];
  if (KINDS[one] === undefined || KINDS[other] === undefined || KINDS[one] === KINDS[other]) return;
  throw badRequest(
    `Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '${one}' and '${other}' for operator kind '${OPERATOR_KINDS[comparison]}'.`,
  );
}

/** The type of a literal or of a property directly on the entity; those of other operands are not told. */
function typeOf(operand: Operand, typeName: string, variables: ReadonlySet<string>): string | undefined {
  if (operand.kind === 'literal') return typeOfLiteral(operand);
  if (operand.kind !== 'path' || operand.path.length !== 1 || variables.has(operand.path[0]!))
    return undefined;
  const name = propertyNamed(operand.path[0]!, typeName);
  return (
    name &&
    propertiesOf(typeName)
      .get(name)
      ?.replace(/[!+]+$/, '')
  );
}

function typeOfLiteral({ value, isInstant }: Extract<Operand, { kind: 'literal' }>): string | undefined {
  if (isInstant) return 'Edm.DateTimeOffset';
  if (typeof value === 'boolean') return 'Edm.Boolean';
  if (typeof value === 'number') return 'Edm.Int32';
  return typeof value === 'string' ? 'Edm.String' : undefined;
}
