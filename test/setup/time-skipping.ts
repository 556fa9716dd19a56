import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { WITHOUT_TEST_SERVER } from '../../bin/test-server.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages.ts';

/** For `describe.skipIf`: why the time-skipping tests cannot run here, or false when they can. */
export const timeSkippingMissing: string | false = inject('timeSkippingServer') ? false : WITHOUT_TEST_SERVER;

/** An environment whose clock jumps to the next timer; the caller tears it down. */
export async function createTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = inject('timeSkippingServer');
  if (!path) throw new Error(WITHOUT_TEST_SERVER);
  const environment = await started(path);
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: Object.fromEntries(
      Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, INDEXED[type]]),
    ),
  });
  return environment;
}

/** temporal.api.enums.v1.IndexedValueType */
const INDEXED = { KEYWORD: 2, INT: 3 } as const;

async function started(path: string): Promise<TestWorkflowEnvironment> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path } },
      });
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** The SDK waits five seconds for the server, which on a busy machine has not started by then. */
const ATTEMPTS = 4;
