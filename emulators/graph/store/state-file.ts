import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

const FLUSH_DELAY_MS = 25;

/** Keeps plain records by key; a record is read again when it is written out, so it may change meanwhile. */
export interface RecordStore {
  put(key: string, record: object): void;
  remove(key: string): void;
  load(): Iterable<{ key: string; record: unknown }>;
  clear(): void;
  close(): void;
}

export const volatileRecords: RecordStore = {
  put() {},
  remove() {},
  load: () => [],
  clear() {},
  close() {},
};

/**
 * Records in an SQLite file. Changes gather for a moment and go out in one transaction: a killed process
 * loses at most that moment, and what it leaves behind is always a consistent earlier state.
 */
export class StateFile implements RecordStore {
  readonly #database: DatabaseSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #pending = new Map<string, object | undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#database = new DatabaseSync(path);
    this.#database.exec(`pragma journal_mode = wal; pragma synchronous = normal;
      create table if not exists record (key text primary key, value text not null) without rowid`);
    this.#upsert = this.#database.prepare('insert or replace into record (key, value) values (?, ?)');
    this.#delete = this.#database.prepare('delete from record where key = ?');
  }

  put(key: string, record: object): void {
    this.#pending.set(key, record);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_DELAY_MS);
  }

  remove(key: string): void {
    this.#pending.set(key, undefined);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_DELAY_MS);
  }

  *load(): Iterable<{ key: string; record: unknown }> {
    for (const row of this.#database.prepare('select key, value from record order by key').iterate()) {
      yield { key: String(row.key), record: JSON.parse(String(row.value)) };
    }
  }

  clear(): void {
    this.#pending.clear();
    this.#database.exec('delete from record');
  }

  close(): void {
    this.#flush();
    this.#database.close();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    this.#database.exec('begin immediate');
    for (const [key, record] of this.#pending) {
      if (record) this.#upsert.run(key, JSON.stringify(record));
      else this.#delete.run(key);
    }
    this.#database.exec('commit');
    this.#pending.clear();
  }
}
