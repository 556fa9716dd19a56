import * as z from 'zod';
import { type Effect, elementOf, factsOf, fieldsOf, subscriptionOf, unwrapped } from './option.ts';
import { pointerTo } from './pointer.ts';
import { policySchema } from './schema.ts';
import type { Subscription } from './subscription.ts';

export interface OptionDescription {
  /** In lists, `*` stands for each item. */
  pointer: string;
  help: string;
  /** In words where it is computed; absent where the option is required. */
  default?: unknown;
  minimum?: number;
  maximum?: number;
  values?: readonly unknown[];
  nullable: boolean;
  /** The least subscription that has it. */
  subscription: Subscription;
  /** The strongest effect that a change of it can have (POL-26). */
  effect: Effect;
}

/** Every option of a policy, in the order of the schema: for documentation, OpenAPI and forms. */
export function describeOptions(): OptionDescription[] {
  return [...descriptions(policySchema, [], 'lite')];
}

function* descriptions(
  schema: z.ZodType,
  path: string[],
  subscription: Subscription,
): Generator<OptionDescription> {
  const facts = factsOf(schema);
  if (facts) {
    const standard = facts.computedDefault ?? facts.default;
    yield {
      pointer: pointerTo(path),
      help: facts.help,
      ...(standard === undefined ? {} : { default: standard }),
      ...bounds(unwrapped(schema)),
      nullable: schema instanceof z.ZodNullable,
      subscription,
      effect: facts.effect,
    };
  }
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) yield* descriptions(elementOf(inner), [...path, '*'], subscription);
  if (!(inner instanceof z.ZodObject)) return;
  for (const [key, field] of fieldsOf(inner))
    yield* descriptions(field, [...path, key], subscriptionOf(field) ?? subscription);
}

function bounds(schema: z.ZodType): Pick<OptionDescription, 'minimum' | 'maximum' | 'values'> {
  if (schema instanceof z.ZodNumber) return { minimum: schema.minValue!, maximum: schema.maxValue! };
  if (schema instanceof z.ZodEnum) return { values: schema.options };
  if (schema instanceof z.ZodBoolean) return { values: [true, false] };
  if (schema instanceof z.ZodArray) return bounds(elementOf(schema));
  return {};
}
