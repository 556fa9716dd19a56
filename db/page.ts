import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Schema } from './schema.ts';
import type { Transaction } from './transaction.ts';

export interface PageRequest {
  /** At least 1. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface Page<Row> {
  readonly data: Row[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** How a list is ordered: by columns that together are unique and never null. */
export interface Keyset<Row> {
  /** Names the list; a cursor of one list is refused by another. */
  readonly list: string;
  readonly columns: readonly [string, ...string[]];
  readonly direction: 'asc' | 'desc';
  /** The values of `columns` in a row of the answer. */
  key(row: Row): (string | number | Date)[];
}

export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';

  constructor() {
    super('This cursor was not made by this list: start without one.');
  }
}

const SIGNATURE_LENGTH = 22;

/** One page of a query that is neither ordered nor limited yet. Rows that come or go meanwhile shift nothing. */
export async function page<Tables extends keyof Schema, Row>(
  tx: Transaction,
  query: SelectQueryBuilder<Schema, Tables, Row>,
  keyset: Keyset<Row>,
  { limit, cursor }: PageRequest,
): Promise<Page<Row>> {
  const direction = sql.raw(keyset.direction);
  const ordered = query.orderBy(sql.join(keyset.columns.map(name => sql`${sql.ref(name)} ${direction}`)));
  const rest =
    cursor === undefined ? ordered : ordered.where(after(keyset, readCursor(tx, keyset.list, cursor)));
  const rows = await rest.limit(limit + 1).execute();
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const more = last !== undefined && rows.length > limit;
  return { data, nextCursor: more ? writeCursor(tx, keyset.list, keyset.key(last)) : null };
}

function after<Row>({ columns, direction }: Keyset<Row>, values: unknown[]): RawBuilder<boolean> {
  const names = sql.join(columns.map(name => sql.ref(name)));
  return sql<boolean>`(${names}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${sql.join(values)})`;
}

/** Signed, so that nobody's own values reach the query. */
function writeCursor(tx: Transaction, list: string, values: unknown[]): string {
  const text = Buffer.from(JSON.stringify(values)).toString('base64url');
  return `${text}.${sign(tx, list, text)}`;
}

function readCursor(tx: Transaction, list: string, cursor: string): unknown[] {
  const [text = '', signature] = cursor.split('.');
  if (signature !== sign(tx, list, text)) throw new InvalidCursor();
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
}

function sign(tx: Transaction, list: string, text: string): string {
  return tx.vault.hash('cursor', `${list} ${text}`).slice(0, SIGNATURE_LENGTH);
}
