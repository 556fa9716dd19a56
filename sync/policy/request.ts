import * as z from 'zod';
import { elementOf, factsOf, fieldsOf, unwrapped } from './option.ts';
import { policySchema } from './schema.ts';

type Request = 'input' | 'patch';

const confirm = z.boolean().optional().meta({
  description: 'Must be true where onlyWithCategory is cleared; beside it, or at the top for both. Not kept.',
});

/**
 * What may be sent, for OpenAPI: in a new policy everything that has a default may be left out, in a change anything.
 * Requests are judged by createPolicy and patchPolicy, which know the defaults, the subscription and the policy.
 */
export const policyInputSchema = objectOf(policySchema, 'input').extend({ confirm });
export const policyPatchSchema = objectOf(policySchema, 'patch').extend({ confirm });

function objectOf(schema: z.ZodObject, request: Request): z.ZodObject {
  const fields = fieldsOf(schema).map(([key, field]) => {
    const body = bodyOf(field, request);
    return [key, request === 'patch' || mayBeLeftOut(field) ? body.optional() : body] as const;
  });
  const confirmable = 'onlyWithCategory' in schema.shape ? { confirm } : {};
  return z.strictObject({ ...Object.fromEntries(fields), ...confirmable });
}

function bodyOf(schema: z.ZodType, request: Request): z.ZodType {
  const inner = unwrapped(schema);
  const body = innerBody(inner, request);
  if (body === inner) return schema;
  const whole = schema instanceof z.ZodNullable ? body.nullable() : body;
  const facts = factsOf(schema);
  return facts ? whole.meta({ description: facts.help, default: facts.default }) : whole;
}

/** The items of a list are always sent whole, but for what has a default; in a map, null takes a key out. */
function innerBody(inner: z.ZodType, request: Request): z.ZodType {
  if (inner instanceof z.ZodObject) return objectOf(inner, request);
  if (inner instanceof z.ZodArray && elementOf(inner) instanceof z.ZodObject) {
    return z.array(bodyOf(elementOf(inner), 'input'));
  }
  if (inner instanceof z.ZodRecord && request === 'patch') {
    return z.record(inner.keyType as z.ZodString, (inner.valueType as z.ZodType).nullable());
  }
  return inner;
}

function mayBeLeftOut(field: z.ZodType): boolean {
  const facts = factsOf(field);
  if (facts) return facts.default !== undefined || facts.computedDefault !== undefined;
  return field instanceof z.ZodObject && fieldsOf(field).every(([, inner]) => mayBeLeftOut(inner));
}
