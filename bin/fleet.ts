import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Fleet } from '../activities/index.ts';
import type { Workflows } from '../api/workflows.ts';
import {
  FEED_WORKFLOW,
  FLEET_WORKFLOW,
  FLEET_WORKFLOW_ID,
  LOOK_SIGNAL,
  PAIRING_WORKFLOW,
  TASK_QUEUE,
} from '../workflows/messages.ts';

/** The activities' way to workflows, over the Temporal client. */
export function createFleet(temporal: Client, workflows: Workflows): Fleet {
  const running = async (type: string): Promise<string[]> => {
    const ids: string[] = [];
    for await (const workflow of temporal.workflow.list({
      query: `WorkflowType = "${type}" AND ExecutionStatus = "Running"`,
    })) {
      ids.push(workflow.workflowId);
    }
    return ids;
  };
  return {
    runningPairings: () => running(PAIRING_WORKFLOW),
    runningFeeds: () => running(FEED_WORKFLOW),
    startPairing: input => workflows.startOrSignalPairing(input),
    startFeed: input => workflows.startOrSignalFeed(input),
    look: async workflowId => {
      await temporal.workflow
        .getHandle(workflowId)
        .signal(LOOK_SIGNAL)
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
    },
  };
}

/** Workflows sleep by Temporal's clock: when ours was set, each looks what is due by now. */
export async function wakeEverybody(fleet: Fleet): Promise<void> {
  for (const id of [...(await fleet.runningFeeds()), ...(await fleet.runningPairings())])
    await fleet.look(id);
}

/** One fleet workflow per installation; every start of a worker wakes it. */
export async function wakeFleet(temporal: Client, taskQueue: string = TASK_QUEUE): Promise<void> {
  await temporal.workflow.signalWithStart(FLEET_WORKFLOW, {
    workflowId: FLEET_WORKFLOW_ID,
    taskQueue,
    args: [],
    signal: LOOK_SIGNAL,
    signalArgs: [],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
