import { Chance } from '../planner/chance.ts';
import { type Answer, type Case, inWords } from './crash-points/case.ts';
import { Workers } from './crash-points/workers.ts';
import type { CrashMode } from './scenario.ts';
import { stories as allStories } from './stories/index.ts';

export const CRASH_MODES: readonly CrashMode[] = ['before', 'lost', 'after'];

export interface CrashPointsOptions {
  /** Names; all of them by default. */
  readonly stories?: readonly string[];
  /** All three by default; of the second crash of a pair as well. */
  readonly modes?: readonly CrashMode[];
  /** One of so many crash points of each story, evenly spread; 1 by default: every one. */
  readonly every?: number;
  /** How many crashes within the recovery from another one; 0 by default. */
  readonly pairs?: number | 'all';
  /** Of the sample of pairs. */
  readonly seed?: number;
  /** Processes side by side; 2 by default. */
  readonly workers?: number;
  readonly stopsAtFirst?: boolean;
  /** Told how many cases have been examined, of how many that are known so far. */
  readonly onCase?: (examined: number, known: number) => void;
}

export interface CrashPointsResult {
  /** Crashes at one effect, and in the recovery from another. */
  readonly points: number;
  readonly pairs: number;
  /** Of both, those after which everything was as if there had been none. */
  readonly recovered: number;
  readonly stories: readonly StoryResult[];
  readonly failures: readonly Failure[];
}

export interface StoryResult {
  readonly name: string;
  readonly effects: number;
  readonly points: Readonly<Partial<Record<CrashMode, number>>>;
  readonly pairs: number;
}

export interface Failure {
  readonly story: string;
  readonly words: string;
  readonly differences: readonly string[];
}

/**
 * Invariant 8: crashes at the effects of each story, one run in a fresh world for each. Both sides, our own tables and
 * the writes that were accepted have to be what they are without a crash.
 */
export async function runCrashPoints(options: CrashPointsOptions = {}): Promise<CrashPointsResult> {
  const enumeration = new Enumeration(options);
  try {
    await enumeration.run();
  } finally {
    enumeration.end();
  }
  return enumeration.result();
}

interface Examined {
  readonly one: Case;
  readonly answer: Answer;
}

class Enumeration {
  readonly #options: CrashPointsOptions;
  readonly #workers: Workers;
  readonly #examined: Examined[] = [];
  readonly #failures: Failure[] = [];
  #known = 0;

  constructor(options: CrashPointsOptions) {
    this.#options = options;
    this.#workers = new Workers(options.workers ?? 2);
  }

  async run(): Promise<void> {
    const { stories = allStories.map(({ name }) => name) } = this.#options;
    const undisturbed = await this.#examine(stories.map(story => ({ story, blows: [] })));
    const singles = await this.#examine(undisturbed.flatMap(told => this.#points(told)));
    await this.#examine(this.#pairs(singles));
  }

  end(): void {
    this.#workers.dismiss();
  }

  /** The effects up to a crash are those without one, so that there is nothing behind the last. */
  #points({ one, answer }: Examined): Case[] {
    const { modes = CRASH_MODES, every = 1 } = this.#options;
    const all = modes.flatMap(mode =>
      Array.from({ length: answer.effects }, (_, n) => ({ story: one.story, blows: [{ at: n + 1, mode }] })),
    );
    return all.filter((_, index) => index % every === 0);
  }

  #pairs(singles: readonly Examined[]): Case[] {
    const { pairs = 0, modes = CRASH_MODES, seed = 1 } = this.#options;
    if (pairs === 'all') return singles.flatMap(single => modes.flatMap(mode => secondsOf(single, mode)));
    const chance = new Chance(seed);
    const fit = singles.filter(({ answer }) => answer.recovery > 0);
    if (fit.length === 0) return [];
    return Array.from({ length: pairs }, () =>
      chance.pick(secondsOf(chance.pick(fit), chance.pick([...modes]))),
    );
  }

  async #examine(cases: readonly Case[]): Promise<Examined[]> {
    const examined: Examined[] = [];
    if (this.#isOver()) return examined;
    this.#known += cases.length;
    await this.#workers.examine(cases, (one, answer) => {
      examined.push({ one, answer });
      this.#examined.push({ one, answer });
      this.#judge(one, answer);
      this.#options.onCase?.(this.#examined.length, this.#known);
      return this.#isOver() ? 'enough' : 'go on';
    });
    return examined.sort((left, right) => cases.indexOf(left.one) - cases.indexOf(right.one));
  }

  #judge(one: Case, { differences, fallen }: Answer): void {
    const missed = fallen < one.blows.length ? [`only ${fallen} of the crashes happened`] : [];
    const all = [...differences, ...missed];
    if (all.length > 0) this.#failures.push({ story: one.story, words: inWords(one), differences: all });
  }

  #isOver(): boolean {
    return this.#options.stopsAtFirst === true && this.#failures.length > 0;
  }

  result(): CrashPointsResult {
    const crashed = this.#examined.filter(({ one }) => one.blows.length > 0);
    const points = crashed.filter(({ one }) => one.blows.length === 1).length;
    const failed = new Set(this.#failures.map(({ words }) => words));
    return {
      points,
      pairs: crashed.length - points,
      recovered: crashed.filter(({ one }) => !failed.has(inWords(one))).length,
      stories: this.#examined.filter(({ one }) => one.blows.length === 0).map(told => this.#ofStory(told)),
      failures: this.#failures,
    };
  }

  #ofStory({ one: { story }, answer: { effects } }: Examined): StoryResult {
    const blows = this.#examined.filter(({ one }) => one.story === story).map(({ one }) => one.blows);
    const singles = blows.filter(({ length }) => length === 1).map(([blow]) => blow?.mode);
    const points = CRASH_MODES.map(mode => [mode, singles.filter(one => one === mode).length] as const);
    return {
      name: story,
      effects,
      points: Object.fromEntries(points),
      pairs: blows.filter(({ length }) => length === 2).length,
    };
  }
}

/** Crashes at each effect of the recovery. */
function secondsOf({ one, answer }: Examined, mode: CrashMode): Case[] {
  return Array.from({ length: answer.recovery }, (_, n) => ({
    story: one.story,
    blows: [...one.blows, { at: n + 1, mode }],
  }));
}
