import { badRequest } from '../protocol/errors.ts';
import { propertiesOf } from '../protocol/schema.ts';
import type { Expression, Operand } from './filter-parser.ts';

/** Names the first property that the type does not have, in the service's words. */
export function checkProperties(
  expression: Expression,
  typeName: string,
  variables: ReadonlySet<string> = new Set(),
): void {
  const check = (path: string[]) => {
    const name = path[0] ?? '';
    if (variables.has(name) || propertiesOf(typeName).has(name) || isExtendedCollection(name)) return;
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
