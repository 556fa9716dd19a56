import { type RandomBytes, randomText } from '../../randomness.ts';
import { failure } from '../failure.ts';
import type { ResultSet } from './query.ts';

const MAX_PER_USER = 10;

interface Cursor {
  readonly results: ResultSet;
  readonly batchSize: number;
  readonly token: string;
  readonly userId: string;
}

/** Open query results. A locator belongs to the session that made it; a user keeps the ten newest. */
export interface Cursors {
  open(results: ResultSet, batchSize: number, session: { token: string; userId: string }): string;
  /** The cursor and position behind a locator, for its own session only. */
  find(locator: string, token: string): { id: string; from: number; results: ResultSet; batchSize: number };
  close(id: string): void;
  closeAll(): void;
}

const LOCATOR = /^(01g[0-9A-Za-z]{15})-(\d+)$/;
const invalidLocator = () => failure('INVALID_QUERY_LOCATOR', 'invalid query locator');

export function createCursors(randomBytes: RandomBytes): Cursors {
  const cursors = new Map<string, Cursor>();
  return {
    open(results, batchSize, { token, userId }) {
      const own = [...cursors].filter(([, cursor]) => cursor.userId === userId);
      for (const [id] of own.slice(0, Math.max(0, own.length - MAX_PER_USER + 1))) cursors.delete(id);
      const id = `01g${randomText(randomBytes, 12, 'hex').slice(0, 15)}`;
      cursors.set(id, { results, batchSize, token, userId });
      return id;
    },
    find(locator, token) {
      const [, id = '', from = ''] = LOCATOR.exec(locator) ?? [];
      const cursor = cursors.get(id);
      if (cursor === undefined || cursor.token !== token || Number(from) >= cursor.results.size)
        throw invalidLocator();
      return { id, from: Number(from), results: cursor.results, batchSize: cursor.batchSize };
    },
    close: id => cursors.delete(id),
    closeAll: () => cursors.clear(),
  };
}
