import type { Emulator } from '../emulator.ts';
import type { Answer, Request } from '../http/message.ts';
import type { Row } from '../store/row.ts';
import { identity, userinfo } from './identity.ts';
import type { Session } from './sessions.ts';
import { token } from './token.ts';

const BEARER = /^(?:Bearer|OAuth)\s+(.+)$/i;

/** Who is asking: by Authorization header, or `oauth_token` in the query as the identity service allows. */
export function authenticate(
  emulator: Emulator,
  request: Request,
): { session: Session; user: Row } | undefined {
  const given =
    BEARER.exec(request.headers.authorization ?? '')?.[1] ?? request.query.get('oauth_token') ?? undefined;
  return given === undefined ? undefined : emulator.sessions.find(given.trim());
}

function form(request: Request): URLSearchParams {
  const body = new URLSearchParams('text' in request.body ? request.body.text : '');
  for (const [name, value] of request.query) if (!body.has(name)) body.set(name, value);
  return body;
}

function revoke(emulator: Emulator, request: Request): Answer {
  const done = emulator.sessions.revoke(form(request).get('token') ?? '');
  if (done) return { status: 200 };
  return {
    status: 400,
    body: { error: 'unsupported_token_type', error_description: 'this token type is not supported' },
  };
}

const FORBIDDEN: Answer = { status: 403, headers: { 'content-type': 'text/html' }, body: 'Bad_OAuth_Token' };

export const isOAuthPath = (path: string): boolean =>
  path.startsWith('/services/oauth2/') || path.startsWith('/id/');

/** Everything under /services/oauth2 and /id. */
export async function oauth(emulator: Emulator, request: Request): Promise<Answer> {
  if (request.path === '/services/oauth2/token')
    return token(emulator, form(request), request.headers.authorization, request.origin);
  if (request.path === '/services/oauth2/revoke') return revoke(emulator, request);
  const asking = authenticate(emulator, request);
  if (asking === undefined) return FORBIDDEN;
  if (request.path.startsWith('/id/')) return identity(emulator, asking.user, request.path, request.origin);
  if (request.path === '/services/oauth2/userinfo') return userinfo(emulator, asking.user, request.origin);
  return { status: 404, headers: { 'content-type': 'text/html' }, body: 'Not found' };
}
