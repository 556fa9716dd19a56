import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type PlannerResult, runPlanner } from './planner.ts';

const USAGE =
  'npm run test:planner -- --runs N [--from SEED] [--workers N] [--json]   (whole numbers; at most 16 workers)';

process.exitCode = await run();

/** 0: no story breaks an invariant, 1: some do, 2: the command line is wrong. */
async function run(): Promise<number> {
  const wanted = readWanted();
  if (wanted === null) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const startedMs = performance.now();
  const result = await play(wanted);
  const seconds = (performance.now() - startedMs) / 1_000;
  process.stdout.write(`${wanted.json ? asJson(result, seconds) : asText(result, seconds)}\n`);
  return result.failures.length === 0 ? 0 : 1;
}

interface Wanted {
  readonly runs: number;
  readonly from: number;
  readonly workers: number;
  readonly json: boolean;
}

function readWanted(): Wanted | null {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '10000' },
        from: { type: 'string', default: '1' },
        workers: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
      },
    });
    const [runs, from, workers] = [values.runs, values.from, values.workers].map(Number);
    const isCount = (value: number | undefined): value is number => Number.isSafeInteger(value) && value! > 0;
    if (!isCount(runs) || !isCount(from) || !isCount(workers) || workers > 16) return null;
    return { runs, from, workers, json: values.json };
  } catch {
    return null;
  }
}

/** Each worker takes its share of the seeds. */
async function play({ runs, from, workers }: Wanted): Promise<PlannerResult> {
  if (workers === 1) return runPlanner({ from, runs });
  const share = Math.ceil(runs / workers);
  const starts = Array.from({ length: workers }, (_, index) => index * share).filter(start => start < runs);
  return merged(
    await Promise.all(
      starts.map(start => inWorker({ from: from + start, runs: Math.min(share, runs - start) })),
    ),
  );
}

function inWorker(workerData: { readonly from: number; readonly runs: number }): Promise<PlannerResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function merged(results: readonly PlannerResult[]): PlannerResult {
  const coverage: Record<string, number> = {};
  for (const result of results)
    for (const [situation, count] of Object.entries(result.coverage))
      coverage[situation] = (coverage[situation] ?? 0) + count;
  return {
    runs: results.reduce((sum, result) => sum + result.runs, 0),
    failures: results.flatMap(result => result.failures),
    coverage,
  };
}

function asJson(result: PlannerResult, seconds: number): string {
  return JSON.stringify({ ...result, seconds: Math.round(seconds) });
}

function asText({ runs, failures, coverage }: PlannerResult, seconds: number): string {
  const reached = Object.entries(coverage)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([situation, count]) => `${String(count).padStart(10)}  ${situation}`);
  const told = failures.map(({ seed, invariant, story }) => `\nseed ${seed}: ${invariant}\n${story}`);
  const speed = Math.round(runs / seconds);
  return [
    ...reached,
    ...told,
    `\n${runs} runs in ${Math.round(seconds)} s (${speed}/s), ${failures.length} failures`,
  ].join('\n');
}
