import type { NewFile } from './attachment-writes.ts';

/** How long a session waits for its next part; the documentation gives none. */
const LIFETIME_MS = 2 * 3_600_000;

export interface UploadSession {
  /** Stands in the address, which needs no other authorisation. */
  token: string;
  mailbox: string;
  item: number;
  file: Omit<NewFile, 'content' | 'modifiedAt'>;
  size: number;
  received: Buffer[];
  receivedBytes: number;
  expiresAt: number;
}

/** Attachments that arrive in parts; they do not outlive the process. */
export class UploadSessions {
  readonly #sessions = new Map<string, UploadSession>();

  open(session: Omit<UploadSession, 'received' | 'receivedBytes' | 'expiresAt'>, now: number): UploadSession {
    const opened = { ...session, received: [], receivedBytes: 0, expiresAt: now + LIFETIME_MS };
    this.#sessions.set(session.token, opened);
    return opened;
  }

  find(token: string, now: number): UploadSession | undefined {
    const session = this.#sessions.get(token);
    if (session && session.expiresAt < now) this.close(session);
    return this.#sessions.get(token);
  }

  close({ token }: UploadSession): void {
    this.#sessions.delete(token);
  }

  reset(): void {
    this.#sessions.clear();
  }
}
