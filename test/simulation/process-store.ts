import { openProcessDatabase, type ProcessDatabase } from './pglite.ts';
import type { OpenStore } from './platform.ts';

/** One database in the process for many runs, one after the other, each of which finds it empty. */
export class ProcessStore {
  #database: ProcessDatabase | null = null;

  readonly open: OpenStore = async options => {
    this.#database ??= await openProcessDatabase();
    await this.#database.empty();
    return this.#database.open(options);
  };

  /** After a run that broke, which may have left anything behind. */
  async discard(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    await database?.close();
  }
}
