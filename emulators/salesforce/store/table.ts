import type { Row } from './row.ts';
import { text } from './row.ts';

interface StampEntry {
  readonly stamp: string;
  readonly row: Row;
}

/** The rows of one object with the indexes that make polling and look-ups cheap. */
export interface Table {
  readonly size: number;
  /** Grows with every change: what was derived from the table holds as long as it stands. */
  readonly version: number;
  get(id: string): Row | undefined;
  rows(): Iterable<Row>;
  /** Rows whose text field equals the value, case-insensitively. Builds the index on first use. */
  withValue(field: string, value: string): Row[];
  /** Rows with SystemModstamp at or after the stamp, in order of (SystemModstamp, Id). */
  since(stamp: string): Iterable<Row>;
  put(row: Row): void;
  remove(id: string): void;
}

const byStampAndId = (a: StampEntry, b: StampEntry): number => {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1;
  return a.row.Id < b.row.Id ? -1 : Number(a.row.Id > b.row.Id);
};

/** Keeps (SystemModstamp, Id) order by appending; entries of superseded versions are skipped and swept when they outnumber the live. */
function stampOrder(isCurrent: (row: Row) => boolean) {
  let entries: StampEntry[] = [];
  let isSorted = true;

  function settle(): void {
    if (isSorted) return;
    entries = entries.filter(entry => isCurrent(entry.row)).sort(byStampAndId);
    isSorted = true;
  }

  function firstAtOrAfter(stamp: string): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.stamp ?? '') < stamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    append(row: Row, liveRows: number): void {
      const entry = { stamp: text(row, 'SystemModstamp') ?? '', row };
      const last = entries.at(-1);
      if (last !== undefined && byStampAndId(last, entry) > 0) isSorted = false;
      entries.push(entry);
      if (entries.length > 2 * liveRows + 1000) isSorted = false;
    },
    *since(stamp: string): Iterable<Row> {
      settle();
      const snapshot = entries;
      let previous: Row | undefined;
      for (let i = firstAtOrAfter(stamp); i < snapshot.length; i += 1) {
        const row = snapshot[i]?.row;
        if (row !== undefined && row !== previous && isCurrent(row)) yield row;
        previous = row;
      }
    },
  };
}

export function createTable(): Table {
  const byId = new Map<string, Row>();
  const indexes = new Map<string, Map<string, Set<string>>>();
  let version = 0;
  const order = stampOrder(row => byId.get(row.Id) === row);

  function indexOf(field: string): Map<string, Set<string>> {
    let index = indexes.get(field);
    if (index === undefined) {
      index = new Map();
      indexes.set(field, index);
      for (const row of byId.values()) addTo(index, row, field);
    }
    return index;
  }

  function addTo(index: Map<string, Set<string>>, row: Row, field: string): void {
    const key = text(row, field)?.toLowerCase();
    if (key === undefined) return;
    const ids = index.get(key);
    if (ids === undefined) index.set(key, new Set([row.Id]));
    else ids.add(row.Id);
  }

  function unindex(row: Row): void {
    for (const [field, index] of indexes) {
      const key = text(row, field)?.toLowerCase();
      if (key !== undefined) index.get(key)?.delete(row.Id);
    }
  }

  return {
    get size() {
      return byId.size;
    },
    get version() {
      return version;
    },
    get: id => byId.get(id),
    rows: () => byId.values(),
    withValue(field, value) {
      const ids = indexOf(field).get(value.toLowerCase()) ?? [];
      return [...ids].flatMap(id => byId.get(id) ?? []);
    },
    since: stamp => order.since(stamp),
    put(row) {
      const previous = byId.get(row.Id);
      if (previous !== undefined) unindex(previous);
      byId.set(row.Id, row);
      version += 1;
      for (const [field, index] of indexes) addTo(index, row, field);
      order.append(row, byId.size);
    },
    remove(id) {
      const previous = byId.get(id);
      if (previous === undefined) return;
      unindex(previous);
      byId.delete(id);
      version += 1;
    },
  };
}
