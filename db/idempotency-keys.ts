import type { Transaction } from './database.ts';

/** A request's place among those with the same Idempotency-Key. */
export type Admission =
  | { kind: 'first' }
  /** Its answer is known: give it again. */
  | { kind: 'answered'; status: number; body: unknown }
  /** The first one has not answered yet. */
  | { kind: 'running' }
  /** The key came with another request before. */
  | { kind: 'mismatch' };

export interface KeyedRequest {
  readonly key: string;
  /** A hash of everything that makes it this request. */
  readonly requestHash: string;
  readonly at: Date;
}

/** A request that has not answered by then died with its server; the next one takes its place. */
const ABANDONED_AFTER_MS = 60_000;

/** Commit this before the work: a second request must see it. */
export async function admit(tx: Transaction, request: KeyedRequest): Promise<Admission> {
  const { key, requestHash, at } = request;
  const first = await tx
    .insertInto('idempotency_keys')
    .values({ organization_id: tx.organizationId, key, request_hash: requestHash, created_at: at })
    .onConflict(conflict =>
      conflict
        .columns(['organization_id', 'key'])
        .doUpdateSet({ created_at: at })
        .where('idempotency_keys.request_hash', '=', requestHash)
        .where('idempotency_keys.status', 'is', null)
        .where('idempotency_keys.created_at', '<', new Date(at.getTime() - ABANDONED_AFTER_MS)),
    )
    .returning('key')
    .executeTakeFirst();
  return first ? { kind: 'first' } : admittedBefore(tx, key, requestHash);
}

async function admittedBefore(tx: Transaction, key: string, requestHash: string): Promise<Admission> {
  const row = await tx
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'body_sealed'])
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (row.request_hash !== requestHash) return { kind: 'mismatch' };
  if (row.status === null || !row.body_sealed) return { kind: 'running' };
  const body = tx.vault.open('idempotency_keys', key, 'body_sealed', row.body_sealed);
  return { kind: 'answered', status: row.status, body };
}

/** Keeps the answer, sealed: some show a secret, once. */
export async function keepAnswer(
  tx: Transaction,
  key: string,
  answer: { readonly status: number; readonly body: unknown },
): Promise<void> {
  const sealed = tx.vault.seal('idempotency_keys', key, 'body_sealed', answer.body);
  await tx
    .updateTable('idempotency_keys')
    .set({ status: answer.status, body_sealed: sealed })
    .where('key', '=', key)
    .execute();
}

/** For a request that was refused, so that it is judged anew when it comes again. */
export async function withdraw(tx: Transaction, key: string): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where('key', '=', key).where('status', 'is', null).execute();
}
