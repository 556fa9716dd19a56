import { z } from '@hono/zod-openapi';

/** A JSON body that a route takes. */
export function takes<S extends z.ZodType>(schema: S) {
  return { required: true as const, content: { 'application/json': { schema } } };
}

/** A JSON body that a route answers. */
export function answers<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** An id with the type's prefix. Any text is taken: an unknown form is an unknown id. */
export const idParam = (prefix: string) =>
  z.object({
    id: z
      .string()
      .max(100)
      .openapi({ param: { name: 'id', in: 'path' }, example: `${prefix}_k3v9q2m7x1c8b5n4z6f0` }),
  });

export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'The ETag that was read', example: '"3"' }),
});

/** A moment, ISO 8601 in UTC. */
export const moment = z.iso.datetime().openapi({ example: '2026-03-01T08:15:00.000Z' });

export function isoOrNull(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
