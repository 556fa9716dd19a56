import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type Logger, pino } from 'pino';
import type { Mailer } from '../activities/index.ts';
import { createWorkflowClient } from '../api/workflow-client.ts';
import type { Workflows } from '../api/workflows.ts';
import { type ConnectorWorld, vendorHosts } from '../connectors/registry.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { parseKeyRing } from '../db/keys.ts';
import { type Environment, withRequired } from './environment.ts';

/** What API and worker have in common, made from the environment once. */
export type Services = {
  readonly environment: Environment;
  readonly database: Database;
  readonly temporal: Client;
  readonly workflows: Workflows;
  readonly world: ConnectorWorld;
  readonly logger: Logger;
  readonly mailer: Mailer | null;
  close(): Promise<void>;
};

/** Connects lazily to Temporal, so that the API answers also while Temporal is away. */
export function openServices(environment: Environment, name: 'api' | 'worker'): Services {
  const required = withRequired(environment, ['TANDEM_DATABASE_APP_URL', 'TANDEM_KEYS', 'TEMPORAL_ADDRESS']);
  const database = openDatabase({
    url: required.TANDEM_DATABASE_APP_URL,
    keyRing: parseKeyRing(required.TANDEM_KEYS),
  });
  const connection = Connection.lazy({ address: required.TEMPORAL_ADDRESS });
  const temporal = new Client({ connection, namespace: environment.TEMPORAL_NAMESPACE });
  return {
    environment,
    database,
    temporal,
    workflows: createWorkflowClient(temporal),
    world: {
      now: () => Date.now(),
      sleep: delayMs => sleep(delayMs),
      allowedHosts: new Set([...vendorHosts, ...environment.TANDEM_ALLOWED_HOSTS]),
    },
    logger: pino({ name, level: environment.TANDEM_LOG_LEVEL }),
    mailer: null,
    close: async () => {
      await Promise.all([connection.close(), database.close()]);
    },
  };
}
