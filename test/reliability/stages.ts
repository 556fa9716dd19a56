import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from '../mutants/show.ts';
import type { CrashPointsResult } from '../simulation/crash-points.ts';

/** How long each layer looks. */
export interface Effort {
  readonly plannerRuns: number;
  readonly seeds: number;
  /** One of so many crash points of each story. */
  readonly every: number;
  readonly pairs: number;
  /** Layers that seeded bugs are shown to; empty: all. */
  readonly layers: readonly string[];
}

export interface PlannerFigures {
  readonly runs: number;
  readonly seconds: number;
  readonly failures: readonly { readonly seed: number; readonly invariant: string }[];
  readonly coverage: Readonly<Record<string, number>>;
}

export interface SimulationFigures {
  readonly runs: number;
  readonly effects: number;
  readonly cycles: number;
  readonly durationMs: number;
  readonly shares: {
    readonly databaseMs: number;
    readonly emulatorsMs: number;
    readonly restMs: number;
  } | null;
  readonly failures: readonly {
    readonly seed: number;
    readonly violations: readonly { readonly invariant: number }[];
  }[];
}

/** What the layers found; the machine's name and the day stay out, so that the report changes only with its figures. */
export interface Figures {
  readonly planner: PlannerFigures;
  readonly simulation: SimulationFigures;
  readonly crashPoints: CrashPointsResult & { readonly seconds: number };
  readonly mutants: readonly Result[];
}

/** Every twentieth seed runs twice, every hundredth on a PostgreSQL server as well. */
const TWICE_EVERY = '20';
const SERVER_EVERY = '100';

/**
 * Runs all layers, one after the other, each as its own command does. What a layer found is kept in the folder: a run
 * that was interrupted goes on with the next layer.
 */
export async function measure(effort: Effort, folder: string): Promise<Figures> {
  mkdirSync(folder, { recursive: true });
  const { plannerRuns, seeds, every, pairs, layers } = effort;
  const planner = await kept<PlannerFigures>(folder, 'planner', () =>
    outputOf('test/planner/main.ts', ['--runs', `${plannerRuns}`, '--workers', '2', '--json']),
  );
  const often = ['--twice', TWICE_EVERY, '--postgres', SERVER_EVERY];
  const simulation = await kept<SimulationFigures>(folder, 'simulation', () =>
    outputOf('test/simulation/main.ts', ['--seeds', `1..${seeds}`, ...often, '--profile', '--json']),
  );
  const crashPoints = await kept<Figures['crashPoints']>(folder, 'crash-points', () =>
    outputOf('test/simulation/crash-points/main.ts', [
      ...['--every', `${every}`, '--pairs', `${pairs}`, '--json'],
    ]),
  );
  const mutants = await kept<Result[]>(folder, 'mutants', () => shownMutants(layers));
  return { planner, simulation, crashPoints, mutants };
}

async function shownMutants(layers: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-mutants-'));
  try {
    const file = join(folder, 'mutants.json');
    await outputOf('test/mutants/run.ts', ['--json', file, ...layers.flatMap(name => ['--layer', name])]);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function kept<T>(folder: string, layer: string, find: () => Promise<string>): Promise<T> {
  const file = join(folder, `${layer}.json`);
  if (!existsSync(file)) writeFileSync(file, await find());
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const FAILED = 1;

/** The layers' commands end with 1 when they found something, which the report then tells. */
function outputOf(program: string, parameters: readonly string[]): Promise<string> {
  process.stderr.write(`${program} ${parameters.join(' ')}\n`);
  const child = spawn(process.execPath, [join(root, program), ...parameters], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => {
      if (code === 0 || code === FAILED) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(new Error(`${program} ended with ${code}.`));
    });
  });
}
