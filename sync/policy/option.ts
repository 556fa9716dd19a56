import * as z from 'zod';
import type { Subscription } from './subscription.ts';

/** What changing an option does to items that are already synced (POL-26). */
export type Effect = 'none' | 'reprocess' | 'removal' | 'locked-after-save' | 'locked-after-enabling';

export interface OptionFacts<Value> {
  help: string;
  effect: Effect;
  /** Without a default (of either form) the option is required. */
  default?: Value;
  /** Says in words what is computed when the policy is created. */
  computedDefault?: string;
  /** For the effect `removal`: whether this change takes items away; if not, they are reprocessed. */
  narrows?: (before: Value, after: Value) => boolean;
}

type StoredFacts = OptionFacts<unknown>;

const facts = z.registry<StoredFacts>();
const features = z.registry<{ subscription: Subscription }>();

/** Declares one option: its schema together with everything else that is to be known about it. */
export function option<Schema extends z.ZodType>(
  schema: Schema,
  about: OptionFacts<z.output<Schema>>,
): Schema {
  const documented =
    'default' in about ? { description: about.help, default: about.default } : { description: about.help };
  const declared = schema.meta(documented) as Schema;
  // A registry cannot know the value type of each of its members; `narrows` is only given values of this schema.
  facts.add(declared, about as unknown as StoredFacts);
  return declared;
}

/** A group of options with an `enabled` of its own that needs at least this subscription. */
export function feature<Schema extends z.ZodObject>(subscription: Subscription, schema: Schema): Schema {
  features.add(schema, { subscription });
  return schema;
}

export function factsOf(schema: z.ZodType): StoredFacts | undefined {
  return facts.get(schema);
}

export function subscriptionOf(schema: z.ZodType): Subscription | undefined {
  return features.get(schema)?.subscription;
}

/** The object, array or map that a schema stands for, without its being nullable. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodNullable ? (schema.unwrap() as z.ZodType) : schema;
}

export function fieldsOf(schema: z.ZodObject): [string, z.ZodType][] {
  return Object.entries(schema.shape as Record<string, z.ZodType>);
}

export function elementOf(schema: z.ZodArray): z.ZodType {
  return schema.element as z.ZodType;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
