import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { parseKeyRing } from '../db/keys.ts';
import { followClock } from './clock.ts';
import type { Environment } from './environment.ts';
import { createMailer } from './mailer.ts';
import { portsOf, reservePorts } from './ports.ts';
import { embeddedBinaries } from './postgres.ts';
import { findTemporal, temporalVersion } from './temporal-binary.ts';
import { hasTemporalTarget, type TemporalTarget, temporalTarget } from './temporal-target.ts';

const NODE_MAJOR = '24';
const CONNECT_WITHIN_MS = 5_000;

type Check = {
  readonly what: string;
  /** Answers what it found; throws with what is wrong and what to do. */
  readonly run: (environment: Environment) => string | Promise<string>;
};

const CHECKS: readonly Check[] = [
  { what: 'Node', run: checkNode },
  { what: 'Home folder', run: checkHome },
  { what: 'Ports', run: checkPorts },
  { what: 'PostgreSQL', run: checkDatabase },
  { what: 'Temporal', run: checkTemporal },
  { what: 'Key ring', run: checkKeyRing },
  { what: 'Mail server', run: checkMail },
  { what: 'Clock', run: checkClock },
];

/** Says of everything that a start needs whether it is there; answers whether all of it is. */
export async function doctor(environment: Environment, say: (line: string) => void): Promise<boolean> {
  let healthy = true;
  for (const { what, run } of CHECKS) {
    try {
      say(`ok       ${what}: ${await run(environment)}`);
    } catch (error) {
      healthy = false;
      say(`PROBLEM  ${what}: ${(error as Error).message}`);
    }
  }
  return healthy;
}

function checkNode(): string {
  if (process.versions.node.split('.')[0] === NODE_MAJOR) return process.version;
  throw new Error(
    `${process.version}, wanted ${NODE_MAJOR}. Start through npm, which brings it: npm run tandem doctor`,
  );
}

function checkHome(environment: Environment): string {
  let folder = environment.TANDEM_HOME;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return environment.TANDEM_HOME;
  } catch {
    throw new Error(`${folder} is not writable. Change its owner, or set TANDEM_HOME to another folder.`);
  }
}

async function checkPorts(environment: Environment): Promise<string> {
  const wanted = portsOf(environment);
  const reservation = await reservePorts(wanted, {});
  await reservation.releaseAll();
  const taken = Object.entries(wanted).filter(([name, port]) => reservation.ports[name as 'api'] !== port);
  if (taken.length === 0) return 'free';
  const list = taken.map(([name, port]) => `${port} (${name})`).join(', ');
  throw new Error(`${list} in use: other ones will be taken. Stop what uses them, or choose others.`);
}

async function checkDatabase(environment: Environment): Promise<string> {
  if (!environment.DATABASE_URL) return `embedded, ${(await embeddedBinaries()).postgres}`;
  const client = new pg.Client({
    connectionString: environment.DATABASE_URL,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return `version ${rows[0]?.server_version}`;
  } catch (error) {
    throw new Error(
      `DATABASE_URL does not connect (${(error as Error).message}). Check host, user and password.`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}

async function checkTemporal(environment: Environment): Promise<string> {
  if (hasTemporalTarget(environment)) return reachTemporal(temporalTarget(environment));
  const binary = findTemporal(environment);
  if (!binary) throw new Error('no `temporal` program was found. `npm start` fetches or builds one.');
  return `${binary}, ${temporalVersion(binary)}`;
}

async function reachTemporal({ connection: options, namespace }: TemporalTarget): Promise<string> {
  const connection = Connection.lazy(options);
  try {
    const question = () => connection.workflowService.describeNamespace({ namespace });
    await connection.withDeadline(Date.now() + CONNECT_WITHIN_MS, question);
    return `${options.address}, namespace ${namespace}`;
  } catch (error) {
    const place = `${options.address}, namespace ${namespace}`;
    throw new Error(
      `${place} does not answer (${(error as Error).message}). Check the server, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and how to sign in there.`,
    );
  } finally {
    await connection.close();
  }
}

function checkKeyRing(environment: Environment): string {
  if (!environment.TANDEM_KEYS) return 'made in the home folder';
  return `current key ${parseKeyRing(environment.TANDEM_KEYS).currentId}`;
}

async function checkMail({ TANDEM_SMTP_URL: url, TANDEM_MAIL_FROM: from }: Environment): Promise<string> {
  if (!url || !from) return 'none: messages to admins are kept, see GET /v1/notifications';
  const { host } = new URL(url);
  try {
    await createMailer({ url, from }).verify();
    return host;
  } catch (error) {
    throw new Error(
      `${host} does not accept mail (${(error as Error).message}). Check TANDEM_SMTP_URL: host, port, user and password.`,
    );
  }
}

async function checkClock({ TANDEM_CLOCK_URL: url }: Environment): Promise<string> {
  if (!url) return "the machine's";
  const clock = await followClock(url);
  clock.close();
  return `${url}, ${new Date(clock.now()).toISOString()}`;
}
