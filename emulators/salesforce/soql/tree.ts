import type {
  ConditionWithValueQuery,
  FunctionExp,
  HavingClause,
  LiteralType,
  Query,
  WhereClause,
} from '@jetstreamapp/soql-parser-js';
import { unexpectedToken } from './malformed.ts';

/** One comparison; `values` are raw literals as written. */
export interface Comparison {
  readonly kind: 'compare';
  readonly field: string | undefined;
  readonly call: FunctionExp | undefined;
  readonly operator: string;
  readonly values: readonly string[];
  readonly literalTypes: readonly LiteralType[];
  readonly subquery: Query | undefined;
}

export type Condition =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly kind: 'not'; readonly term: Condition };

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Comparison;

function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function comparisonOf(left: ConditionWithValueQuery): Comparison {
  const condition = left as Partial<Record<'field' | 'operator', string>> & {
    value?: string | string[];
    literalType?: LiteralType | LiteralType[];
    fn?: FunctionExp;
    valueQuery?: Query;
  };
  const values = asList(condition.value);
  const types = asList(condition.literalType);
  return {
    kind: 'compare',
    field: condition.field,
    call: condition.fn,
    operator: (condition.operator ?? '=').toUpperCase(),
    values,
    literalTypes: values.map((_, i) => types[i] ?? types[0] ?? 'STRING'),
    subquery: condition.valueQuery,
  };
}

/** The parser's types tell apart what here is only a chain. */
interface ListNode {
  readonly left: { readonly openParen?: number; readonly closeParen?: number } | null;
  readonly operator?: string;
  readonly right?: ListNode;
}

/** The parser gives a right-linked list with counted parentheses: read it back as tokens. */
function tokensOf(clause: WhereClause | HavingClause): Token[] {
  const tokens: Token[] = [];
  let node: ListNode | undefined = clause;
  while (node !== undefined) {
    const { left } = node;
    tokens.push(...Array<Token>(left?.openParen ?? 0).fill('('));
    if (left !== null && 'operator' in left) tokens.push(comparisonOf(left as ConditionWithValueQuery));
    tokens.push(...Array<Token>(left?.closeParen ?? 0).fill(')'));
    if (node.operator !== undefined) tokens.push(node.operator as Token);
    node = node.right;
  }
  return tokens;
}

/** Precedence as SOQL has it: AND and OR do not mix on one level without parentheses. */
export function conditionTree(soql: string, clause: WhereClause | HavingClause): Condition {
  const tokens = tokensOf(clause);
  let at = 0;

  function term(): Condition {
    const token = tokens[at];
    at += 1;
    if (token === 'NOT') return { kind: 'not', term: term() };
    if (token === '(') {
      const inner = expression();
      if (tokens[at] !== ')') throw unexpectedToken(soql, '');
      at += 1;
      return inner;
    }
    if (token === undefined || typeof token === 'string') throw unexpectedToken(soql, token ?? '');
    return token;
  }

  function expression(): Condition {
    const terms = [term()];
    const operator = tokens[at];
    if (operator !== 'AND' && operator !== 'OR') return terms[0] as Condition;
    while (tokens[at] === operator) {
      at += 1;
      terms.push(term());
    }
    const next = tokens[at];
    if (next === 'AND' || next === 'OR') throw unexpectedToken(soql, next);
    return { kind: operator === 'AND' ? 'and' : 'or', terms };
  }

  const tree = expression();
  if (at < tokens.length) throw unexpectedToken(soql, String(tokens[at]));
  return tree;
}

/** The comparisons that every result must satisfy. */
export function requiredComparisons(tree: Condition | undefined): Comparison[] {
  if (tree === undefined) return [];
  if (tree.kind === 'compare') return [tree];
  return tree.kind === 'and' ? tree.terms.flatMap(requiredComparisons) : [];
}
