import { failure, jsonParserError } from '../failure.ts';
import { canonicalId } from '../recordId.ts';
import type { Field } from '../schema/types.ts';
import { parseDate, parseDateTime } from '../stamp.ts';
import type { Value } from '../store/row.ts';

const XSD: Record<string, string> = {
  boolean: 'boolean',
  int: 'int',
  double: 'double',
  currency: 'double',
  percent: 'double',
  date: 'date',
  datetime: 'datetime',
  base64: 'base64Binary',
  junctionidlist: '<unknown>',
};

function wrongType(field: Field, value: unknown): Error {
  const token =
    typeof value === 'string'
      ? 'VALUE_STRING'
      : typeof value === 'number'
        ? 'VALUE_NUMBER'
        : typeof value === 'boolean'
          ? `VALUE_${String(value).toUpperCase()}`
          : Array.isArray(value)
            ? 'START_ARRAY'
            : 'START_OBJECT';
  return jsonParserError(
    `Cannot deserialize instance of ${XSD[field.type] ?? 'string'} from ${token} value ${String(value)} or request may be missing a required field`,
  );
}

/** Text loses its surrounding white space (long text keeps it) and NUL characters; empty text is null. */
function coerceText(field: Field, value: unknown): Value {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw wrongType(field, value);
  const clean = value.replaceAll('\u0000', '');
  const kept = field.type === 'textarea' ? clean : clean.trim();
  return kept === '' ? null : kept;
}

function coerceNumber(field: Field, value: unknown): Value {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw wrongType(field, value);
  if (field.type === 'int' && !Number.isInteger(number)) throw wrongType(field, value);
  return number;
}

function coerceBoolean(field: Field, value: unknown): Value {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw wrongType(field, value);
}

function coerceTime(field: Field, value: unknown): Value {
  const parsed =
    typeof value === 'string' ? (field.type === 'date' ? parseDate(value) : parseDateTime(value)) : undefined;
  if (parsed === undefined) throw wrongType(field, value);
  return parsed;
}

function coerceId(field: Field, value: unknown): Value {
  if (typeof value !== 'string') throw wrongType(field, value);
  const id = canonicalId(value.trim());
  if (id === undefined)
    throw failure('MALFORMED_ID', `${field.label}: id value of incorrect type: ${value}`, [field.name]);
  return id;
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

function coerceBase64(field: Field, value: unknown): Value {
  if (typeof value !== 'string') throw wrongType(field, value);
  if (!BASE64.test(value)) throw wrongType(field, value.slice(0, 40));
  return value;
}

/** Ids of junction records, joined: in JSON a list, and never a single value. */
function coerceIdList(field: Field, value: unknown): Value {
  if (!Array.isArray(value)) throw wrongType(field, value);
  return value.length === 0 ? null : value.map(id => coerceId(field, id)).join(';');
}

/** The stored form of a value from JSON; what the field's type cannot take is refused. */
export function coerce(field: Field, value: unknown): Value {
  if (value === null || value === undefined || (value === '' && field.type !== 'boolean')) {
    if (field.type === 'boolean')
      throw failure('INVALID_TYPE_ON_FIELD_IN_RECORD', `${field.label}: value not of required type: `, [
        field.name,
      ]);
    return null;
  }
  switch (field.type) {
    case 'boolean':
      return coerceBoolean(field, value);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return coerceNumber(field, value);
    case 'date':
    case 'datetime':
      return coerceTime(field, value);
    case 'id':
    case 'reference':
      return coerceId(field, value);
    case 'base64':
      return coerceBase64(field, value);
    case 'junctionidlist':
      return coerceIdList(field, value);
    default:
      return coerceText(field, value);
  }
}
