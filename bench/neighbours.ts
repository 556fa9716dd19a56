import type { PairingInput } from '../workflows/messages.ts';
import { asAdmin, type RunningBench } from './bench.ts';
import { pair } from './tenant.ts';

/**
 * Pairings of the same CRM connection that stand as if their mailboxes had been read once, and never run: PostgreSQL reads
 * a table of few rows whole, which tells nothing about a company's.
 */
export class Neighbours {
  readonly count: number;
  readonly #bench: RunningBench;
  readonly #ids: readonly string[];

  private constructor(bench: RunningBench, inputs: readonly PairingInput[]) {
    this.count = inputs.length;
    this.#bench = bench;
    this.#ids = inputs.map(({ pairingId }) => pairingId);
  }

  /** `like`: a pairing after its first cycle. */
  static async moveIn(bench: RunningBench, like: PairingInput): Promise<Neighbours> {
    const inputs: PairingInput[] = [];
    for (let number = 0; number < bench.sizes.pairings; number++)
      inputs.push(await pair(bench.tenant, `more${number}@bench.example`));
    const neighbours = new Neighbours(bench, inputs);
    await asAdmin(bench, async client => {
      await client.query(
        `insert into mailbox_cursors (organization_id, pairing_id, container_id, cursor, enumerating, read_at)
         select organization_id, id, container_id, cursor, enumerating, read_at
         from mailbox_cursors join unnest($2::text[]) as id on pairing_id = $1`,
        [like.pairingId, neighbours.#ids],
      );
      // As autovacuum does soon after such a change.
      await client.query('analyze pairings, mailbox_cursors');
    });
    return neighbours;
  }

  async moveOut(): Promise<void> {
    await asAdmin(this.#bench, client =>
      client.query('delete from pairings where id = any($1)', [this.#ids]),
    );
  }
}
