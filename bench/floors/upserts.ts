import pg from 'pg';

const ROWS_PER_STATEMENT = 200;
/** What a first cycle leaves per contact: the link with both bases, and the event of its creation. */
const TABLES = ['items', 'item_events'] as const;

export interface Floor {
  readonly rows: number;
  readonly wallMs: number;
}

/** Floor of PostgreSQL: the rows that a pairing has, again, into empty tables with the same indexes. */
export async function upsertAgain(adminUrl: string, pairingId: string): Promise<Floor> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const prepared = await Promise.all(TABLES.map(table => prepare(client, table, pairingId)));
    const startedMs = performance.now();
    for (const { table, chunks } of prepared)
      for (const chunk of chunks)
        await client.query(
          `insert into floor_${table} select * from json_populate_recordset(null::floor_${table}, $1)
           on conflict (id) do update set pairing_id = excluded.pairing_id`,
          [chunk],
        );
    const rows = prepared.reduce((total, one) => total + one.rows, 0);
    return { rows, wallMs: performance.now() - startedMs };
  } finally {
    await client.end();
  }
}

async function prepare(client: pg.Client, table: string, pairingId: string) {
  await client.query(`drop table if exists floor_${table}`);
  await client.query(`create table floor_${table} (like ${table} including all excluding identity)`);
  const { rows } = await client.query<{ row: unknown }>(
    `select to_json(t) as row from ${table} t where pairing_id = $1`,
    [pairingId],
  );
  const chunks: string[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    chunks.push(JSON.stringify(rows.slice(start, start + ROWS_PER_STATEMENT).map(({ row }) => row)));
  return { table, chunks, rows: rows.length };
}
