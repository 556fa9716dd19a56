import { generate } from './generate.ts';
import { shrink } from './shrink.ts';
import { play } from './story.ts';
import { INVARIANTS } from './violation.ts';

export interface Failure {
  readonly seed: number;
  readonly invariant: string;
  readonly story: string;
}
export interface PlannerResult {
  readonly runs: number;
  readonly failures: readonly Failure[];
  /** How often each situation was reached. */
  readonly coverage: Readonly<Record<string, number>>;
}

const MOST_FAILURES = 5;

/** Plays the stories of `runs` seeds, and tells of the first few that break an invariant, made as short as possible. */
export async function runPlanner({ from, runs }: { from: number; runs: number }): Promise<PlannerResult> {
  const coverage: Record<string, number> = {};
  const reach = (situation: string) => {
    coverage[situation] = (coverage[situation] ?? 0) + 1;
  };
  const failures: Failure[] = [];
  let played = 0;
  for (let seed = from; seed < from + runs && failures.length < MOST_FAILURES; seed++) {
    played += 1;
    const { violation } = await play(generate(seed), reach);
    if (violation) failures.push(await tell(seed));
  }
  return { runs: played, failures, coverage };
}

async function tell(seed: number): Promise<Failure> {
  const scenario = await shrink(generate(seed));
  const { violation, lines } = await play(scenario, () => {}, true);
  const invariant = violation ? INVARIANTS[violation.invariant] : 'not reproduced';
  return { seed, invariant, story: [...lines, `wrong: ${violation?.what}`].join('\n') };
}
