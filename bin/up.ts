import { migrate } from '../db/migrate.ts';
import { APPLICATION_ROLE, ensureDatabase, withLogin } from './database.ts';
import { type DemoOptions, ensureDemo, ensureDemoMail } from './demo.ts';
import { describeEmulators, type Emulated, emulatorHosts, emulatorProcess } from './emulators.ts';
import { type Environment, environmentForChild } from './environment.ts';
import { Home } from './home.ts';
import { installationSecrets, type Secrets } from './installation.ts';
import { portsOf, type Reservation, reservePorts } from './ports.ts';
import { endLeftoverPostgres, postgresProcess, postgresUrl } from './postgres.ts';
import { nodeProcess, type ProcessSpec } from './processes.ts';
import { stopRequested } from './shutdown.ts';
import { Stack, StoppingError } from './stack.ts';
import type { Supervised } from './supervision.ts';
import { endLeftoverTemporal, temporalProcess } from './temporal.ts';
import { findTemporal } from './temporal-binary.ts';
import { DEFAULT_NAMESPACE, hasTemporalTarget, temporalTarget } from './temporal-target.ts';

export type UpOptions = {
  /** Without the demo company. */
  readonly empty: boolean;
};

type Say = (line: string) => void;
type Databases = { readonly ownerUrl: string; readonly applicationUrl: string };
type TemporalServer = { readonly address: string; readonly namespace: string; readonly ui?: string };

const READY_WITHIN_MS = 120_000;
/** Longer than the worker's own grace for activities (ARCHITECTURE.md section 8). */
const GRACE_MS = 40_000;

/** Runs the whole product on this machine until it is told to stop. */
export async function up(environment: Environment, options: UpOptions, say: Say): Promise<void> {
  const home = new Home(environment.TANDEM_HOME);
  home.open();
  const installation = new Installation(environment, home, say);
  try {
    const stop = stopRequested();
    const starting = installation.start(options);
    // Whoever stops it while it starts is not interested in how starting would have ended.
    void starting.catch(() => {});
    await Promise.race([starting.then(() => stop), stop]);
    say('Stopping …');
  } catch (error) {
    if (!(error instanceof StoppingError)) throw error;
  } finally {
    await installation.stop();
    home.close();
  }
  say('Stopped.');
}

class Installation {
  readonly #environment: Environment;
  readonly #home: Home;
  readonly #say: Say;
  readonly #secrets: Secrets;
  readonly #stack: Stack;
  #ports: Reservation | undefined;
  #writeRun = () => {};
  readonly #stopping = new AbortController();

  constructor(environment: Environment, home: Home, say: Say) {
    this.#environment = environment;
    this.#home = home;
    this.#say = say;
    this.#secrets = installationSecrets(home, environment);
    this.#stack = new Stack(say, () => this.#writeRun());
  }

  async start(options: UpOptions): Promise<void> {
    await this.#endLeftovers();
    this.#ports = await reservePorts(portsOf(this.#environment), this.#home.read('ports.json') ?? {});
    this.#home.write('ports.json', this.#ports.ports);
    const [databases, temporal, emulated] = await Promise.all([
      this.#startDatabase(),
      this.#startTemporal(),
      this.#startEmulators(),
    ]);
    const own = this.#ownEnvironment(databases, temporal);
    const [api, workers] = await Promise.all([this.#startApi(own), this.#startWorkers(own)]);
    const demo: DemoOptions = {
      home: this.#home,
      api: this.#origin('api'),
      installationKey: this.#secrets.installationKey,
      emulated,
      empty: options.empty,
    };
    const { apiKey } = await ensureDemo(demo);
    this.#writeRun = () =>
      this.#home.write('run.json', this.#run({ api, workers, apiKey, databases, temporal, emulated }));
    this.#writeRun();
    this.#printAddresses(temporal);
    if (!options.empty) await this.#fillMailboxes(demo);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#stack.stop();
    await this.#ports?.releaseAll();
  }

  /** The product runs by now, and goes on whatever becomes of the letters. */
  async #fillMailboxes(demo: DemoOptions): Promise<void> {
    const { signal } = this.#stopping;
    try {
      if (await ensureDemoMail(demo, signal))
        this.#say(
          'Letters have arrived in the mailboxes of the demo company: README, "What the demo shows".',
        );
    } catch (error) {
      if (!signal.aborted)
        this.#say(`The letters of the demo company wait for the next start: ${(error as Error).message}`);
    }
  }

