import type { Transaction } from './database.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { JsonObject } from './schema.ts';

export interface AuditEntry {
  id: number;
  at: Date;
  actor: string;
  action: string;
  target: string | null;
  outcome: string;
  detail: JsonObject | null;
  requestId: string | null;
}

export interface AuditFacts {
  at: Date;
  /** `key_…`, `installation`, `system`. */
  actor: string;
  /** `policy.change`, `item.reveal`. */
  action: string;
  target?: string | null;
  /** `done`, `denied`, `failed`. */
  outcome: string;
  /** Ids, names of fields, numbers: stored in the clear. */
  detail?: JsonObject | null;
  requestId?: string | null;
}

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  target?: string | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
}

const columns = [
  'id',
  'at',
  'actor',
  'action',
  'target',
  'outcome',
  'detail',
  'request_id as requestId',
] as const;

const newestFirst: Keyset<AuditEntry> = {
  list: 'audit',
  columns: ['id'],
  direction: 'desc',
  key: row => [row.id],
};

/** Entries can be added and read; the application's role may neither change nor delete them. */
export async function appendAudit(tx: Transaction, facts: AuditFacts): Promise<void> {
  await tx
    .insertInto('audit')
    .values({
      at: facts.at,
      actor: facts.actor,
      action: facts.action,
      target: facts.target ?? null,
      outcome: facts.outcome,
      detail: facts.detail ? JSON.stringify(facts.detail) : null,
      request_id: facts.requestId ?? null,
    })
    .execute();
}

export function listAudit(
  tx: Transaction,
  request: PageRequest,
  filter: AuditFilter = {},
): Promise<Page<AuditEntry>> {
  const { actor, action, target, from, before } = filter;
  const query = tx
    .selectFrom('audit')
    .select(columns)
    .$if(actor !== undefined, some => some.where('actor', '=', actor ?? ''))
    .$if(action !== undefined, some => some.where('action', '=', action ?? ''))
    .$if(target !== undefined, some => some.where('target', '=', target ?? ''))
    .$if(from !== undefined, some => some.where('at', '>=', from as Date))
    .$if(before !== undefined, some => some.where('at', '<', before as Date));
  return page(tx, query, newestFirst, request);
}
