import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535).optional();
const text = z.string().min(1).optional();
const flag = z
  .enum(['', '0', '1', 'false', 'true'])
  .default('')
  .transform(value => value === '1' || value === 'true');

const names = z.string().transform(list =>
  list
    .split(',')
    .map(name => name.trim())
    .filter(Boolean),
);

const temporal = {
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must be host:port')
    .optional(),
  /** Otherwise the profile's, else `default`. */
  TEMPORAL_NAMESPACE: text,
  TEMPORAL_PROFILE: text,
  TEMPORAL_CONFIG_FILE: text,
  TEMPORAL_API_KEY: text,
  TEMPORAL_TLS: text,
  TEMPORAL_TLS_CLIENT_CERT_PATH: text,
  TEMPORAL_TLS_CLIENT_CERT_DATA: text,
  TEMPORAL_TLS_CLIENT_KEY_PATH: text,
  TEMPORAL_TLS_CLIENT_KEY_DATA: text,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: text,
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: text,
  TEMPORAL_TLS_SERVER_NAME: text,
};

/** Every variable the product knows, each with what it is for; `tandem --help` and the README follow this list. */
const schema = z.object({
  /** Home folder of the embedded mode: databases, logs, secrets, run.json. */
  TANDEM_HOME: z
    .string()
    .min(1)
    .default('.tandem')
    .transform(path => resolve(path)),
  TANDEM_HOST: z.string().min(1).default('127.0.0.1'),
  TANDEM_PORT: port,
  TANDEM_PG_PORT: port,
  TANDEM_TEMPORAL_PORT: port,
  TANDEM_TEMPORAL_UI_PORT: port,
  TANDEM_GRAPH_PORT: port,
  TANDEM_SALESFORCE_PORT: port,
  /** How many worker processes `tandem up` keeps running. */
  TANDEM_WORKERS: z.coerce.number().int().min(1).max(32).default(1),
  TANDEM_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  /** No attempt to download anything. */
  TANDEM_OFFLINE: flag,
  /** Takes the time for ages, windows and schedules from this address (the emulators' clock, for tests). */
  TANDEM_CLOCK_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Connection of the role that owns the schema and runs migrations. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Connection of the role that the API and the workers use; row-level security applies to it. */
  TANDEM_DATABASE_APP_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Hosts beside the vendors' clouds that connections may name, with port, separated by commas. */
  TANDEM_ALLOWED_HOSTS: names.prefault(''),
  /** Host names that the API answers to, separated by commas. */
  TANDEM_API_NAMES: names.prefault('localhost,127.0.0.1'),
  /** Address of Temporal's Web UI as people's browsers reach it; pairings link to their histories there. */
  TANDEM_TEMPORAL_UI_URL: z.url({ protocol: /^https?$/ }).optional(),
  ...temporal,
  /** An existing time-skipping test server, for the tests. */
  TEMPORAL_TEST_SERVER: z.string().min(1).optional(),
  /** The key ring, as JSON, that encrypts what is stored and what Temporal sees. */
  TANDEM_KEYS: z.string().min(1).optional(),
  /** Names this installation in the mailboxes that it synchronizes: the same for all its processes, for ever (PAIR-5). */
  TANDEM_INSTALLATION_ID: z
    .string()
    .regex(/^[A-Za-z0-9-]{8,64}$/, 'must be 8 to 64 letters, digits or hyphens')
    .optional(),
  /** Allows whoever holds it to create organizations. */
  TANDEM_INSTALLATION_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  /** The mail server for messages to admins: `smtp://user:password@host:587`. Without one, messages are kept. */
  TANDEM_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** Who those messages come from. */
  TANDEM_MAIL_FROM: z.email().optional(),
  XDG_CACHE_HOME: z
    .string()
    .min(1)
    .default(() => join(homedir(), '.cache')),
  PATH: z.string().default(''),
});

/** Variables that may be given as `NAME_FILE=/path` instead, so that a secret need not stand in the environment. */
const SECRETS = [
  'DATABASE_URL',
  'TANDEM_DATABASE_APP_URL',
  'TANDEM_KEYS',
  'TANDEM_INSTALLATION_KEY',
  'TANDEM_SMTP_URL',
  'TEMPORAL_API_KEY',
] as const;

/** What Temporal's own tools read, too: see temporal-target.ts. */
export const TEMPORAL_VARIABLES = Object.keys(temporal) as (keyof typeof temporal)[];

export type Environment = z.infer<typeof schema>;

type Variables = Readonly<Record<string, string | undefined>>;

/** Carries every problem of the environment at once, each naming its variable. */
export class EnvironmentError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map(problem => `  - ${problem}`).join('\n')}`);
    this.name = 'EnvironmentError';
    this.problems = problems;
  }
}

/** The only door to the process's environment. An empty variable counts as not set. */
export function readEnvironment(variables: Variables = process.env): Environment {
  const problems: string[] = [];
  const given = withSecretsFromFiles(variables, problems);
  const parsed = schema.safeParse(given);
  if (Boolean(given.TANDEM_SMTP_URL) !== Boolean(given.TANDEM_MAIL_FROM))
    problems.push('TANDEM_SMTP_URL, TANDEM_MAIL_FROM: set both, or none');
  for (const issue of parsed.error?.issues ?? []) problems.push(`${issue.path.join('.')}: ${issue.message}`);
  if (!parsed.success || problems.length > 0) throw new EnvironmentError(problems);
  return parsed.data;
}

type Present<Name extends keyof Environment> = Environment & { [K in Name]-?: NonNullable<Environment[K]> };

/** The environment with these variables certainly set; otherwise all that are missing are told at once. */
export function withRequired<Name extends keyof Environment>(
  environment: Environment,
  names: readonly Name[],
): Present<Name> {
  const missing = names.filter(name => environment[name] === undefined);
  if (missing.length > 0)
    throw new EnvironmentError(missing.map(name => `${name}: is required${fileHint(name)}`));
  return environment as Present<Name>;
}

function fileHint(name: string): string {
  const isSecret = (SECRETS as readonly string[]).includes(name);
  return isSecret ? `; set it, or ${name}_FILE to a file that holds it` : '';
}

/** What a child process gets: everything of ours, overridden by `own`. */
export function environmentForChild(own: Variables): Record<string, string> {
  return defined({ ...process.env, ...own });
}

function withSecretsFromFiles(variables: Variables, problems: string[]): Record<string, string> {
  const given = defined(variables);
  for (const name of SECRETS) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    if (given[name] !== undefined) problems.push(`${name}: is set twice, also as ${name}_FILE; remove one`);
    try {
      given[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE: cannot read ${path} (${(error as Error).message})`);
    }
  }
  return given;
}

function defined(variables: Variables): Record<string, string> {
  const entries = Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(entries);
}
