import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type Effect, factsOf, fieldsOf } from './option.ts';
import { pointerTo } from './pointer.ts';
import { type Policy, policySchema } from './schema.ts';

export interface OptionChange {
  pointer: string;
  before: unknown;
  after: unknown;
  /** What this very change does to items that are already synced. */
  effect: Effect;
}

/** POL-26: every option whose value differs, with the effect of this change of it. */
export function diffPolicies(before: Policy, after: Policy): OptionChange[] {
  return [...differences(policySchema, before, after, [])];
}

function* differences(
  schema: z.ZodObject,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: string[],
): Generator<OptionChange> {
  for (const [key, field] of fieldsOf(schema)) {
    const here = [...path, key];
    if (factsOf(field)) yield* difference(field, before[key], after[key], here);
    else if (field instanceof z.ZodObject)
      yield* differences(field, group(before[key]), group(after[key]), here);
  }
}

function* difference(
  option: z.ZodType,
  before: unknown,
  after: unknown,
  path: string[],
): Generator<OptionChange> {
  if (isDeepStrictEqual(before, after)) return;
  yield { pointer: pointerTo(path), before, after, effect: effectOf(option, before, after) };
}

function effectOf(option: z.ZodType, before: unknown, after: unknown): Effect {
  const { effect, narrows } = factsOf(option)!;
  return narrows && !narrows(before, after) ? 'reprocess' : effect;
}

/** Where the schema has a group, a policy has an object. */
function group(value: unknown): Record<string, unknown> {
  return value as Record<string, unknown>;
}
