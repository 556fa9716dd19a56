import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { WorkflowClient, WorkflowHandle } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../../bin/data-converter.ts';
import type { PairingInput } from '../../workflows/messages.ts';
import type { Script } from './script.ts';

export const PAIRING: PairingInput = { organizationId: 'org_1', pairingId: 'prg_1', policyId: 'pol_1' };

const PRODUCT = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
const QUIET = new DefaultLogger('ERROR', () => undefined);

/** Bundled as the product does it. */
export function bundleOf(workflowsPath: string = PRODUCT): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, failureConverterPath: FAILURE_CONVERTER_PATH, logger: QUIET });
}

/** The SDK's own log lines about failures that a test makes on purpose. */
export function silence(): void {
  Runtime.install({ logger: QUIET });
}

export interface Place {
  readonly connection: NativeConnection;
  readonly client: WorkflowClient;
  readonly bundle: WorkflowBundleWithSourceMap;
}

/** Runs one workflow with these activities on a task queue of its own, for as long as `during` takes. */
export async function play<T>(
  { connection, client, bundle }: Place,
  workflow: string,
  args: readonly unknown[],
  { activities }: Script,
  during: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> {
  const taskQueue = randomUUID();
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: bundle,
    activities,
    dataConverter: { failureConverterPath: FAILURE_CONVERTER_PATH },
  });
  return worker.runUntil(async () => {
    const workflowId = `${workflow}:${taskQueue}`;
    const { firstExecutionRunId } = await client.start(workflow, { args: [...args], taskQueue, workflowId });
    const handle = client.getHandle(workflowId, undefined, { firstExecutionRunId });
    try {
      return await during(handle);
    } finally {
      await handle.terminate().catch(() => undefined);
    }
  });
}
