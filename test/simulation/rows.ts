import { sql } from 'kysely';
import type { Database, Transaction } from '../../db/database.ts';

/** What an organization has in the database, by table. Bytes are hexadecimal. */
export type Rows = Readonly<Record<string, readonly Row[]>>;
type Row = Readonly<Record<string, unknown>>;

/** Sealed in it is a key that every process of the simulation makes for itself. */
const DIFFERENT_BY_PROCESS: Readonly<Record<string, readonly string[]>> = {
  connections: ['credentials_sealed'],
};

interface Table {
  readonly name: string;
  readonly key: readonly string[];
}

/** All rows of an organization as row-level security shows them, in the order of their keys. */
export async function readRows(database: Database, organizationId: string): Promise<Rows> {
  return database.inOrganization(organizationId, async tx => {
    const rows: Record<string, readonly Row[]> = {};
    for (const table of await tables(tx)) rows[table.name] = await rowsOf(tx, table);
    return rows;
  });
}

async function tables(tx: Transaction): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select t.relname as name, array_agg(a.attname::text order by array_position(i.indkey::int[], a.attnum::int)) as key
    from pg_class t
    join pg_index i on i.indrelid = t.oid and i.indisprimary
    join pg_attribute a on a.attrelid = t.oid and a.attnum = any(i.indkey::int[])
    where t.relnamespace = 'public'::regnamespace and t.relkind = 'r'
    group by t.relname order by t.relname`.execute(tx);
  return rows;
}

async function rowsOf(tx: Transaction, { name, key }: Table): Promise<Row[]> {
  const left = DIFFERENT_BY_PROCESS[name] ?? [];
  const { rows } = await sql<{ row: Row }>`
    select to_jsonb(t) - ${sql.lit(`{${left.join()}}`)}::text[] as row from ${sql.table(name)} t
    order by ${sql.join(key.map(column => sql.ref(column)))}`.execute(tx);
  return rows.map(({ row }) => row);
}
