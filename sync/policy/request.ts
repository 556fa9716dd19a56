import * as z from 'zod';
import { elementOf, factsOf, fieldsOf, unwrapped } from './option.ts';
import { policySchema } from './schema.ts';

/**
 * What may be sent, for OpenAPI: in a new policy everything that has a default may be left out, in a change anything.
 * Requests are judged by createPolicy and patchPolicy, which know the defaults, the subscription and the policy.
 */
export const policyInputSchema = bodyOf(policySchema, mayBeLeftOut);
export const policyPatchSchema = bodyOf(policySchema, () => true);

type Rule = (field: z.ZodType) => boolean;

function bodyOf(schema: z.ZodType, optional: Rule): z.ZodType {
  const inner = unwrapped(schema);
  const body = inner instanceof z.ZodObject ? objectOf(inner, optional) : listOrValue(schema, inner);
  if (body === schema) return schema;
  const whole = schema instanceof z.ZodNullable ? body.nullable() : body;
  const facts = factsOf(schema);
  return facts ? whole.meta({ description: facts.help, default: facts.default }) : whole;
}

function objectOf(schema: z.ZodObject, optional: Rule): z.ZodType {
  const fields = fieldsOf(schema).map(([key, field]) => {
    const body = bodyOf(field, optional);
    return [key, optional(field) ? body.optional() : body] as const;
  });
  return z.strictObject(Object.fromEntries(fields));
}

/** The items of a list are always sent whole, but for what has a default. */
function listOrValue(schema: z.ZodType, inner: z.ZodType): z.ZodType {
  if (!(inner instanceof z.ZodArray) || !(elementOf(inner) instanceof z.ZodObject)) return schema;
  return z.array(bodyOf(elementOf(inner), mayBeLeftOut));
}

function mayBeLeftOut(field: z.ZodType): boolean {
  const facts = factsOf(field);
  if (facts) return facts.default !== undefined || facts.computedDefault !== undefined;
  return field instanceof z.ZodObject && fieldsOf(field).every(([, inner]) => mayBeLeftOut(inner));
}
