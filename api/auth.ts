import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { findApiKey, recordUse } from '../db/api-keys.ts';
import type { ApiEnv, Caller, Deps, Role } from './deps.ts';
import { Problem } from './problem.ts';

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Tells who asks, from the bearer key; without a valid one nothing below `/v1` answers. */
export function authenticate(deps: Deps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const secret = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (secret === undefined) throw unauthorized('Send the API key as "Authorization: Bearer …".');
    c.set('caller', await findCaller(deps, secret));
    await next();
  };
}

/** Whose key this is; a key that nobody has is refused. */
export async function findCaller(deps: Deps, secret: string): Promise<Caller> {
  const hash = createHash('sha256').update(secret).digest();
  if (timingSafeEqual(hash, deps.installationKeyHash)) return { kind: 'installation' };
  const key = await findApiKey(deps.database, secret);
  if (key === undefined) throw unauthorized('The API key is unknown or revoked.');
  await recordUse(deps.database, key, new Date(deps.clock()));
  return { kind: 'key', organizationId: key.organizationId, keyId: key.apiKeyId, role: key.role };
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', detail, {
    fix: 'Ask an admin of the organization for an API key.',
    headers: { 'www-authenticate': 'Bearer realm="tandem"' },
  });
}

/** What a route needs: the part of its definition that says who may call it. Checked before the request is read. */
export function access(role: Role | 'installation', operationId: string) {
  return {
    operationId,
    security: [{ [role === 'installation' ? 'installationKey' : 'apiKey']: [] }],
    'x-role': role,
    middleware: authorize(role, operationId),
  };
}

function authorize(role: Role | 'installation', operationId: string): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('action', operationId);
    const caller = c.get('caller');
    if (caller === undefined) throw unauthorized('This needs an API key.');
    if (role === 'installation') requireInstallation(caller);
    else requireRole(caller, role);
    await next();
  };
}

function requireInstallation(caller: Caller): void {
  if (caller.kind === 'installation') return;
  throw new Problem('forbidden', 'Only the installation key may manage organizations.');
}

function requireRole(caller: Caller, role: Role): void {
  if (caller.kind === 'installation') {
    throw new Problem('forbidden', 'The installation key manages organizations only.', {
      fix: 'Use an API key of the organization.',
    });
  }
  if (ranks[caller.role] < ranks[role]) {
    throw new Problem('forbidden', `This needs the role ${role}; this API key has the role ${caller.role}.`, {
      fix: 'Use a key with that role, or ask an admin of the organization.',
    });
  }
}

export type KeyCaller = Extract<Caller, { kind: 'key' }>;

/** The organization's key behind a request whose route has passed `access`. */
export function keyOf(c: Context<ApiEnv>): KeyCaller {
  const caller = c.get('caller');
  if (caller?.kind !== 'key') throw new Error('The route was not declared with access().');
  return caller;
}
