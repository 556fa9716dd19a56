import { Client, Connection } from '@temporalio/client';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { type Logger, pino } from 'pino';
import type { Mailer } from '../activities/index.ts';
import { createWorkflowClient } from '../api/workflow-client.ts';
import type { Workflows } from '../api/workflows.ts';
import { vendorHosts, type World } from '../connectors/registry.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { parseKeyRing } from '../db/keys.ts';
import { type Clock, followClock, systemClock } from './clock.ts';
import { dataConverterOf } from './data-converter.ts';
import { type Environment, withRequired } from './environment.ts';
import { createMailer } from './mailer.ts';
import { createPayloadCodec } from './payload-codec.ts';
import { temporalTarget } from './temporal-target.ts';
import { realWorld } from './world.ts';

/** What API and worker have in common, made from the environment once. */
export type Services = {
  readonly environment: Environment;
  readonly database: Database;
  readonly temporal: Client;
  readonly namespace: string;
  readonly payloadCodec: PayloadCodec;
  readonly dataConverter: DataConverter;
  readonly workflows: Workflows;
  readonly world: World;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mailer: Mailer | null;
  close(): Promise<void>;
};

/** Connects lazily to Temporal, so that the API answers also while Temporal is away. */
export async function openServices(environment: Environment, name: 'api' | 'worker'): Promise<Services> {
  const required = withRequired(environment, ['TANDEM_DATABASE_APP_URL', 'TANDEM_KEYS']);
  const target = temporalTarget(environment);
  const keyRing = parseKeyRing(required.TANDEM_KEYS);
  const clock = await clockOf(environment);
  const database = openDatabase({ url: required.TANDEM_DATABASE_APP_URL, keyRing });
  const connection = Connection.lazy(target.connection);
  const payloadCodec = createPayloadCodec(keyRing);
  const dataConverter = dataConverterOf(payloadCodec);
  const { namespace } = target;
  const temporal = new Client({ connection, namespace, dataConverter });
  return {
    ...{ environment, database, clock, temporal, namespace, payloadCodec, dataConverter },
    workflows: createWorkflowClient(temporal),
    world: realWorld([...vendorHosts, ...environment.TANDEM_ALLOWED_HOSTS], clock),
    logger: pino({ name, level: environment.TANDEM_LOG_LEVEL }),
    mailer: mailerOf(environment),
    close: async () => {
      clock.close();
      await Promise.all([connection.close(), database.close()]);
    },
  };
}

function clockOf({ TANDEM_CLOCK_URL: url }: Environment): Clock | Promise<Clock> {
  return url ? followClock(url) : systemClock;
}

function mailerOf({ TANDEM_SMTP_URL: url, TANDEM_MAIL_FROM: from }: Environment): Mailer | null {
  return url && from ? createMailer({ url, from }) : null;
}
