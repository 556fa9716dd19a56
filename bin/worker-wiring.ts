import { heartbeat } from '@temporalio/activity';
import { createActivities } from '../activities/index.ts';
import { crmConnectors, mailboxConnectors } from '../connectors/registry.ts';
import { beating } from './beating.ts';
import { withRequired } from './environment.ts';
import { createFleet, wakeEverybody, wakeFleet } from './fleet.ts';
import type { Services } from './services.ts';
import { cacheFolder } from './temporal-binary.ts';
import type { WorkerParts } from './worker-process.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** Idle pairings beyond this number are replayed when they wake; each cached one costs about 0.3 MB. */
const CACHED_WORKFLOWS = 500;

/** Gives the worker what it runs. */
export async function workerParts(services: Services): Promise<WorkerParts> {
  const fleet = createFleet(services.temporal, services.workflows);
  const activities = createActivities({
    database: services.database,
    mailboxConnectors,
    crmConnectors,
    world: services.world,
    installationId: withRequired(services.environment, ['TANDEM_INSTALLATION_ID']).TANDEM_INSTALLATION_ID,
    fleet,
    mailer: services.mailer,
    log: services.logger,
    heartbeat: () => heartbeat(),
  });
  services.clock.onJump(() => {
    void wakeEverybody(fleet).catch(error => services.logger.warn({ error }, 'not all workflows were woken'));
  });
  const bundle = await workflowBundle(cacheFolder(services.environment));
  await wakeFleet(services.temporal);
  return {
    workflowBundle: bundle,
    dataConverter: services.dataConverter,
    activities: beating(activities),
    maxCachedWorkflows: CACHED_WORKFLOWS,
    maxConcurrentActivityTaskExecutions: 40,
  };
}
