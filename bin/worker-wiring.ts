import { fileURLToPath } from 'node:url';
import type { WorkerParts } from './worker-process.ts';

/** Gives the worker what it runs. */
export async function workerParts(): Promise<WorkerParts> {
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}
