import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { valueTypes } from '../../db/pool.ts';

/**
 * `pg`'s own client, which speaks PostgreSQL's protocol to the database in this process: what it sends and how it
 * understands the answers cannot differ from a server's.
 */
export async function connectTo(database: PGlite, user: string): Promise<pg.Client> {
  const config = { user, database: 'postgres', types: valueTypes, stream: () => new ProcessStream(database) };
  // The types of `pg` ask for a whole Node stream; it uses what is below.
  const client = new pg.Client(config as unknown as pg.ClientConfig);
  await client.connect();
  return client;
}

/** What `pg` asks of a socket. A write is answered at once, in the next microtask. */
class ProcessStream extends EventEmitter {
  readonly writable = true;
  readonly #database: PGlite;
  /** Messages that are sent together; null while each is sent by itself. */
  #held: Uint8Array[] | null = null;

  constructor(database: PGlite) {
    super();
    this.#database = database;
  }

  connect(): void {
    queueMicrotask(() => this.emit('connect'));
  }

  setNoDelay(): void {}
  ref(): void {}
  unref(): void {}

  cork(): void {
    this.#held = [];
  }

  uncork(): void {
    const held = this.#held ?? [];
    this.#held = null;
    if (held.length > 0) this.#exchange(Buffer.concat(held));
  }

  write(message: Uint8Array, written?: () => void): void {
    if (this.#held) this.#held.push(message);
    else this.#exchange(message);
    if (written) queueMicrotask(written);
  }

  end(): void {
    queueMicrotask(() => this.emit('close'));
  }

  #exchange(message: Uint8Array): void {
    const answer = Buffer.from(this.#database.execProtocolRawSync(message));
    queueMicrotask(() => this.emit('data', answer));
  }
}
