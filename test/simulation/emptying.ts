import type pg from 'pg';

/** Checkpoints let the log's files be used again; nobody else makes any in a process of its own. */
const EMPTYINGS_PER_CHECKPOINT = 50;
/** A page of the index itself and its root: an index of more pages has been split. */
const UNSPLIT_INDEX_BYTES = 2 * 8_192;

interface UsedTable {
  readonly name: string;
  /** Its indexes and itself, of which the planner remembers sizes. */
  readonly relations: readonly string[];
  readonly split: boolean;
}

/**
 * Puts the tables back to what migrations left, down to what the planner knows of them. Only tables that were written
 * to are touched, and they are deleted from and vacuumed, which returns their pages: truncating makes new files for
 * every table and index, which takes five times as long and leaves the catalogue larger each time.
 */
export class Emptying {
  readonly #client: pg.Client;
  #count = 0;

  /** `client` is a superuser's: it passes row-level security, the audit log's protection and references. */
  constructor(client: pg.Client) {
    this.#client = client;
  }

  async run(): Promise<void> {
    await this.#client.query('set session_replication_role = replica');
    const used = await this.#usedTables();
    if (used.length > 0) await this.#clear(used);
    await this.#restartSequences();
    await this.#client.query('reset session_replication_role');
    this.#count++;
    if (this.#count % EMPTYINGS_PER_CHECKPOINT === 0) await this.#client.query('checkpoint');
  }

  /** What was written and rolled back counts: it took pages. */
  async #usedTables(): Promise<UsedTable[]> {
    const { rows } = await this.#client.query<UsedTable>(`
      select t.relname as name, array_agg(i.relname::text) || t.relname::text as relations,
        bool_or(pg_relation_size(i.oid) > ${UNSPLIT_INDEX_BYTES}) as split
      from pg_class t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
      where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and pg_relation_size(t.oid) > 0
      group by t.relname order by t.relname`);
    return rows;
  }

  async #clear(used: readonly UsedTable[]): Promise<void> {
    const split = used.filter(table => table.split).map(table => table.name);
    const whole = used.filter(table => !table.split).map(table => table.name);
    if (split.length > 0) await this.#client.query(`truncate ${split.join()} cascade`);
    if (whole.length > 0) {
      await this.#client.query(whole.map(name => `delete from ${name}`).join(';'));
      await this.#client.query(`vacuum (index_cleanup on, truncate on) ${whole.join()}`);
    }
    const relations = used.flatMap(table => table.relations);
    await this.#client.query(
      `select ${relations.map(name => `pg_clear_relation_stats('public', '${name}')`)}`,
    );
  }

  async #restartSequences(): Promise<void> {
    await this.#client.query(`
      select setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) from pg_sequences
      where schemaname = 'public' and last_value is not null`);
  }
}
