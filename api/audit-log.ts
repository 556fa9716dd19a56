import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { stream } from 'hono/streaming';
import { type AuditEntry, type AuditFilter, listAudit } from '../db/audit.ts';
import { access } from './auth.ts';
import { csvLine } from './csv.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { problemResponses } from './problem.ts';
import { answers, moment } from './route.ts';
import { read } from './tenant.ts';

const entrySchema = z
  .object({
    id: z.string(),
    at: moment,
    actor: z.string().openapi({ description: 'An API key, `installation` or `system`' }),
    action: z.string().openapi({ example: 'policies.change' }),
    target: z.string().nullable(),
    outcome: z.string().openapi({ description: 'done, denied or failed' }),
    detail: z.record(z.string(), z.unknown()).nullable(),
    requestId: z.string().nullable(),
  })
  .openapi('AuditEntry');

type EntryBody = z.infer<typeof entrySchema>;

const formats = ['application/json', 'text/csv', 'application/x-ndjson'] as const;
const exportedAtOnce = 200;

const list = createRoute({
  ...access('admin', 'audit.list'),
  method: 'get',
  path: '/audit',
  tags: ['history'],
  summary: 'Who did what, when, with what outcome; refused attempts too',
  description: 'As CSV or NDJSON (by Accept) it is an export of all that fits the filter, without pages.',
  request: {
    query: pageQuery.extend({
      actor: z.string().max(100).optional(),
      action: z.string().max(100).optional(),
      target: z.string().max(200).optional(),
      from: z.iso.datetime({ offset: true }).optional(),
      before: z.iso.datetime({ offset: true }).optional(),
    }),
  },
  responses: {
    200: {
      description: 'The newest first',
      content: {
        ...answers(pageOf(entrySchema, 'AuditPage'), '').content,
        'text/csv': { schema: z.string() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
    ...problemResponses(400, 401, 403),
  },
});

export function serveAudit(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const { limit, cursor, from, before, ...rest } = c.req.valid('query');
    const filter = {
      ...rest,
      ...(from !== undefined && { from: new Date(from) }),
      ...(before !== undefined && { before: new Date(before) }),
    };
    const format = accepts(c, { header: 'Accept', supports: [...formats], default: formats[0] });
    if (format !== formats[0])
      return exported(deps, c, filter, format === 'text/csv' ? csv : ndjson) as never;
    const found = await read(deps, c, tx => listAudit(tx, { limit, cursor }, filter));
    return c.json({ data: found.data.map(entryBody), page: { nextCursor: found.nextCursor } }, 200);
  });
}

interface Format {
  readonly type: string;
  readonly head: string;
  line(entry: EntryBody): string;
}

const ndjson: Format = {
  type: 'application/x-ndjson',
  head: '',
  line: entry => `${JSON.stringify(entry)}\n`,
};

const csv: Format = {
  type: 'text/csv; charset=utf-8',
  head: csvLine(['id', 'at', 'actor', 'action', 'target', 'outcome', 'detail', 'requestId']),
  line: ({ id, at, actor, action, target, outcome, detail, requestId }) =>
    csvLine([id, at, actor, action, target, outcome, detail && JSON.stringify(detail), requestId]),
};

/** Page by page, so that neither memory nor a transaction holds a long log. */
function exported(deps: Deps, c: Context<ApiEnv>, filter: AuditFilter, format: Format): Response {
  c.header('content-type', format.type);
  c.header('content-disposition', `attachment; filename="audit.${format === csv ? 'csv' : 'ndjson'}"`);
  return stream(c, async output => {
    await output.write(format.head);
    let cursor: string | undefined;
    do {
      const request = { limit: exportedAtOnce, cursor };
      const found = await read(deps, c, tx => listAudit(tx, request, filter));
      for (const entry of found.data) await output.write(format.line(entryBody(entry)));
      cursor = found.nextCursor ?? undefined;
    } while (cursor !== undefined && !output.aborted);
  });
}

function entryBody(entry: AuditEntry): EntryBody {
  return { ...entry, id: String(entry.id), at: entry.at.toISOString() };
}
