import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import type { MeteredWorker } from '../worker.ts';

const TASK_QUEUE = 'bench-empty';

/** Floor of Temporal: a workflow that does nothing, over and over, on a worker of its own in this process. */
export class EmptyRounds {
  readonly #host: MeteredWorker;
  readonly #worker: Worker;
  readonly #running: Promise<void>;

  constructor(host: MeteredWorker, worker: Worker) {
    this.#host = host;
    this.#worker = worker;
    this.#running = worker.run();
  }

  static async start(host: MeteredWorker): Promise<EmptyRounds> {
    const worker = await Worker.create({
      connection: host.connection,
      dataConverter: host.services.dataConverter,
      taskQueue: TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('./empty-workflow.ts', import.meta.url)),
      activities: { nothing: async () => undefined },
    });
    return new EmptyRounds(host, worker);
  }

  async run(rounds: number): Promise<void> {
    await this.#host.services.temporal.workflow.execute('empty', {
      taskQueue: TASK_QUEUE,
      workflowId: `empty:${randomUUID()}`,
      args: [rounds],
    });
  }

  async close(): Promise<void> {
    this.#worker.shutdown();
    await this.#running;
  }
}
