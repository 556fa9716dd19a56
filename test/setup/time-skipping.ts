import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { WITHOUT_TEST_SERVER } from '../../bin/test-server.ts';

/** For `describe.skipIf`: why the time-skipping tests cannot run here, or false when they can. */
export const timeSkippingMissing: string | false = inject('timeSkippingServer') ? false : WITHOUT_TEST_SERVER;

/** An environment whose clock jumps to the next timer; the caller tears it down. */
export async function createTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = inject('timeSkippingServer');
  if (!path) throw new Error(WITHOUT_TEST_SERVER);
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}
