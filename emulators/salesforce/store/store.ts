import type { Journal } from './journal.ts';
import type { Row } from './row.ts';
import { createTable, type Table } from './table.ts';

/** All rows of the org, with savepoints inside a request and one commit at its end. */
export interface Store {
  table(object: string): Table;
  put(object: string, row: Row): void;
  remove(object: string, id: string): void;
  /** Marks a point; `rollbackTo` undoes everything put or removed since. */
  savepoint(): number;
  rollbackTo(mark: number): void;
  /** A document to be written with the next commit. */
  putDocument(name: string, body: unknown): void;
  /** A document as an earlier process left it, or as it is about to be written. */
  document(name: string): unknown;
  commit(): void;
  clear(): void;
  close(): void;
}

interface Change {
  readonly object: string;
  readonly id: string;
  readonly previous: Row | undefined;
}

export function createStore(journal: Journal): Store {
  const tables = new Map<string, Table>();
  let changes: Change[] = [];
  const documents = new Map<string, unknown>();

  function table(object: string): Table {
    let found = tables.get(object);
    if (found === undefined) {
      found = createTable();
      tables.set(object, found);
    }
    return found;
  }

  for (const { object, row } of journal.rows()) table(object).put(row);

  return {
    table,
    put(object, row) {
      const target = table(object);
      changes.push({ object, id: row.Id, previous: target.get(row.Id) });
      target.put(row);
    },
    remove(object, id) {
      const target = table(object);
      changes.push({ object, id, previous: target.get(id) });
      target.remove(id);
    },
    savepoint: () => changes.length,
    rollbackTo(mark) {
      for (const change of changes.splice(mark).reverse()) {
        if (change.previous === undefined) table(change.object).remove(change.id);
        else table(change.object).put(change.previous);
      }
    },
    putDocument: (name, body) => documents.set(name, body),
    document: name => documents.get(name) ?? journal.document(name),
    commit() {
      if (changes.length === 0 && documents.size === 0) return;
      const touched = new Map(changes.map(change => [`${change.object}/${change.id}`, change]));
      const current = [...touched.values()].map(({ object, id }) => ({
        object,
        id,
        row: table(object).get(id),
      }));
      journal.write(current, documents);
      changes = [];
      documents.clear();
    },
    clear() {
      tables.clear();
      changes = [];
      documents.clear();
      journal.clear();
    },
    close: () => journal.close(),
  };
}
