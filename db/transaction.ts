import { Kysely } from 'kysely';
import pg from 'pg';
import { type NewId, newId, type RandomBytes } from './ids.ts';
import { dialectOver, type PooledConnection, type QueryResult } from './pool.ts';
import type { Schema } from './schema.ts';
import type { Vault } from './vault.ts';

/** Queries inside one organization's transaction. What could leave the transaction is not there. */
export type Transaction = Omit<
  Kysely<Schema>,
  'transaction' | 'startTransaction' | 'connection' | 'destroy' | 'isTransaction' | 'introspection' | 'schema'
> &
  Standpoint & { readonly newId: NewId };

interface Standpoint {
  readonly organizationId: string;
  /** Seals, opens and hashes with the organization's keys. */
  readonly vault: Vault;
  /** Where its ids and secrets come from. */
  readonly randomBytes: RandomBytes;
}

export type OnStatement = (sql: string) => void;

/** One pooled client for the length of one transaction; afterwards it refuses, so a forgotten query runs nowhere. */
export class TransactionClient {
  readonly #connection: PooledConnection;
  readonly #onStatement: OnStatement;
  #last: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(connection: PooledConnection, onStatement: OnStatement) {
    this.#connection = connection;
    this.#onStatement = onStatement;
  }

  /** Begins and names the organization in one round trip; the setting ends with the transaction. */
  begin(organizationId: string): Promise<unknown> {
    const id = pg.escapeLiteral(organizationId);
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
  run(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult> {
    if (this.#over) {
      return Promise.reject(
        new Error('This transaction is over: wait for every query inside inOrganization.'),
      );
    }
    this.#onStatement(sql);
    const next = () => this.#connection.query(sql, [...parameters]);
    const result = this.#last.then(next, next);
    this.#last = result;
    return result;
  }
}

/** Kysely over the transaction's client alone. */
export function transactionOver(client: TransactionClient, standpoint: Standpoint): Transaction {
  const single: PooledConnection = {
    query: (sql, parameters) => client.run(sql, parameters),
    release: () => undefined,
  };
  const dialect = dialectOver({ connect: async () => single, end: async () => undefined });
  return Object.assign(new Kysely<Schema>({ dialect }), standpoint, {
    newId: kind => newId(kind, standpoint.randomBytes),
  } satisfies Pick<Transaction, 'newId'>);
}
