import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from '../mutants/show.ts';
import type { CrashPointsResult } from '../simulation/crash-points.ts';

/** How long each layer looks. */
export interface Effort {
  readonly plannerRuns: number;
  readonly seeds: number;
  readonly pairs: number;
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
  readonly failures: readonly { readonly seed: number }[];
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

/** Runs all layers, one after the other, each as its own command does. */
export async function measure({ plannerRuns, seeds, pairs }: Effort): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-reliability-'));
  try {
    const planner = await jsonOf<PlannerFigures>('test/planner/main.ts', [
      ...['--runs', String(plannerRuns), '--workers', '2', '--json'],
    ]);
    const simulation = await jsonOf<SimulationFigures>('test/simulation/main.ts', [
      ...[
        '--seeds',
        `1..${seeds}`,
        '--twice',
        TWICE_EVERY,
        '--postgres',
        SERVER_EVERY,
        '--profile',
        '--json',
      ],
    ]);
    const crashPoints = await jsonOf<Figures['crashPoints']>('test/simulation/crash-points/main.ts', [
      ...['--pairs', String(pairs), '--json'],
    ]);
    const file = join(folder, 'mutants.json');
    await outputOf('test/mutants/run.ts', ['--json', file]);
    const mutants = JSON.parse(readFileSync(file, 'utf8')) as Result[];
    return { planner, simulation, crashPoints, mutants };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function jsonOf<T>(program: string, parameters: readonly string[]): Promise<T> {
  return JSON.parse(await outputOf(program, parameters)) as T;
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
