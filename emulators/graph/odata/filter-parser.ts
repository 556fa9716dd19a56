import { filterSyntaxError, type Token, tokenizeFilter } from './filter-tokens.ts';

export type Operand =
  | { kind: 'path'; path: string[] }
  | { kind: 'literal'; value: string | number | boolean | null; isInstant?: true }
  | { kind: 'cast'; operand: Operand; type: string }
  | { kind: 'case'; operand: Operand; upper: boolean };

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextMatch = 'startswith' | 'endswith' | 'contains';

export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; inner: Expression }
  | { kind: 'compare'; comparison: Comparison; left: Operand; right: Operand; exact?: true }
  | { kind: 'match'; match: TextMatch; text: Operand; part: Operand }
  | { kind: 'any' | 'all'; path: string[]; variable: string; inner: Expression | undefined }
  | { kind: 'truth'; operand: Operand };

const COMPARISONS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const MATCHES = new Set(['startswith', 'endswith', 'contains']);

/** A date alone is its midnight in UTC. */
const instantOf = (text: string) => (text.includes('T') ? text : `${text}T00:00:00Z`);

export function parseFilter(filter: string): Expression {
  const parser = new FilterParser(filter);
  return parser.parse();
}

/** Recursive descent over the part of the OData filter grammar that Exchange resources know. */
class FilterParser {
  readonly #filter: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(filter: string) {
    this.#filter = filter;
    this.#tokens = tokenizeFilter(filter);
  }

  parse(): Expression {
    const expression = this.#or();
    if (this.#peek().kind !== 'end') throw this.#unexpected();
    return expression;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#unary();
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#unary() };
    return left;
  }

  #unary(): Expression {
    if (this.#takeWord('not')) return { kind: 'not', inner: this.#unary() };
    if (this.#takeSymbol('(')) {
      const inner = this.#or();
      this.#expectSymbol(')');
      // A single operand may stand in parentheses, too.
      return inner.kind === 'truth' ? this.#compared(inner.operand) : inner;
    }
    return this.#predicate();
  }

  #predicate(): Expression {
    const word = this.#peek().text.toLowerCase();
    if (MATCHES.has(word) && this.#tokens[this.#next + 1]?.text === '(')
      return this.#textMatch(word as TextMatch);
    const left = this.#operand();
    if (left.kind === 'path') {
      const lambda = this.#lambda(left.path);
      if (lambda) return lambda;
    }
    return this.#compared(left);
  }

  #compared(left: Operand): Expression {
    const comparison = this.#peek().text.toLowerCase();
    if (!COMPARISONS.has(comparison)) return { kind: 'truth', operand: left };
    this.#next++;
    return { kind: 'compare', comparison: comparison as Comparison, left, right: this.#operand() };
  }

  #textMatch(match: TextMatch): Expression {
    this.#next += 2;
    const text = this.#operand();
    this.#expectSymbol(',');
    const part = this.#operand();
    this.#expectSymbol(')');
    if (!this.#takeWord('eq')) return { kind: 'match', match, text, part };
    const wanted = this.#operand();
    const matched: Expression = { kind: 'match', match, text, part };
    return wanted.kind === 'literal' && wanted.value === false ? { kind: 'not', inner: matched } : matched;
  }

  #lambda(path: string[]): Expression | undefined {
    const quantifier = path.at(-1)?.toLowerCase();
    if ((quantifier !== 'any' && quantifier !== 'all') || !this.#takeSymbol('(')) return undefined;
    const collection = path.slice(0, -1);
    if (this.#takeSymbol(')')) return { kind: quantifier, path: collection, variable: '', inner: undefined };
    const variable = this.#take('word').text;
    this.#expectSymbol(':');
    const inner = this.#or();
    this.#expectSymbol(')');
    return { kind: quantifier, path: collection, variable, inner };
  }

  #operand(): Operand {
    const token = this.#peek();
    if (token.kind === 'word') return this.#wordOperand();
    this.#next++;
    if (token.kind === 'string')
      return { kind: 'literal', value: token.text.slice(1, -1).replaceAll("''", "'") };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'date') return { kind: 'literal', value: instantOf(token.text), isInstant: true };
    throw filterSyntaxError(token.at, this.#filter);
  }

  #wordOperand(): Operand {
    const word = this.#take('word').text;
    const lower = word.toLowerCase();
    if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true' };
    if (lower === 'null') return { kind: 'literal', value: null };
    if (this.#peek().text === '(') {
      if (lower === 'cast') return this.#cast();
      if (lower === 'tolower' || lower === 'toupper') return this.#case(lower === 'toupper');
    }
    const path = [word];
    while (this.#takeSymbol('/')) path.push(this.#take('word').text);
    return { kind: 'path', path };
  }

  #cast(): Operand {
    this.#expectSymbol('(');
    const operand = this.#operand();
    this.#expectSymbol(',');
    const type = this.#take('word').text;
    this.#expectSymbol(')');
    return { kind: 'cast', operand, type };
  }

  #case(upper: boolean): Operand {
    this.#expectSymbol('(');
    const operand = this.#operand();
    this.#expectSymbol(')');
    return { kind: 'case', operand, upper };
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(kind: Token['kind']): Token {
    const token = this.#peek();
    if (token.kind !== kind) throw this.#unexpected();
    this.#next++;
    return token;
  }

  #takeWord(word: string): boolean {
    if (this.#peek().kind !== 'word' || this.#peek().text.toLowerCase() !== word) return false;
    this.#next++;
    return true;
  }

  #takeSymbol(symbol: string): boolean {
    if (this.#peek().kind !== 'symbol' || this.#peek().text !== symbol) return false;
    this.#next++;
    return true;
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#unexpected();
  }

  #unexpected() {
    return filterSyntaxError(this.#peek().at, this.#filter);
  }
}
