import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from './database.ts';
import { newId } from './ids.ts';
import type { FoundApiKey } from './lookups.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { Role } from './schema.ts';

export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  /** The secret's last characters, to recognise it by. */
  hint: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const HINT_LENGTH = 4;
const USE_RECORDED_EVERY_MS = 60_000;

const columns = [
  'id',
  'name',
  'role',
  'hint',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;

const byId: Keyset<ApiKey> = { list: 'api-keys', columns: ['id'], direction: 'asc', key: row => [row.id] };

/** The secret is in this answer and nowhere else: only its SHA-256 is stored (256 random bits need no salt). */
export async function createApiKey(
  tx: Transaction,
  facts: { name: string; role: Role; createdAt: Date },
): Promise<{ apiKey: ApiKey; secret: string }> {
  const secret = `tdm_${randomBytes(32).toString('base64url')}`;
  const apiKey = await tx
    .insertInto('api_keys')
    .values({
      id: newId('apiKey'),
      name: facts.name,
      role: facts.role,
      secret_hash: hashApiKey(secret),
      hint: secret.slice(-HINT_LENGTH),
      created_at: facts.createdAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return { apiKey, secret };
}

/** What a key is found by, see `Lookups.apiKeyByHash`. */
export function hashApiKey(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether its use was recorded within the last minute: then there is nothing to write. */
export function usedLately(key: Pick<FoundApiKey, 'lastUsedAt'>, nowMs: number): boolean {
  return key.lastUsedAt !== null && key.lastUsedAt.getTime() > nowMs - USE_RECORDED_EVERY_MS;
}

/** Writes at most once a minute for each key, whoever asks. */
export async function touchApiKey(tx: Transaction, id: string, nowMs: number): Promise<void> {
  const before = new Date(nowMs - USE_RECORDED_EVERY_MS);
  await tx
    .updateTable('api_keys')
    .set({ last_used_at: new Date(nowMs) })
    .where('id', '=', id)
    .where(eb => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', before)]))
    .execute();
}

export function listApiKeys(tx: Transaction, request: PageRequest): Promise<Page<ApiKey>> {
  return page(tx, tx.selectFrom('api_keys').select(columns), byId, request);
}

/** From the next request on it is refused. Safe to repeat: the first time counts. */
export function revokeApiKey(tx: Transaction, id: string, at: Date): Promise<ApiKey | undefined> {
  return tx
    .updateTable('api_keys')
    .set(eb => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst();
}
