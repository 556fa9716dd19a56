import type { LiteralType } from '@jetstreamapp/soql-parser-js';
import { failure } from '../failure.ts';
import { canonicalId } from '../recordId.ts';
import type { Field } from '../schema/types.ts';
import { parseDate, parseDateTime, stampOf } from '../stamp.ts';
import { text, type Value } from '../store/row.ts';
import { dayRange, startOfDayMs, todayIn } from './dateLiterals.ts';
import { malformed } from './malformed.ts';
import type { Scope } from './scope.ts';

/** A literal as the field's type sees it: one value, or from `start` up to `end` for a date literal. */
export type Operand = { readonly value: Value } | { readonly start: string; readonly end: string };

const ESCAPES: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** The text between quotes. For LIKE, `\%` and `\_` keep their backslash. */
export function unquote(literal: string, isPattern = false): string {
  return literal.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (sequence, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (isPattern && (code === '%' || code === '_' || code === '\\')) return sequence;
    const character = ESCAPES[code];
    if (character === undefined)
      throw malformed(
        `Invalid string literal '${literal.slice(1, -1)}'. Illegal character sequence '${sequence}' in string literal.`,
      );
    return character;
  });
}

function mustBe(field: Field, type: string, quoted: boolean): Error {
  const ending = quoted ? 'and should be enclosed in quotes' : 'and should not be enclosed in quotes';
  return failure(
    'INVALID_FIELD',
    `value of filter criterion for field '${field.name}' must be of type ${type} ${ending}`,
  );
}

function rangeOf(scope: Scope, field: Field, literal: string): Operand {
  const zone = text(scope.user, 'TimeZoneSidKey') ?? 'UTC';
  const range = dayRange(literal, todayIn(zone, scope.org.clock.nowMs()));
  if (range === undefined) throw malformed(`unexpected token: '${literal}'`);
  if (field.type === 'date') return { start: range.start.toString(), end: range.end.toString() };
  return { start: stampOf(startOfDayMs(range.start, zone)), end: stampOf(startOfDayMs(range.end, zone)) };
}

function timeOperand(scope: Scope, field: Field, literal: string, type: LiteralType): Operand {
  if (type === 'DATE_LITERAL' || type === 'DATE_N_LITERAL') return rangeOf(scope, field, literal);
  const wanted = field.type === 'date' ? 'DATE' : 'DATETIME';
  const parsed =
    type === wanted ? (field.type === 'date' ? parseDate(literal) : parseDateTime(literal)) : undefined;
  if (parsed === undefined) throw mustBe(field, field.type === 'date' ? 'date' : 'dateTime', false);
  return { value: parsed };
}

/** No id, but what clients begin a walk over ids with. */
const KEYSET_START = /^0{18}$/;

function idOperand(literal: string): Operand {
  const given = unquote(literal);
  if (given === '') return { value: null };
  const id = canonicalId(given) ?? KEYSET_START.exec(given)?.[0];
  if (id === undefined) throw failure('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${given}`);
  return { value: id };
}

const NUMERIC = new Set(['int', 'double', 'currency', 'percent']);

/** The literal in the field's terms, or the failure that tells what the field wants. */
export function operandOf(
  scope: Scope,
  field: Field,
  literal: string,
  type: LiteralType,
  isPattern: boolean,
): Operand {
  if (type === 'NULL') return { value: null };
  if (field.type === 'date' || field.type === 'datetime') return timeOperand(scope, field, literal, type);
  if (field.type === 'boolean') {
    if (type !== 'BOOLEAN') throw mustBe(field, 'boolean', false);
    return { value: literal.toUpperCase() === 'TRUE' };
  }
  if (NUMERIC.has(field.type)) {
    if (type !== 'INTEGER' && type !== 'DECIMAL') throw mustBe(field, field.type, false);
    return { value: Number(literal) };
  }
  if (type !== 'STRING')
    throw mustBe(field, field.type === 'id' || field.type === 'reference' ? 'ID' : 'string', true);
  if ((field.type === 'id' || field.type === 'reference') && !isPattern) return idOperand(literal);
  const value = unquote(literal, isPattern);
  return { value: value === '' ? null : value };
}
