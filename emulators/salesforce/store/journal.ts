import { DatabaseSync } from 'node:sqlite';
import type { Row } from './row.ts';

interface StoredRow {
  readonly object: string;
  readonly id: string;
  readonly row: Row;
}

/** What survives the process: rows and named documents, written in one transaction per request. */
export interface Journal {
  rows(): Iterable<StoredRow>;
  document(name: string): unknown;
  write(
    changes: Iterable<{ object: string; id: string; row: Row | undefined }>,
    documents: ReadonlyMap<string, unknown>,
  ): void;
  clear(): void;
  close(): void;
}

/** Of an org that ends with its process. */
export const volatileJournal: Journal = {
  rows: () => [],
  document: () => undefined,
  write() {},
  clear() {},
  close() {},
};

/** WAL with `synchronous = NORMAL`: a killed process loses nothing committed and never corrupts the file. */
export function openJournal(file: string): Journal {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS record (object TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (object, id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS document (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
  `);
  const putRow = database.prepare('INSERT OR REPLACE INTO record (object, id, body) VALUES (?, ?, ?)');
  const deleteRow = database.prepare('DELETE FROM record WHERE object = ? AND id = ?');
  const putDocument = database.prepare('INSERT OR REPLACE INTO document (name, body) VALUES (?, ?)');
  const readRows = database.prepare('SELECT object, id, body FROM record ORDER BY object, id');
  const readDocument = database.prepare('SELECT body FROM document WHERE name = ?');

  return {
    *rows() {
      for (const { object, id, body } of readRows.iterate())
        yield { object: String(object), id: String(id), row: JSON.parse(String(body)) as Row };
    },
    document(name) {
      const found = readDocument.get(name);
      return found === undefined ? undefined : JSON.parse(String(found.body));
    },
    write(changes, documents) {
      database.exec('BEGIN');
      for (const { object, id, row } of changes) {
        if (row === undefined) deleteRow.run(object, id);
        else putRow.run(object, id, JSON.stringify(row));
      }
      for (const [name, body] of documents) putDocument.run(name, JSON.stringify(body));
      database.exec('COMMIT');
    },
    clear: () => database.exec('DELETE FROM record; DELETE FROM document'),
    close: () => database.close(),
  };
}
