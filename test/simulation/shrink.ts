import type { Act, Interruption, Scenario, Setting, Step } from './scenario.ts';

/** Whether a scenario still shows what is wrong. */
export type Fails = (scenario: Scenario) => Promise<boolean>;

export interface Shrunk {
  readonly scenario: Scenario;
  /** How many scenarios were tried. */
  readonly runs: number;
}

/**
 * The smallest scenario found within so many runs that still fails, the given one at worst: what can be left out is left
 * out (delta debugging: halves first, then ever smaller parts), then the rest is made plainer.
 */
export async function shrink(scenario: Scenario, fails: Fails, mostRuns: number): Promise<Shrunk> {
  const search = new Search(scenario, fails, mostRuns);
  for (let before: Scenario | null = null; before !== search.best && search.hasRuns; ) {
    before = search.best;
    await search.leaveOut();
    await search.makePlainer();
  }
  return { scenario: search.best, runs: search.runs };
}

class Search {
  readonly #fails: Fails;
  readonly #mostRuns: number;
  best: Scenario;
  runs = 0;

  constructor(scenario: Scenario, fails: Fails, mostRuns: number) {
    this.best = scenario;
    this.#fails = fails;
    this.#mostRuns = mostRuns;
  }

  get hasRuns(): boolean {
    return this.runs < this.#mostRuns;
  }

  async leaveOut(): Promise<void> {
    for (
      let size = Math.ceil(partsOf(this.best).length / 2);
      size >= 1;
      size = size > 1 ? Math.ceil(size / 2) : 0
    ) {
      // From the end: what happens last can mostly go without the rest becoming something else.
      for (let end = partsOf(this.best).length; end > 0; end -= size) {
        const parts = partsOf(this.best);
        await this.#try(keeping(this.best, parts.toSpliced(Math.max(0, end - size), Math.min(size, end))));
      }
    }
  }

  async makePlainer(): Promise<void> {
    for (let found = true; found && this.hasRuns; ) {
      found = false;
      for (const candidate of plainer(this.best)) {
        if (!(await this.#try(candidate))) continue;
        found = true;
        break;
      }
    }
  }

  async #try(candidate: Scenario): Promise<boolean> {
    if (!this.hasRuns) return false;
    this.runs += 1;
    if (!(await this.#fails(candidate))) return false;
    this.best = candidate;
    return true;
  }
}

/** What can be left out by itself: a step, or an interruption of one. */
type Part = Step | Interruption;

function partsOf({ steps }: Scenario): Part[] {
  return steps.flatMap((step): Part[] => (step.kind === 'cycles' ? [step, ...step.interruptions] : [step]));
}

function keeping(scenario: Scenario, kept: readonly Part[]): Scenario {
  const stays = new Set(kept);
  const steps = scenario.steps.flatMap((step): Step[] => {
    if (!stays.has(step)) return [];
    if (step.kind !== 'cycles' || step.interruptions.every(one => stays.has(one))) return [step];
    return [{ ...step, interruptions: step.interruptions.filter(one => stays.has(one)) }];
  });
  return { ...scenario, steps };
}

function* plainer(scenario: Scenario): Generator<Scenario> {
  const { setting, steps } = scenario;
  if (setting.users.length > 1)
    for (const user of setting.users.keys()) {
      yield without(user, null, scenario);
      yield without(user, user === 0 ? 1 : 0, scenario);
    }
  for (const plain of plainerSettings(setting)) yield { ...scenario, setting: plain };
  for (const [at, step] of steps.entries())
    for (const replacement of plainerSteps(step))
      yield { ...scenario, steps: steps.toSpliced(at, 1, ...replacement) };
}

function* plainerSettings(setting: Setting): Generator<Setting> {
  if (!setting.hasKeyField) yield { ...setting, hasKeyField: true };
  for (const policy of smallerObjects(setting.policy)) yield { ...setting, policy };
  for (const name of Object.keys(setting.behaviour)) {
    const { [name]: _, ...behaviour } = setting.behaviour;
    yield { ...setting, behaviour };
  }
}

/** Each with one property less, here or further inside: what a policy does not say is as usual. */
function* smallerObjects(object: object): Generator<object> {
  for (const [name, value] of Object.entries(object)) {
    yield Object.fromEntries(Object.entries(object).filter(([other]) => other !== name));
    if (value === null || typeof value !== 'object' || Array.isArray(value)) continue;
    for (const smaller of smallerObjects(value)) yield { ...object, [name]: smaller };
  }
}

/** What happens in the middle of cycles is harder to think about than the same before them. */
function* plainerSteps(step: Step): Generator<Step[]> {
  if (step.kind !== 'cycles') return;
  const { users, trigger, interruptions } = step;
  if (trigger === 'schedule') yield [{ ...step, trigger: 'asked' }];
  if (users.length > 1) for (const at of users.keys()) yield [{ ...step, users: users.toSpliced(at, 1) }];
  for (const [at, { what }] of interruptions.entries())
    if (what.kind === 'act')
      yield [
        { kind: 'act', act: what.act },
        { ...step, interruptions: interruptions.toSpliced(at, 1) },
      ];
}

/** The company without one of its users, whose acts another does, or nobody (null); those behind move up. */
function without(left: number, heir: number | null, scenario: Scenario): Scenario {
  const moved = (user: number) => (user > left ? user - 1 : user);
  const ofAct = (act: Act): Act[] => {
    const user = act.user === left ? heir : act.user;
    return user === null ? [] : [{ ...act, user: moved(user) }];
  };
  const ofInterruption = (one: Interruption): Interruption[] => {
    const { what } = one;
    return what.kind === 'act' ? ofAct(what.act).map(act => ({ ...one, what: { ...what, act } })) : [one];
  };
  const ofStep = (step: Step): Step[] => {
    if (step.kind === 'act') return ofAct(step.act).map(act => ({ ...step, act }));
    if (step.kind === 'rest') return [step];
    const users = step.users.filter(user => user !== left).map(moved);
    const interruptions = step.interruptions.flatMap(ofInterruption);
    return users.length === 0 ? [] : [{ ...step, users, interruptions }];
  };
  const { setting } = scenario;
  return {
    ...scenario,
    setting: { ...setting, users: setting.users.toSpliced(left, 1) },
    steps: scenario.steps.flatMap(ofStep),
  };
}
