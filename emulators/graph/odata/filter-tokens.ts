import { badRequest } from '../protocol/errors.ts';

export interface Token {
  kind: 'word' | 'string' | 'number' | 'date' | 'symbol' | 'end';
  text: string;
  at: number;
}

const PATTERNS: readonly [Token['kind'], RegExp][] = [
  ['string', /'(?:[^']|'')*'/y],
  ['date', /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?/y],
  ['number', /-?\d+(?:\.\d+)?/y],
  ['word', /[A-Za-z_@][\w.@]*/y],
  ['symbol', /[(),:/]/y],
];

export const filterSyntaxError = (at: number, filter: string) =>
  badRequest(`Invalid filter clause: Syntax error at position ${at} in '${filter}'.`);

export function tokenizeFilter(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < filter.length) {
    if (/\s/.test(filter[at]!)) {
      at++;
      continue;
    }
    const token = tokenAt(filter, at);
    if (!token) throw filterSyntaxError(at, filter);
    tokens.push(token);
    at += token.text.length;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function tokenAt(filter: string, at: number): Token | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(filter)?.[0];
    if (text !== undefined) return { kind, text, at };
  }
  return undefined;
}
