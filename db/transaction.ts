import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type { PoolClient } from 'pg';
import type { Schema } from './schema.ts';
import type { Vault } from './vault.ts';

/** Queries inside one organization's transaction. What could leave the transaction is not there. */
export type Transaction = Omit<
  Kysely<Schema>,
  'transaction' | 'startTransaction' | 'connection' | 'destroy' | 'isTransaction' | 'introspection' | 'schema'
> & {
  readonly organizationId: string;
  /** Seals, opens and hashes with the organization's keys. */
  readonly vault: Vault;
};

export type OnStatement = (sql: string) => void;

/** One pooled client for the length of one transaction; afterwards it refuses, so a forgotten query runs nowhere. */
export class TransactionClient {
  readonly #client: PoolClient;
  readonly #onStatement: OnStatement;
  #last: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(client: PoolClient, onStatement: OnStatement) {
    this.#client = client;
    this.#onStatement = onStatement;
  }

  /** Begins and names the organization in one round trip; the setting ends with the transaction. */
  begin(organizationId: string): Promise<unknown> {
    const id = this.#client.escapeLiteral(organizationId);
    return this.run(`begin; select set_config('tandem.organization', ${id}, true)`);
  }

  /** PostgreSQL answers COMMIT with ROLLBACK when a failed statement had ended the transaction already. */
  async commit(): Promise<void> {
    const result = this.run('commit');
    this.#over = true;
    if ((await result).command === 'ROLLBACK') {
      throw new Error(
        'Nothing was stored: a statement of this transaction had failed and its error was ignored.',
      );
    }
  }

  async rollback(): Promise<void> {
    const result = this.run('rollback');
    this.#over = true;
    await result;
  }

  /** One statement after the other, also when the caller does not wait: a connection can do no more. */
  run(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<{ command: string; rowCount: number | null; rows: unknown[] }> {
    if (this.#over) {
      return Promise.reject(
        new Error('This transaction is over: wait for every query inside inOrganization.'),
      );
    }
    this.#onStatement(sql);
    const next = () => this.#client.query(sql, [...parameters]);
    const result = this.#last.then(next, next);
    this.#last = result;
    return result;
  }
}

/** Kysely over the transaction's client alone. */
export function transactionOver(
  client: TransactionClient,
  organizationId: string,
  vault: Vault,
): Transaction {
  const single = {
    query: (sql: string, parameters: readonly unknown[]) => client.run(sql, parameters),
    release: () => undefined,
  } as unknown as PostgresPoolClient;
  const pool: PostgresPool = { connect: async () => single, end: async () => undefined, options: {} };
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return Object.assign(kysely, { organizationId, vault });
}
