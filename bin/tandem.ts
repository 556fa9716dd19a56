import { parseArgs } from 'node:util';
import { keepCompiled } from './compiled.ts';
import { type Environment, readEnvironment } from './environment.ts';

const HELP = `Usage: node bin/tandem.ts <command> [options]

  up           everything on this machine: PostgreSQL, Temporal with its Web UI, emulators, API, workers
                 --empty    without the demo company
  api          the API alone, for an installation that has its own PostgreSQL and Temporal
  worker       one worker alone; run as many as needed
  migrate      brings the database's schema up to date
  rotate-keys  moves everything to the current key of the key ring, while all else runs; to rotate, add a key to the
               ring, make it current, restart, run this
  emulators    the emulated Microsoft Graph and Salesforce alone
  doctor       checks the environment and says what is wrong
  help         this text

Environment (each secret also as NAME_FILE, the path of a file that holds it):
  TANDEM_HOME                  folder of all state of \`up\` (default .tandem)
  TANDEM_PORT                  port of the API (default 8080); with \`up\` a free one when it is taken,
  TANDEM_PG_PORT, TANDEM_TEMPORAL_PORT, TANDEM_TEMPORAL_UI_PORT, TANDEM_GRAPH_PORT, TANDEM_SALESFORCE_PORT  likewise
  TANDEM_WORKERS               how many workers \`up\` runs (default 1)
  TANDEM_HOST                  address that \`api\` listens on (default 127.0.0.1)
  DATABASE_URL                 PostgreSQL as the owner of the schema: for migrate; with \`up\` instead of the embedded one
  TANDEM_DATABASE_APP_URL      PostgreSQL as tandem_app: for api, worker and migrate
  TEMPORAL_ADDRESS             host:port of a Temporal server; with \`up\` instead of the development server
  TEMPORAL_NAMESPACE           default: default
  TEMPORAL_API_KEY, TEMPORAL_TLS, TEMPORAL_TLS_…, TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE
                               how to sign in at Temporal, as its own command line reads them
  TANDEM_TEMPORAL_UI_URL       address of Temporal's Web UI, for links
  TANDEM_KEYS                  the key ring: {"current": "ID", "keys": {"ID": "32 bytes in base64"}}
  TANDEM_INSTALLATION_KEY      the key that may create organizations
  TANDEM_INSTALLATION_ID       names this installation in the mailboxes: the same for api and worker, for ever
  TANDEM_API_NAMES             host names that the API answers to (default localhost,127.0.0.1)
  TANDEM_ALLOWED_HOSTS         hosts beside the vendors' clouds that connections may name, separated by commas
  TANDEM_SMTP_URL              mail server for messages to admins: smtp://user:password@host:587; without one they
                               are kept, to be read through the API
  TANDEM_MAIL_FROM             address that those messages come from
  TANDEM_CLOCK_URL             takes the time for ages, windows and schedules from there: an emulator's clock (tests)
  TANDEM_LOG_LEVEL             trace, debug, info, warn, error or fatal (default info)
  TANDEM_OFFLINE               1: no attempt to download anything
`;

type Command = (environment: Environment, options: { readonly empty: boolean }) => Promise<unknown>;

/** Each loads only what it needs: the API no native code, a migration no server. */
const COMMANDS: Readonly<Record<string, Command>> = {
  up: async (environment, options) => {
    keepCompiled(environment);
    await (await import('./up.ts')).up(environment, options, say);
  },
  api: async environment => {
    const [{ runApi }, { apiHandler }] = await Promise.all([
      import('./api-process.ts'),
      import('./api-wiring.ts'),
    ]);
    await runApi(environment, apiHandler);
  },
  worker: async environment => {
    const [{ runWorker }, { workerParts }] = await Promise.all([
      import('./worker-process.ts'),
      import('./worker-wiring.ts'),
    ]);
    await runWorker(environment, workerParts);
  },
  migrate: async environment => (await import('./migrate.ts')).runMigrations(environment, say),
  'rotate-keys': async environment => (await import('./rotate-keys.ts')).rotateKeys(environment, say),
  emulators: async environment => (await import('./up-emulators.ts')).upEmulators(environment, say),
  doctor: async environment => {
    if (!(await (await import('./doctor.ts')).doctor(environment, say))) process.exitCode = 1;
  },
};

// Whoever reads the output may go away; the product runs on.
process.stdout.on('error', () => {});

try {
  await main(process.argv.slice(2));
  process.exit();
} catch (error) {
  console.error(isDefect(error) ? error : messages(error));
  process.exit(1);
}

/** A mistake of ours needs its stack; everything else says in its message what to do. */
function isDefect(error: unknown): boolean {
  return (
    [TypeError, ReferenceError, RangeError].some(kind => error instanceof kind) || !(error instanceof Error)
  );
}

function messages(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return error.cause ? `${error.message}\n${messages(error.cause)}` : error.message;
}

async function main(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      empty: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [name = 'help', ...rest] = positionals;
  if (values.help || name === 'help') return say(HELP);
  const command = COMMANDS[name];
  if (!command || rest.length > 0) {
    throw new Error(`Unknown command: ${positionals.join(' ')}. \`node bin/tandem.ts help\` lists them.`);
  }
  await command(readEnvironment(), values);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
