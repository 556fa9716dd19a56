import { z } from '@hono/zod-openapi';
import type { Connection } from '../db/connections.ts';
import { isoOrNull, moment } from './route.ts';

export const connectionName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'Leave out control characters');
export const side = z.enum(['mailbox', 'crm']);
export const apiShare = z.number().gt(0).max(1).openapi({
  description: "Share of the CRM's daily API limit that feed and pairings together may use (POL-25)",
  example: 0.5,
});

export const connectionSchema = z
  .object({
    id: z.string().openapi({ example: 'con_k3v9q2m7x1c8b5n4z6f0' }),
    name: z.string(),
    side,
    system: z.string().openapi({ example: 'salesforce' }),
    settings: z.record(z.string(), z.unknown()).openapi({
      example: { loginUrl: 'https://login.salesforce.com', username: 'integration@contoso.com' },
    }),
    apiShare,
    version: z.int(),
    state: z
      .enum(['ok', 'dead'])
      .openapi({ description: 'dead: the credentials are refused, its pairings wait' }),
    reason: z.string().nullable(),
    fix: z.string().nullable(),
    polledAt: moment.nullable().openapi({ description: 'When the CRM was last asked for changes' }),
    budget: z
      .object({ used: z.int(), limit: z.int() })
      .nullable()
      .openapi({ description: 'API calls of the day, as the CRM counts them' }),
    createdAt: moment,
  })
  .openapi('Connection');

export function connectionBody(connection: Connection): z.infer<typeof connectionSchema> {
  const { id, name, side, system, settings, apiShare, version, state, reason, fix } = connection;
  const { budgetUsed: used, budgetLimit: limit } = connection;
  return {
    id,
    name,
    side,
    system,
    settings,
    apiShare,
    version,
    state,
    reason,
    fix,
    polledAt: isoOrNull(connection.polledAt),
    budget: used === null || limit === null ? null : { used, limit },
    createdAt: connection.createdAt.toISOString(),
  };
}
