import { z } from '@hono/zod-openapi';

const largestPage = 200;

export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(largestPage)
    .default(50)
    .openapi({ description: 'Rows per page' }),
  cursor: z.string().max(500).optional().openapi({ description: '`page.nextCursor` of the page before' }),
});

/** `{data, page: {nextCursor}}`: a keyset page; `nextCursor` is null on the last one. */
export function pageOf<S extends z.ZodType>(row: S, name: string) {
  return z
    .object({ data: z.array(row), page: z.object({ nextCursor: z.string().nullable() }) })
    .openapi(name);
}
