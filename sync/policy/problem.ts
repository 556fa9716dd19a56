import * as z from 'zod';
import { elementOf, isRecord, unwrapped } from './option.ts';
import { pointerTo } from './pointer.ts';

export type ProblemCode =
  | 'required'
  | 'unknown_field'
  | 'invalid_type'
  | 'invalid_value'
  | 'too_small'
  | 'too_big'
  | 'contradiction' // two options that exclude each other
  | 'name_taken' // two folders or categories would have the same name
  | 'read_only'
  | 'locked' // POL-26
  | 'confirm_required' // POL-23
  | 'subscription' // POL-4, POL-21 … POL-23
  | 'trial'; // POL-2

/** What is wrong with one place of a policy, in words that say what to do. */
export interface Problem {
  pointer: string;
  code: ProblemCode;
  detail: string;
}

type Issue = z.core.$ZodIssue;

/** Everything that the schema has against the document, one problem for each place. */
export function problemsOf(issues: readonly Issue[], schema: z.ZodType, document: unknown): Problem[] {
  return issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') return unknownFields(issue.path, issue.keys, schema);
    return { pointer: pointerTo(issue.path), ...judged(issue, valueAt(document, issue.path)) };
  });
}

function unknownFields(path: PropertyKey[], keys: string[], schema: z.ZodType): Problem[] {
  const there = schemaAt(schema, path);
  const known = there instanceof z.ZodObject ? Object.keys(there.shape).join(', ') : 'none';
  return keys.map(key => ({
    pointer: pointerTo([...path, key]),
    code: 'unknown_field',
    detail: `There is no such option. Here are: ${known}`,
  }));
}

function judged(issue: Issue, value: unknown): Omit<Problem, 'pointer'> {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return { code: 'required', detail: 'This option is required' };
      return {
        code: 'invalid_type',
        detail: `Must be ${wordsOfType[issue.expected] ?? issue.expected}, not ${nameOf(value)}`,
      };
    case 'too_small':
      return { code: 'too_small', detail: `Must be at least ${amount(issue.minimum, issue.origin)}` };
    case 'too_big':
      return { code: 'too_big', detail: `Must be at most ${amount(issue.maximum, issue.origin)}` };
    case 'invalid_value':
      if (value === undefined) return { code: 'required', detail: 'This option is required' };
      return {
        code: 'invalid_value',
        detail: `Must be one of ${issue.values.map(allowed => JSON.stringify(allowed)).join(', ')}`,
      };
    case 'invalid_key':
      return { code: 'invalid_value', detail: issue.issues.map(({ message }) => message).join('; ') };
    default:
      return { code: 'invalid_value', detail: issue.message };
  }
}

const wordsOfType: Partial<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(value);
}

function amount(bound: number | bigint, origin: string): string {
  if (origin === 'string') return `${bound} characters long`;
  if (origin === 'array') return `${bound} items long`;
  return String(bound);
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isRecord(value) ? value[String(key)] : undefined;
  }, document);
}

function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((at, key) => {
    const inner = at && unwrapped(at);
    if (inner instanceof z.ZodArray) return unwrapped(elementOf(inner));
    return inner instanceof z.ZodObject ? unwrapped(inner.shape[String(key)] as z.ZodType) : undefined;
  }, schema);
}
