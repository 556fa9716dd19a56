import { fileURLToPath } from 'node:url';
import { heartbeat } from '@temporalio/activity';
import { createActivities } from '../activities/index.ts';
import { crmConnectors, mailboxConnectors } from '../connectors/registry.ts';
import { beating } from './beating.ts';
import { withRequired } from './environment.ts';
import { createFleet, wakeFleet } from './fleet.ts';
import type { Services } from './services.ts';
import type { WorkerParts } from './worker-process.ts';

/** Idle pairings beyond this number are replayed when they wake; each cached one costs about 0.3 MB. */
const CACHED_WORKFLOWS = 500;

/** Gives the worker what it runs. */
export async function workerParts(services: Services): Promise<WorkerParts> {
  const activities = createActivities({
    database: services.database,
    mailboxConnectors,
    crmConnectors,
    world: services.world,
    installationId: withRequired(services.environment, ['TANDEM_INSTALLATION_ID']).TANDEM_INSTALLATION_ID,
    fleet: createFleet(services.temporal, services.workflows),
    mailer: services.mailer,
    log: services.logger,
    heartbeat: () => heartbeat(),
  });
  await wakeFleet(services.temporal);
  return {
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    activities: beating(activities),
    maxCachedWorkflows: CACHED_WORKFLOWS,
    maxConcurrentActivityTaskExecutions: 40,
  };
}
