import { type Failure, failure } from '../failure.ts';

const AROUND = 40;

/** Blanks string literals, keeping positions, so that words can be looked for. */
export function withoutStrings(soql: string): string {
  return soql.replace(/'(?:[^'\\]|\\.)*'/g, literal => ' '.repeat(literal.length));
}

function positionOf(soql: string, word: string): number {
  if (!/\w/.test(word)) return Math.max(withoutStrings(soql).lastIndexOf(word), 0);
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = withoutStrings(soql).search(new RegExp(`(?<![\\w.])${escaped}(?!\\w)`, 'i'));
  return Math.max(found, 0);
}

/** The three lines that precede a message about one place of a query: an excerpt, a caret, row and column. */
function pointAt(soql: string, position: number): string {
  const start = Math.max(0, position - AROUND);
  const excerpt = soql.slice(start, position + AROUND).replaceAll('\n', ' ');
  const line = soql.slice(0, position).split('\n');
  return `\n${excerpt}\n${' '.repeat(position - start)}^\nERROR at Row:${line.length}:Column:${(line.at(-1) ?? '').length + 1}\n`;
}

/** A failure that points at a word of the query. */
function failureAt(soql: string, word: string, errorCode: string, message: string): Failure {
  return failure(errorCode, pointAt(soql, positionOf(soql, word)) + message);
}

export const malformed = (message: string): Failure => failure('MALFORMED_QUERY', message);

export function unexpectedToken(soql: string, token: string): Failure {
  if (token === '') return malformed('unexpected token: <EOF>');
  return failureAt(soql, token, 'MALFORMED_QUERY', `unexpected token: '${token}'`);
}

const HINT = 'Please reference your WSDL or the describe call for the appropriate names.';

export const noSuchColumn = (soql: string, word: string, name: string, object: string): Failure =>
  failureAt(
    soql,
    word,
    'INVALID_FIELD',
    `No such column '${name}' on entity '${object}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${HINT}`,
  );

export const noSuchRelationship = (soql: string, word: string, name: string): Failure =>
  failureAt(
    soql,
    word,
    'INVALID_FIELD',
    `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${HINT}`,
  );

export const noSuchType = (soql: string, name: string): Failure =>
  failureAt(
    soql,
    name,
    'INVALID_TYPE',
    `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${HINT}`,
  );
