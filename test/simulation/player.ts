import { type ChildProcess, fork } from 'node:child_process';
import { findMutant, MUTANT_VARIABLE } from '../mutants/chosen.ts';
import { chooseScenario } from './choose.ts';
import { type Answer, type Job, type SeedReport, STILL_AT_IT } from './job.ts';
import { modules } from './modules.ts';

const WORKER = new URL('./worker.ts', import.meta.url);
const LOADER = new URL('../mutants/load.ts', import.meta.url).href;
/** A run takes a second, and a few where everything is slow. */
const MOST_MS_PER_RUN = 120_000;

/** Whoever plays seeds, in a process of its own that is replaced when it ends or hangs. */
export class Player {
  readonly #mutant: string | null;
  #process: ChildProcess | null = null;

  constructor(mutant: string | null) {
    this.#mutant = mutant === null ? null : findMutant(mutant).name;
  }

  async play(job: Job): Promise<SeedReport> {
    this.#process ??= this.#start();
    try {
      return await answerOf(this.#process, job);
    } catch (error) {
      this.dismiss();
      return withoutAnswer(job.seed, (error as Error).message);
    }
  }

  dismiss(): void {
    this.#process?.kill('SIGKILL');
    this.#process = null;
  }

  #start(): ChildProcess {
    if (this.#mutant === null) return fork(WORKER, { execArgv: [] });
    const env = { ...process.env, [MUTANT_VARIABLE]: this.#mutant };
    return fork(WORKER, { env, execArgv: [`--import=${LOADER}`] });
  }
}

/** Throws when the process ends instead, or is silent for too long. */
async function answerOf(child: ChildProcess, job: Job): Promise<SeedReport> {
  const { promise, resolve, reject } = Promise.withResolvers<SeedReport>();
  const timer = setTimeout(
    () => reject(new Error(`A run did not end within ${MOST_MS_PER_RUN / 1_000} s.`)),
    MOST_MS_PER_RUN,
  );
  const onMessage = (answer: Answer) => {
    if (answer === STILL_AT_IT) timer.refresh();
    else resolve(answer);
  };
  const onExit = (code: number | null, signal: string | null) =>
    reject(new Error(`The process ended with ${signal ?? `exit code ${code}`}.`));
  child.on('message', onMessage).on('exit', onExit).on('error', reject);
  child.send(job);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('message', onMessage).off('exit', onExit).off('error', reject);
  }
}

function withoutAnswer(seed: number, text: string): SeedReport {
  const scenario = chooseScenario(seed, modules);
  const violations = [{ invariant: 'the run breaks', text }] as const;
  const steps = scenario.steps.length;
  const failure = { seed, violations, story: [], scenario, shrinking: { runs: 0, from: steps, to: steps } };
  return {
    ...{ seed, trace: '', state: null, violations },
    ...{ effects: 0, cycles: 0, story: [], failure, shares: null },
  };
}
