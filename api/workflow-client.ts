import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common';
import {
  FEED_WORKFLOW,
  type FeedInput,
  feedWorkflowId,
  LOOK_SIGNAL,
  PAIRING_WORKFLOW,
  type PairingInput,
  pairingWorkflowId,
  TASK_QUEUE,
} from '../workflows/messages.ts';
import type { Workflows } from './workflows.ts';

const answerWithinMs = 5_000;

const pairingIdKey = defineSearchAttributeKey('PairingId', SearchAttributeType.KEYWORD);
const organizationIdKey = defineSearchAttributeKey('OrganizationId', SearchAttributeType.KEYWORD);
const policyIdKey = defineSearchAttributeKey('PolicyId', SearchAttributeType.KEYWORD);

/** `taskQueue` differs in tests only: each has its own. */
export function createWorkflowClient(client: Client, taskQueue: string = TASK_QUEUE): Workflows {
  const inTime = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + answerWithinMs, call);

  const wake = (name: string, workflowId: string, input: object, attributes: SearchAttributePair[]) =>
    inTime(async () => {
      await client.workflow.signalWithStart(name, {
        workflowId,
        taskQueue,
        args: [input],
        signal: LOOK_SIGNAL,
        signalArgs: [],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
        typedSearchAttributes: new TypedSearchAttributes(attributes),
      });
    });

  return {
    startOrSignalPairing: (input: PairingInput) =>
      wake(PAIRING_WORKFLOW, pairingWorkflowId(input.pairingId), input, [
        { key: pairingIdKey, value: input.pairingId },
        { key: organizationIdKey, value: input.organizationId },
        { key: policyIdKey, value: input.policyId },
      ]),

    startOrSignalFeed: (input: FeedInput) =>
      wake(FEED_WORKFLOW, feedWorkflowId(input.connectionId), input, [
        { key: organizationIdKey, value: input.organizationId },
      ]),

    runId: pairingId =>
      inTime(async () => {
        try {
          const description = await client.workflow.getHandle(pairingWorkflowId(pairingId)).describe();
          return description.runId;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return null;
          throw error;
        }
      }),

    ping: () =>
      inTime(async () => {
        await client.workflowService.getSystemInfo({});
      }),
  };
}
