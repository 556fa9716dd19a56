import { parseQuery, type Query } from '@jetstreamapp/soql-parser-js';
import { failure } from '../failure.ts';
import { malformed, unexpectedToken, withoutStrings } from './malformed.ts';

const MAX_CHARACTERS = 100_000;
/** The parser drops every negation but two of a row: better refused than answered wrongly. */
const THREE_NEGATIONS = /\bNOT[\s(]+NOT[\s(]+NOT\b/i;
const FOUND = /found:?\s*(?:-->\s*)?'?(.*?)'?(?:\s*<--)?(?:\s*$|\n)/;
const LEXING = /->(.)<- at offset: (\d+)/;

function syntaxFailure(soql: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const lexing = LEXING.exec(message);
  if (lexing?.[1] === "'")
    return malformed(`line 1:${soql.length} mismatched character '<EOF>' expecting '''`);
  if (lexing?.[1] !== undefined)
    return malformed(`line 1:${lexing[2]} no viable alternative at character '${lexing[1]}'`);
  return unexpectedToken(soql, FOUND.exec(message)?.[1]?.trim() ?? '');
}

/** The parsed query, or MALFORMED_QUERY. */
export function parse(soql: string): Query {
  if (soql.length > MAX_CHARACTERS)
    throw failure('QUERY_TOO_COMPLICATED', 'SOQL statements cannot exceed 100,000 characters.');
  if (soql.trim() === '') throw malformed('unexpected token: <EOF>');
  if (!/^\s*SELECT\b/i.test(soql)) throw unexpectedToken(soql, soql.trim().split(/\s/)[0] ?? '');
  if (THREE_NEGATIONS.test(withoutStrings(soql))) throw unexpectedToken(soql, 'NOT');
  try {
    return parseQuery(soql);
  } catch (error) {
    throw syntaxFailure(soql, error);
  }
}
