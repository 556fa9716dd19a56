import { z } from '@hono/zod-openapi';
import type { Organization } from '../db/organizations.ts';
import { subscriptions } from '../sync/policy/subscription.ts';
import { moment } from './route.ts';

export const organizationName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'Leave out control characters');
export const subscription = z.enum(subscriptions);

export const organizationSchema = z
  .object({
    id: z.string().openapi({ example: 'org_k3v9q2m7x1c8b5n4z6f0' }),
    name: z.string(),
    subscription,
    trial: z.boolean(),
    createdAt: moment,
  })
  .openapi('Organization');

export function organizationBody(organization: Organization): z.infer<typeof organizationSchema> {
  return { ...organization, createdAt: organization.createdAt.toISOString() };
}
