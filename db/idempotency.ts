import type { Transaction } from './database.ts';

export interface KeyedRequest {
  readonly key: string;
  /** A hash of everything that makes it this request. */
  readonly hash: string;
  readonly nowMs: number;
}

export interface StoredRequest {
  /** Another hash than the request's: the key was used for something else. */
  readonly hash: string;
  /** Null while the first request still runs. */
  readonly answer: StoredAnswer | null;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A request that has not answered by then died with its server; the next one takes its place. */
const ABANDONED_AFTER_MS = 60_000;

/** Undefined for the first request with its key, which is to be done. Commit this before the work: others must see it. */
export async function startRequest(
  tx: Transaction,
  request: KeyedRequest,
): Promise<StoredRequest | undefined> {
  const { key, hash, nowMs } = request;
  const first = await tx
    .insertInto('idempotency_keys')
    .values({ organization_id: tx.organizationId, key, request_hash: hash, created_at: new Date(nowMs) })
    .onConflict(conflict =>
      conflict
        .columns(['organization_id', 'key'])
        .doUpdateSet({ created_at: new Date(nowMs) })
        .where('idempotency_keys.request_hash', '=', hash)
        .where('idempotency_keys.status', 'is', null)
        .where('idempotency_keys.created_at', '<', new Date(nowMs - ABANDONED_AFTER_MS)),
    )
    .returning('key')
    .executeTakeFirst();
  return first ? undefined : readRequest(tx, key);
}

async function readRequest(tx: Transaction, key: string): Promise<StoredRequest> {
  const row = await tx
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'body_sealed'])
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (row.status === null || !row.body_sealed) return { hash: row.request_hash, answer: null };
  const body = tx.vault.open('idempotency_keys', key, 'body_sealed', row.body_sealed);
  return { hash: row.request_hash, answer: { status: row.status, body } };
}

/** Keeps the answer, sealed: some show a secret, once. */
export async function finishRequest(tx: Transaction, key: string, answer: StoredAnswer): Promise<void> {
  const sealed = tx.vault.seal('idempotency_keys', key, 'body_sealed', answer.body);
  await tx
    .updateTable('idempotency_keys')
    .set({ status: answer.status, body_sealed: sealed })
    .where('key', '=', key)
    .execute();
}

/** For a request that was refused, so that it is judged anew when it comes again. */
export async function forgetRequest(tx: Transaction, key: string): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where('key', '=', key).where('status', 'is', null).execute();
}
