import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { TASK_QUEUE } from '../workflows/messages.ts';
import { type Environment, withRequired } from './environment.ts';
import { openServices, type Services } from './services.ts';

/** What the product puts into the worker: workflows, activities, interceptors, codec. */
export type WorkerParts = Omit<WorkerOptions, 'connection' | 'namespace' | 'taskQueue' | 'shutdownGraceTime'>;

/** Runs one worker until it is told to stop; running activities get the grace time to save their place. */
export async function runWorker(
  environment: Environment,
  partsOf: (services: Services) => Promise<WorkerParts>,
): Promise<void> {
  const { TEMPORAL_ADDRESS } = withRequired(environment, ['TEMPORAL_ADDRESS']);
  Runtime.install({ shutdownSignals: ['SIGINT', 'SIGTERM', 'SIGHUP'] });
  const services = openServices(environment, 'worker');
  const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
  try {
    const worker = await Worker.create({
      ...(await partsOf(services)),
      connection,
      namespace: environment.TEMPORAL_NAMESPACE,
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
