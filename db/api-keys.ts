import { createHash } from 'node:crypto';
import type { Database, Transaction } from './database.ts';
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

const SECRET = /^tdm_[A-Za-z0-9_-]{43}$/;
const SECRET_BYTES = 32;
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
  const secret = `tdm_${Buffer.from(tx.randomBytes(SECRET_BYTES)).toString('base64url')}`;
  const apiKey = await tx
    .insertInto('api_keys')
    .values({
      id: tx.newId('apiKey'),
      name: facts.name,
      role: facts.role,
      secret_hash: hashOf(secret),
      hint: secret.slice(-HINT_LENGTH),
      created_at: facts.createdAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return { apiKey, secret };
}

/** Whose key this is; undefined when it is unknown, malformed or revoked. */
export async function findApiKey(database: Database, secret: string): Promise<FoundApiKey | undefined> {
  return SECRET.test(secret) ? database.apiKeyByHash(hashOf(secret)) : undefined;
}

/** Writes at most once a minute for each key. */
export async function recordUse(database: Database, key: FoundApiKey, at: Date): Promise<void> {
  const recentMs = at.getTime() - USE_RECORDED_EVERY_MS;
  if (key.lastUsedAt && key.lastUsedAt.getTime() > recentMs) return;
  await database.inOrganization(key.organizationId, tx =>
    tx
      .updateTable('api_keys')
      .set({ last_used_at: at })
      .where('id', '=', key.apiKeyId)
      .where(eb => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', new Date(recentMs))]))
      .execute(),
  );
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

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
