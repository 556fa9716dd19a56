import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bin/ports.ts';

/** `run.json`, as `../shared/spec/api.md` tells of it. */
export interface Run {
  readonly api: string;
  readonly apiKey: string;
  readonly installationKey: string;
  readonly pids: { readonly api: number; readonly workers: readonly number[] };
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly graph: {
    readonly baseUrl: string;
    readonly tokenUrl: string;
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly control: string;
  };
  readonly salesforce: {
    readonly loginUrl: string;
    readonly instanceUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly username: string;
    readonly privateKey: string;
    readonly accessToken: string;
    readonly control: string;
  };
}

const PORTS = ['PORT', 'PG_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'GRAPH_PORT', 'SALESFORCE_PORT'];

/** Products that start at the same moment would all try the usual ones. */
async function ownPorts(): Promise<Record<string, string>> {
  const ports = new Set<number>();
  while (ports.size < PORTS.length) ports.add(await freePort());
  return Object.fromEntries([...ports].map((port, index) => [`TANDEM_${PORTS[index]}`, String(port)]));
}

/** The whole product as its user starts it, on free ports, in a home of its own. */
export class Product {
  readonly home = mkdtempSync(join(tmpdir(), 'tandem-scenario-'));
  #ports: Record<string, string> | null = null;
  #process: ChildProcess | null = null;
  #output = '';

  async start(extra: Readonly<Record<string, string>> = {}): Promise<Run> {
    this.#ports ??= await ownPorts();
    const child = spawn(process.execPath, ['bin/tandem.ts', 'up', '--empty'], {
      env: { ...process.env, TANDEM_HOME: this.home, ...this.#ports, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        this.#output += text.toString();
      });
    await until(
      'the product to start',
      () => existsSync(join(this.home, 'run.json')) || child.exitCode !== null,
      120_000,
    );
    if (child.exitCode !== null) throw new Error(`The product did not start:\n${this.#output}`);
    return this.run();
  }

  run(): Run {
    return JSON.parse(readFileSync(join(this.home, 'run.json'), 'utf8')) as Run;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  log(name: string): string {
    return readFileSync(join(this.home, 'logs', `${name}.log`), 'utf8');
  }
}

/** Waits for something that happens by itself; says what did not happen. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 120_000,
  everyMs = 100,
): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await sleep(everyMs);
  }
}
