import { EventEmitter, once } from 'node:events';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import type { Activities, Standing } from '../activities/types.ts';
import { readEnvironment } from '../bin/environment.ts';
import { openServices, type Services } from '../bin/services.ts';
import { workerParts } from '../bin/worker-wiring.ts';
import { openDatabase } from '../db/database.ts';
import { parseKeyRing } from '../db/keys.ts';
import { type FeedInput, type PairingInput, TASK_QUEUE } from '../workflows/messages.ts';
import { countStatement, type Metered, metered } from './meter.ts';
import type { Servers } from './servers.ts';

type Step = (input: PairingInput) => Promise<Standing>;

/** The product's own worker inside this process, so that all it does can be counted. */
export class MeteredWorker {
  readonly services: Services;
  readonly connection: NativeConnection;
  readonly #admin: pg.Client;
  readonly #events = new EventEmitter();
  /** What each pairing's and each feed's activities did since somebody asked. */
  readonly #metered = new Map<string, Metered[]>();
  /** How many more cycles of a pairing follow each other without a rest. */
  readonly #rushing = new Map<string, number>();
  #stop: () => Promise<void> = async () => {};

  constructor(services: Services, connection: NativeConnection, admin: pg.Client) {
    this.services = services;
    this.connection = connection;
    this.#admin = admin;
  }

  static async start({ variables, adminUrl }: Servers): Promise<MeteredWorker> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const opened = await openServices(readEnvironment(variables), 'worker');
    const database = openDatabase({
      url: variables.TANDEM_DATABASE_APP_URL ?? '',
      keyRing: parseKeyRing(variables.TANDEM_KEYS ?? ''),
      onStatement: countStatement,
    });
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    const connection = await NativeConnection.connect({ address: variables.TEMPORAL_ADDRESS ?? '' });
    const started = new MeteredWorker({ ...opened, database }, connection, admin);
    await started.#run();
    return started;
  }

  /** The first cycle of a pairing that has no workflow yet; answers what its activities did. */
  async firstCycle(input: PairingInput): Promise<Metered[]> {
    const ended = once(this.#events, `finish ${input.pairingId}`);
    await this.services.workflows.startOrSignalPairing(input);
    const [standing] = (await ended) as [Standing];
    if (standing.state !== 'in_sync')
      throw new Error(`The first cycle ended ${standing.state}: ${standing.note}`);
    return this.#take(input.pairingId);
  }

  /** So many cycles of a pairing, each due as soon as the one before it is over. */
  async cycles(input: PairingInput, count: number): Promise<Metered[]> {
    this.#take(input.pairingId);
    this.#rushing.set(input.pairingId, count);
    const rested = once(this.#events, `rested ${input.pairingId}`);
    await this.#makeDue(input.pairingId);
    await this.services.workflows.startOrSignalPairing(input);
    await rested;
    return this.#take(input.pairingId);
  }

  /** One poll of the CRM's feed. */
  async poll(input: FeedInput): Promise<Metered> {
    const polled = once(this.#events, `polled ${input.connectionId}`);
    await this.services.workflows.startOrSignalFeed(input);
    const [meter] = (await polled) as [Metered];
    return meter;
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.connection.close();
    await this.#admin.end();
    await Promise.all([this.services.database.close(), this.services.close()]);
  }

  async #run(): Promise<void> {
    const parts = await workerParts(this.services);
    const worker = await Worker.create({
      ...parts,
      activities: this.#watched(parts.activities as Activities),
      connection: this.connection,
      taskQueue: TASK_QUEUE,
    });
    const running = worker.run();
    this.#stop = async () => {
      worker.shutdown();
      await running;
    };
  }

  #watched(activities: Activities): Activities {
    const watched = metered(activities, (meter, input, result) => this.#note(meter, input, result));
    return { ...watched, detect: this.#rushed(watched.detect), finish: this.#rushed(watched.finish) };
  }

  #note(meter: Metered, input: unknown, result: unknown): void {
    const { pairingId, connectionId } = (input ?? {}) as Partial<PairingInput & FeedInput>;
    if (pairingId) {
      this.#metered.set(pairingId, [...(this.#metered.get(pairingId) ?? []), meter]);
      if (meter.activity === 'finish') this.#events.emit(`finish ${pairingId}`, result);
    }
    if (connectionId) this.#events.emit(`polled ${connectionId}`, meter);
  }

  #take(pairingId: string): Metered[] {
    const taken = this.#metered.get(pairingId) ?? [];
    this.#metered.delete(pairingId);
    return taken;
  }

  /** The schedule's rest alone is left out: the next cycle is due at once. */
  #rushed(step: Step): Step {
    return async input => {
      const standing = await step(input);
      const left = this.#rushing.get(input.pairingId);
      if (left === undefined || standing.next !== 'sleep') return standing;
      if (left <= 1) {
        this.#rushing.delete(input.pairingId);
        this.#events.emit(`rested ${input.pairingId}`);
        return standing;
      }
      this.#rushing.set(input.pairingId, left - 1);
      await this.#makeDue(input.pairingId);
      return { ...standing, dueAtMs: Date.now() };
    };
  }

  async #makeDue(pairingId: string): Promise<void> {
    await this.#admin.query("update pairings set due_at = now() - interval '1 second' where id = $1", [
      pairingId,
    ]);
  }
}
