import type { Finding } from './finding.ts';
import type { SimulatedModule } from './module.ts';
import type { OpenStore } from './platform.ts';
import { type RunResult, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { Trace } from './trace.ts';

/** A run that may have broken on its way. */
export interface Played extends Pick<RunResult, 'trace' | 'story' | 'effects' | 'cycles' | 'state'> {
  readonly findings: readonly Finding[];
  /** Everything that it did outside; empty unless asked for. */
  readonly lines: readonly string[];
}

const MOST_FRAMES = 6;

/** Runs a scenario to its end; what it throws is one more thing that is wrong with it. */
export async function play(
  scenario: Scenario,
  modules: readonly SimulatedModule[],
  openStore: OpenStore,
  keepsLines = false,
): Promise<Played> {
  const trace = new SpokenTrace(keepsLines);
  try {
    const { violations, ...result } = await untilItBreaks(runScenario(scenario, modules, openStore, trace));
    return { ...result, findings: violations, lines: trace.lines };
  } catch (error) {
    return {
      trace: trace.digest(),
      story: trace.spoken,
      effects: 0,
      cycles: 0,
      state: null,
      findings: [{ invariant: 'the run breaks', text: told(error) }],
      lines: trace.lines,
    };
  }
}

/** Keeps what was said, for a run that breaks takes its story with it. */
class SpokenTrace extends Trace {
  readonly spoken: string[] = [];

  override say(text: string): void {
    this.spoken.push(text);
    super.say(text);
  }
}

/** What nobody waits for can fail, too. */
async function untilItBreaks<T>(run: Promise<T>): Promise<T> {
  const astray = Promise.withResolvers<never>();
  const listener = (reason: unknown) => astray.reject(reason);
  process.on('unhandledRejection', listener);
  try {
    return await Promise.race([run, astray.promise]);
  } finally {
    process.off('unhandledRejection', listener);
  }
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message).split('\n').slice(0, MOST_FRAMES).join('\n');
}
