import { createHash } from 'node:crypto';
import { chooseScenario } from './choose.ts';
import { examine } from './examine.ts';
import { type Answer, type Failure, type Job, type SeedReport, STILL_AT_IT } from './job.ts';
import { modules } from './modules.ts';
import type { Played } from './play.ts';
import { ProcessStore } from './process-store.ts';
import { Profile } from './profile.ts';
import type { Rows } from './rows.ts';
import type { Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';

/** A process that plays the seeds that it is sent, one after the other. */
const store = new ProcessStore();
let profile: Profile | null = null;

process.on('message', async (job: Job) => {
  if (job.profiles) profile ??= new Profile();
  answer(await report(job));
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit());

function answer(said: Answer): void {
  process.send?.(said);
}

async function report(job: Job): Promise<SeedReport> {
  profile?.read();
  const scenario = chooseScenario(job.seed, modules);
  const played = await examine(scenario, modules, job, store);
  const { trace, effects, cycles, story, findings: violations } = played;
  const shares = profile?.read() ?? null;
  const failure = violations.length === 0 ? null : await told(scenario, played, job);
  return {
    ...{ seed: job.seed, trace, state: digested(played.state), violations },
    ...{ effects, cycles, story, failure, shares },
  };
}

async function told(scenario: Scenario, played: Played, job: Job): Promise<Failure> {
  const wrong = played.findings[0]?.invariant;
  let smallest = played;
  const fails = async (candidate: Scenario) => {
    const tried = await examine(candidate, modules, job, store);
    answer(STILL_AT_IT);
    if (!tried.findings.some(({ invariant }) => invariant === wrong)) return false;
    smallest = tried;
    return true;
  };
  const shrunk = await shrink(scenario, fails, job.mostShrinkingRuns);
  return {
    seed: job.seed,
    violations: smallest.findings,
    story: smallest.story,
    scenario: shrunk.scenario,
    shrinking: { runs: shrunk.runs, from: scenario.steps.length, to: shrunk.scenario.steps.length },
  };
}

/** Rows are many, and whether they are the same can be told from less. */
function digested(state: unknown): unknown {
  const { rows, ...others } = (state ?? {}) as { readonly rows?: Rows };
  const tables = Object.entries(rows ?? {}).map(([table, all]) => {
    const digest = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
    return [table, { count: all.length, digest }];
  });
  return { ...others, rows: Object.fromEntries(tables) };
}
