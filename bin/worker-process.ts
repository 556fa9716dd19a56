import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { TASK_QUEUE } from '../workflows/messages.ts';
import type { Environment } from './environment.ts';
import { openServices, type Services } from './services.ts';
import { temporalTarget } from './temporal-target.ts';

/** What the product puts into the worker: workflows, activities, interceptors, codec. */
export type WorkerParts = Omit<WorkerOptions, 'connection' | 'namespace' | 'taskQueue' | 'shutdownGraceTime'>;

/** Runs one worker until it is told to stop; running activities get the grace time to save their place. */
export async function runWorker(
  environment: Environment,
  partsOf: (services: Services) => Promise<WorkerParts>,
): Promise<void> {
  const target = temporalTarget(environment);
  Runtime.install({ shutdownSignals: ['SIGINT', 'SIGTERM', 'SIGHUP'] });
  const services = await openServices(environment, 'worker');
  const connection = await NativeConnection.connect(target.connection);
  try {
    const worker = await Worker.create({
      ...(await partsOf(services)),
      connection,
      namespace: target.namespace,
      taskQueue: TASK_QUEUE,
      shutdownGraceTime: '25s',
    });
    process.send?.('ready');
    await worker.run();
  } finally {
    await connection.close();
    await services.close();
  }
}
