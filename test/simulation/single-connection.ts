import type pg from 'pg';
import type { ConnectionPool, PooledConnection } from '../../db/pool.ts';

/** Shares one connection: whoever asks for it waits until those before have released it. */
export class SingleConnection {
  readonly #client: pg.Client;
  readonly #waiting: Waiting[] = [];
  #holder: Holder | null = null;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  get inUse(): boolean {
    return this.#holder !== null;
  }

  /**
   * For one process of the product. When it ends, the process is gone: what it had begun is rolled back, and what it
   * still asks is refused.
   */
  pool(): ConnectionPool {
    const owner = {};
    let ended = false;
    return {
      connect: () => {
        if (ended) return Promise.reject(new Error('This database was closed.'));
        return new Promise((resolve, reject) => {
          this.#waiting.push({ owner, resolve, reject });
          this.#next();
        });
      },
      end: async () => {
        ended = true;
        this.#dismiss(owner);
        if (this.#holder?.owner === owner) await this.#terminate(this.#holder);
      },
    };
  }

  #next(): void {
    if (this.#holder) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#holder = new Holder(next.owner, this.#client, holder => this.#free(holder));
    next.resolve(this.#holder);
  }

  #free(holder: Holder): void {
    if (this.#holder !== holder) return;
    this.#holder = null;
    this.#next();
  }

  #dismiss(owner: object): void {
    const dismissed = this.#waiting.filter(waiting => waiting.owner === owner);
    for (const waiting of dismissed) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.reject(new Error('This database was closed.'));
    }
  }

  async #terminate(holder: Holder): Promise<void> {
    holder.cut();
    await this.#client.query('rollback');
    this.#free(holder);
  }
}

interface Waiting {
  readonly owner: object;
  resolve(connection: PooledConnection): void;
  reject(reason: Error): void;
}

class Holder implements PooledConnection {
  readonly owner: object;
  readonly #client: pg.Client;
  readonly #free: (holder: Holder) => void;
  #cut = false;

  constructor(owner: object, client: pg.Client, free: (holder: Holder) => void) {
    this.owner = owner;
    this.#client = client;
    this.#free = free;
  }

  query(sql: string, parameters?: unknown[]) {
    if (this.#cut) return Promise.reject(new Error('The connection was closed.'));
    return this.#client.query(isPlannedOnce(sql) ? { name: PLANNED_ONCE, text: sql } : sql, parameters);
  }

  release(): void {
    if (!this.#cut) this.#free(this);
  }

  cut(): void {
    this.#cut = true;
  }
}

/**
 * Planning the statement that opens each step takes longer than running it, and longer than all others together. Its
 * answer is one row, so that no plan can change what is read.
 */
const PLANNED_ONCE = 'open step';
const isPlannedOnce = (sql: string) => sql.startsWith('with "p" as (update "pairings" set "epoch"');