  async #endLeftovers(): Promise<void> {
    const binary = findTemporal(this.#environment);
    await Promise.all([
      endLeftoverPostgres(this.#postgresDir),
      binary && endLeftoverTemporal(this.#temporalFile, binary),
    ]);
  }

  async #startDatabase(): Promise<Databases> {
    const ownerUrl = this.#environment.DATABASE_URL ?? (await this.#startPostgres());
    const password = this.#secrets.applicationPassword;
    const database = new URL(ownerUrl).pathname.slice(1);
    await migrate({ ownerUrl, applicationPassword: password });
    return { ownerUrl, applicationUrl: withLogin(ownerUrl, { user: APPLICATION_ROLE, password, database }) };
  }

  async #startPostgres(): Promise<string> {
    const options = {
      dataDir: this.#postgresDir,
      logFile: this.#log('postgres'),
      port: this.#port('postgres'),
      password: this.#secrets.adminPassword,
    };
    const spec = await postgresProcess(options);
    await this.#ports?.release('postgres');
    await this.#stack.start('postgres', spec);
    return ensureDatabase(postgresUrl(options), 'tandem', this.#secrets.ownerPassword);
  }

  async #startTemporal(): Promise<TemporalServer> {
    if (hasTemporalTarget(this.#environment)) return this.#foreignTemporal();
    const binary = findTemporal(this.#environment);
    if (!binary)
      throw new Error('No Temporal server: `npm start` fetches or builds one; or set TEMPORAL_ADDRESS.');
    const namespace = this.#environment.TEMPORAL_NAMESPACE ?? DEFAULT_NAMESPACE;
    const spec = await temporalProcess({
      binary,
      dbFile: this.#temporalFile,
      logFile: this.#log('temporal'),
      port: this.#port('temporal'),
      uiPort: this.#port('temporalUi'),
      uiCodecEndpoint: `${this.#origin('api')}/codec`,
      namespace,
    });
    await Promise.all([this.#ports?.release('temporal'), this.#ports?.release('temporalUi')]);
    await this.#stack.start('temporal', spec);
    return { address: `127.0.0.1:${this.#port('temporal')}`, namespace, ui: this.#origin('temporalUi') };
  }

  #foreignTemporal(): TemporalServer {
    const { connection, namespace } = temporalTarget(this.#environment);
    const ui = this.#environment.TANDEM_TEMPORAL_UI_URL;
    return { address: connection.address, namespace, ...(ui && { ui }) };
  }

  async #startEmulators(): Promise<Emulated> {
    const names = ['graph', 'salesforce'] as const;
    await Promise.all(
      names.map(async name => {
        await this.#ports?.release(name);
        await this.#stack.start('emulators', emulatorProcess(name, this.#home, this.#reserved));
      }),
    );
    return describeEmulators(this.#reserved);
  }

  async #startApi(own: Record<string, string>): Promise<Supervised> {
    await this.#ports?.release('api');
    return this.#stack.start('api', this.#ownProcess('API', 'api', own));
  }

  async #startWorkers(own: Record<string, string>): Promise<Supervised[]> {
    const start = (number: number) =>
      this.#stack.start('workers', this.#ownProcess(`worker ${number}`, 'worker', own));
    // The first one bundles the workflows where that has not been done, the others find the bundle.
    const first = await start(1);
    const others = Array.from({ length: this.#environment.TANDEM_WORKERS - 1 }, (_, index) =>
      start(index + 2),
    );
    return [first, ...(await Promise.all(others))];
  }

  #ownProcess(name: string, subcommand: string, environment: Record<string, string>): ProcessSpec {
    return {
      name,
      ...nodeProcess('bin/tandem.ts', [subcommand]),
      environment,
      logFile: this.#log(name.toLowerCase().replace(' ', '-')),
      ready: 'message',
      readyWithinMs: READY_WITHIN_MS,
      graceMs: GRACE_MS,
    };
  }

  /** Configures API and workers in the very way that a production installation does. */
  #ownEnvironment(databases: Databases, temporal: TemporalServer): Record<string, string> {
    const hosts = [...this.#environment.TANDEM_ALLOWED_HOSTS, ...emulatorHosts(this.#reserved)];
    return environmentForChild({
      DATABASE_URL: undefined,
      DATABASE_URL_FILE: undefined,
      TANDEM_DATABASE_APP_URL: databases.applicationUrl,
      TANDEM_DATABASE_APP_URL_FILE: undefined,
      TANDEM_KEYS: this.#secrets.keyRing,
      TANDEM_KEYS_FILE: undefined,
      TANDEM_INSTALLATION_ID: this.#secrets.installationId,
      TANDEM_INSTALLATION_KEY: this.#secrets.installationKey,
      TANDEM_INSTALLATION_KEY_FILE: undefined,
      TANDEM_PORT: String(this.#port('api')),
      TANDEM_ALLOWED_HOSTS: hosts.join(','),
      TANDEM_TEMPORAL_UI_URL: temporal.ui,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
    });
  }

  #run(running: {
    api: Supervised;
    workers: readonly Supervised[];
    apiKey: string;
    databases: Databases;
    temporal: TemporalServer;
    emulated: Emulated;
  }) {
    const api = this.#origin('api');
    return {
      api,
      apiKey: running.apiKey,
      console: `${api}/docs`,
      docs: `${api}/docs`,
      installationKey: this.#secrets.installationKey,
      pids: {
        api: running.api.pid,
        workers: running.workers.map(worker => worker.pid),
        supervisor: process.pid,
      },
      database: { url: running.databases.ownerUrl },
      temporal: running.temporal,
      ...running.emulated,
    };
  }

  #printAddresses(temporal: TemporalServer): void {
    const api = this.#origin('api');
    this.#say('');
    this.#say('Tandem runs. Ctrl-C stops it.');
    this.#say(`  API             ${api}/v1   (documentation: ${api}/docs)`);
    if (temporal.ui) this.#say(`  Temporal        ${temporal.ui}`);
    this.#say(`  Graph           ${this.#origin('graph')}   (emulated)`);
    this.#say(`  Salesforce      ${this.#origin('salesforce')}   (emulated)`);
    this.#say(`  keys, pids      ${this.#home.path('run.json')}`);
    this.#say(`  logs            ${this.#home.path('logs')}`);
  }

  get #reserved() {
    if (!this.#ports) throw new Error('Ports are chosen at the start.');
    return this.#ports.ports;
  }

  get #postgresDir(): string {
    return this.#home.path('postgres');
  }

  get #temporalFile(): string {
    return this.#home.path('temporal', 'temporal.db');
  }

  #port(name: keyof Reservation['ports']): number {
    return this.#reserved[name];
  }

  #origin(name: keyof Reservation['ports']): string {
    return `http://127.0.0.1:${this.#port(name)}`;
  }

  #log(name: string): string {
    return this.#home.path('logs', `${name}.log`);
  }
}
