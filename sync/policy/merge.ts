import * as z from 'zod';
import { elementOf, factsOf, fieldsOf, isRecord, unwrapped } from './option.ts';

/**
 * The document with the change in it: what is absent stays, objects are merged, lists are replaced, null is null.
 * In a map with free keys, where null is no value, null takes the key out.
 */
export function merged(schema: z.ZodType, document: unknown, change: unknown): unknown {
  if (change === undefined) return document;
  if (!isRecord(document) || !isRecord(change)) return change;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodRecord) {
    return Object.fromEntries(
      Object.entries({ ...document, ...change }).filter(([, value]) => value !== null),
    );
  }
  if (!(inner instanceof z.ZodObject)) return change;
  const fields = new Map(fieldsOf(inner));
  const changed = Object.entries(change).map(([key, value]) => {
    const field = fields.get(key);
    return [key, field ? merged(field, document[key], value) : value] as const;
  });
  return { ...document, ...Object.fromEntries(changed) };
}

/** The document with the default of every option that it does not have, also in the items of lists. */
export function completed(schema: z.ZodType, document: unknown): unknown {
  const facts = factsOf(schema);
  if (document === undefined && facts) return structuredClone(facts.default);
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject && (isRecord(document) || document === undefined)) {
    const given = document ?? {};
    const filled = fieldsOf(inner).map(([key, field]) => [key, completed(field, given[key])] as const);
    return { ...given, ...Object.fromEntries(filled.filter(([, value]) => value !== undefined)) };
  }
  if (inner instanceof z.ZodArray && Array.isArray(document)) {
    return document.map(item => completed(elementOf(inner), item));
  }
  return document;
}
