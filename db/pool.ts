import { PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';

/** Connections to PostgreSQL, as far as they are used here: a `pg.Pool` is one, a database in the process can be. */
export interface ConnectionPool {
  connect(): Promise<PooledConnection>;
  end(): Promise<void>;
}

export interface PooledConnection {
  /** Without parameters, `sql` may hold several statements; the answer is then a list of results. */
  query(sql: string, parameters?: unknown[]): Promise<QueryResult>;
  /** Whoever gives a reason will not see this connection again. */
  release(broken?: Error | boolean): void;
}

export interface QueryResult {
  command: string;
  rowCount: number | null;
  rows: unknown[];
}

/** No transaction waits for a remote system, so none lasts this long in good order. */
const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** How values of the database become values of JavaScript: as `pg` has it, and bigints as numbers. */
export const valueTypes: pg.CustomTypesConfig = {
  // Sequence numbers and positions stay far below 2^53.
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export function openPool(url: string, poolSize: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types: valueTypes,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  });
  // A restart of the server or a time-out ends connections between two queries, and Node ends the process over an
  // 'error' that nobody hears. The pool drops them; whoever uses one learns it from the next query.
  pool.on('error', () => undefined);
  pool.on('connect', client => client.on('error', () => undefined));
  return pool;
}

/** Kysely asks for what only its cancelling of queries and its cursors use; neither is used here. */
export function dialectOver(pool: ConnectionPool): PostgresDialect {
  const { connect, end } = pool;
  const whole = { connect: connect.bind(pool), end: end.bind(pool), options: {} };
  return new PostgresDialect({ pool: whole as unknown as PostgresPool });
}
