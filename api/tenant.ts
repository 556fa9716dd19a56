import type { Context } from 'hono';
import { appendAudit } from '../db/audit.ts';
import type { JsonObject } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import { keyOf } from './auth.ts';
import type { ApiEnv, Deps } from './deps.ts';

/** What a change was done to, for the audit log: ids and names of options, never credentials or content. */
export type Note = (target: string, detail?: JsonObject) => void;

/** Reads rows of the caller's organization. */
export function read<T>(deps: Deps, c: Context<ApiEnv>, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return deps.database.inOrganization(keyOf(c).organizationId, work);
}

/** Changes rows of the caller's organization; what is not audited does not happen. */
export function change<T>(
  deps: Deps,
  c: Context<ApiEnv>,
  work: (tx: Transaction, note: Note) => Promise<T>,
): Promise<T> {
  return read(deps, c, async tx => {
    const notes: { target: string; detail?: JsonObject }[] = [];
    const result = await work(tx, (target, detail) => notes.push({ target, ...(detail && { detail }) }));
    if (notes.length === 0) throw new Error(`${c.get('action')} changes something without saying what.`);
    for (const note of notes) await audit(deps, c, tx, { ...note, outcome: 'done' });
    return result;
  });
}

export interface Entry {
  readonly target?: string | undefined;
  readonly outcome: 'done' | 'denied' | 'failed';
  readonly detail?: JsonObject;
}

export async function audit(
  deps: Deps,
  c: Context<ApiEnv>,
  tx: Transaction,
  { target, outcome, detail }: Entry,
): Promise<void> {
  const caller = c.get('caller');
  await appendAudit(tx, {
    at: new Date(deps.clock()),
    actor: caller?.kind === 'key' ? caller.keyId : 'installation',
    action: c.get('action') ?? `${c.req.method} ${c.req.path}`,
    ...(target !== undefined && { target }),
    outcome,
    ...(detail !== undefined && { detail }),
    requestId: c.get('requestId'),
  });
}
