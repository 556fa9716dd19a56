import type { Failure, Job, SeedReport } from './job.ts';
import { Player } from './player.ts';
import { added, type Shares } from './profile.ts';

export interface SeedsOptions {
  readonly from: number;
  /** The last one. */
  readonly to: number;
  /** Processes side by side; 2 by default. */
  readonly workers?: number;
  /** A mistake of test/mutants/catalogue that the product is to have. */
  readonly mutant?: string | null;
  /** Seeds that this divides run twice. */
  readonly twiceEvery?: number | null;
  /** Seeds that this divides run on this server (a superuser's URL, with the template of test/setup) as well. */
  readonly server?: { readonly adminUrl: string; readonly every: number } | null;
  readonly stopsAtFirst?: boolean;
  /** How many runs one failure may take to be made smaller. */
  readonly mostShrinkingRuns?: number;
  readonly profiles?: boolean;
  /** Told of each seed when it has ended. */
  readonly onSeed?: (report: SeedReport) => void;
}

export interface SeedsResult {
  readonly runs: number;
  /** In the order of their seeds. */
  readonly failures: readonly Failure[];
  readonly seeds: readonly SeedReport[];
  readonly shares: Shares | null;
}

const DEFAULT_WORKERS = 2;
const DEFAULT_SHRINKING_RUNS = 150;
/** Whoever has read these knows enough; the others are told as they are. */
const MOST_SHRUNK = 5;

/** Plays seeds, shared among processes. */
export async function runSeeds(options: SeedsOptions): Promise<SeedsResult> {
  const { from, to, workers = DEFAULT_WORKERS, mutant = null, stopsAtFirst = false } = options;
  const seeds: SeedReport[] = [];
  let next = from;
  let failures = 0;
  const play = async () => {
    const player = new Player(mutant);
    try {
      while (next <= to && !(stopsAtFirst && failures > 0)) {
        const report = await player.play(jobOf(next++, options, failures < MOST_SHRUNK));
        seeds.push(report);
        if (report.failure) failures += 1;
        options.onSeed?.(report);
      }
    } finally {
      player.dismiss();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, to - from + 1) }, play));
  return resultOf(seeds.sort((one, other) => one.seed - other.seed));
}

function jobOf(seed: number, options: SeedsOptions, shrinks: boolean): Job {
  const { twiceEvery = null, server = null, profiles = false } = options;
  const { mostShrinkingRuns = DEFAULT_SHRINKING_RUNS } = options;
  return {
    seed,
    again: twiceEvery !== null && seed % twiceEvery === 0,
    server: server !== null && seed % server.every === 0 ? server.adminUrl : null,
    mostShrinkingRuns: shrinks ? mostShrinkingRuns : 0,
    profiles,
  };
}

function resultOf(seeds: readonly SeedReport[]): SeedsResult {
  const measured = seeds.flatMap(({ shares }) => shares ?? []);
  return {
    runs: seeds.length,
    failures: seeds.flatMap(({ failure }) => failure ?? []),
    seeds,
    shares: measured.length === 0 ? null : measured.reduce(added),
  };
}

/** For test/mutants: these seeds on the product as this process has loaded it, until one fails. */
export async function runSimulation({ from, runs }: { from: number; runs: number }) {
  const { failures } = await runSeeds({
    ...{ from, to: from + runs - 1, workers: 1, stopsAtFirst: true, mostShrinkingRuns: 0 },
  });
  return {
    failures: failures.map(({ seed, violations: [first] }) => ({
      ...{ seed, invariant: first?.invariant, story: first?.text.replaceAll('\n', ' ') },
    })),
  };
}
