import { type RandomBytes, randomText } from '../../randomness.ts';
import type { Org } from '../org.ts';
import type { Row } from '../store/row.ts';

export interface Session {
  readonly token: string;
  readonly userId: string;
  readonly expiresAtMs: number;
}

/** Access and refresh tokens; they outlive a restart. */
export interface Sessions {
  open(userId: string): Session;
  /** The live session of a token and its user, if both are still good. */
  find(token: string): { session: Session; user: Row } | undefined;
  newRefreshToken(userId: string): string;
  /** The user of a refresh token. */
  refreshed(refreshToken: string): string | undefined;
  /** Ends an access or refresh token; false if there is none. */
  revoke(token: string): boolean;
  revokeAll(): void;
  /** Forgets everybody else's tokens and renews this user's: after a reset the others are gone and the clock is another. */
  keepOnly(userId: string): void;
}

interface Stored {
  sessions: Session[];
  refreshTokens: [token: string, userId: string][];
}

export function createSessions(org: Org, randomBytes: RandomBytes): Sessions {
  const stored = org.store.document('sessions') as Stored | undefined;
  const sessions = new Map((stored?.sessions ?? []).map(session => [session.token, session]));
  const refreshTokens = new Map(stored?.refreshTokens ?? []);

  const expiry = (): number => org.clock.nowMs() + org.settings.sessionSeconds * 1000;

  function save(): void {
    const now = org.clock.nowMs();
    for (const session of sessions.values()) if (session.expiresAtMs <= now) sessions.delete(session.token);
    org.store.putDocument('sessions', {
      sessions: [...sessions.values()],
      refreshTokens: [...refreshTokens],
    } satisfies Stored);
  }

  return {
    open(userId) {
      const token = `${org.identity.organizationId.slice(0, 15)}!${randomText(randomBytes, 60, 'base64url')}`;
      const session = { token, userId, expiresAtMs: expiry() };
      sessions.set(token, session);
      save();
      return session;
    },
    find(token) {
      const session = sessions.get(token);
      const user = session && org.store.table('User').get(session.userId);
      if (session === undefined || user?.IsActive !== true || session.expiresAtMs <= org.clock.nowMs())
        return undefined;
      return { session, user };
    },
    newRefreshToken(userId) {
      const token = `5Aep861${randomText(randomBytes, 45, 'base64url')}`;
      refreshTokens.set(token, userId);
      save();
      return token;
    },
    refreshed: token => refreshTokens.get(token),
    revoke(token) {
      const existed = sessions.delete(token) || refreshTokens.delete(token);
      save();
      return existed;
    },
    revokeAll() {
      sessions.clear();
      save();
    },
    keepOnly(userId) {
      for (const session of sessions.values()) {
        if (session.userId === userId) sessions.set(session.token, { ...session, expiresAtMs: expiry() });
        else sessions.delete(session.token);
      }
      for (const [token, owner] of refreshTokens) if (owner !== userId) refreshTokens.delete(token);
      save();
    },
  };
}
