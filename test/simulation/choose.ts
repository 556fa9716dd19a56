import { Chance } from '../planner/chance.ts';
import { chooseGeneralPolicy, joinPolicies } from './general-policy.ts';
import { MISHAPS } from './mishaps.ts';
import type { SimulatedModule } from './module.ts';
import type { Act, CrashMode, Event, Interruption, Scenario, Step } from './scenario.ts';

const USERS = ['ann@contoso.example', 'bob@contoso.example'];
const MINUTE_MS = 60_000;
/** Effects of a typical cycle; what is to happen later does not happen. */
const TYPICAL_EFFECTS = 60;

/** What a seed does: who edits what, what goes wrong, when. Nothing is carried out here. */
export function chooseScenario(seed: number, modules: readonly SimulatedModule[]): Scenario {
  const chance = new Chance(seed);
  const cast = castOf(chance, modules);
  const users = USERS.slice(0, chance.happens(0.4) ? 2 : 1);
  const profile = mishapsOf(chance);
  const choosers = cast.map(module => module.acts(chance, users.length));
  const act = () => chance.pick(choosers)();
  const setting = {
    users,
    modules: cast.map(({ name }) => name),
    hasKeyField: chance.happens(0.7),
    policy: policyOf(chance, cast),
    behaviour: behaviourOf(chance, cast),
  };
  const steps: Step[] = several(chance, 1, 5, () => ({ kind: 'act', act: act() }) as const);
  const rounds = 2 + chance.below(4);
  for (let round = 0; round < rounds; round++) {
    steps.push(cycles(chance, users.length, profile, act));
    steps.push(...several(chance, 0, 4, () => ({ kind: 'act', act: act() }) as const));
    if (chance.happens(0.3)) steps.push({ kind: 'rest', delayMs: chance.below(120) * MINUTE_MS });
  }
  return { seed, setting, steps };
}

/** One module by itself, so that much happens to few things, or several side by side. */
function castOf(chance: Chance, modules: readonly SimulatedModule[]): readonly SimulatedModule[] {
  const several = modules.filter(() => chance.happens(0.6));
  return chance.happens(0.6) || several.length === 0 ? [chance.pick(modules)] : several;
}

interface Profile {
  /** What may go wrong in this run, of all that can. */
  readonly mishaps: readonly string[];
  readonly crashes: boolean;
  readonly stalls: boolean;
  readonly edits: boolean;
}

/** A few kinds of faults a run, often; none at all in some runs. */
function mishapsOf(chance: Chance): Profile {
  if (chance.happens(0.08)) return { mishaps: [], crashes: false, stalls: false, edits: true };
  return {
    mishaps: MISHAPS.filter(() => chance.happens(0.25)).map(({ name }) => name),
    crashes: chance.happens(0.4),
    stalls: chance.happens(0.2),
    edits: chance.happens(0.7),
  };
}

function cycles(chance: Chance, users: number, profile: Profile, act: () => Act): Step {
  const everybody = Array.from({ length: users }, (_, user) => user);
  const some = chance.happens(0.7) ? everybody : [chance.below(users)];
  return {
    kind: 'cycles',
    users: some,
    trigger: chance.happens(0.5) ? 'asked' : 'schedule',
    interruptions: several(chance, 0, 4, () => interruption(chance, profile, act)).flat(),
  };
}

function interruption(chance: Chance, profile: Profile, act: () => Act): Interruption[] {
  const possible: (() => Event)[] = [];
  const { mishaps } = profile;
  if (mishaps.length > 0)
    possible.push(() => ({ kind: 'mishap', name: chance.pick(mishaps), chance: chance.below(1 << 30) }));
  if (profile.crashes)
    possible.push(() => ({ kind: 'crash', mode: chance.pick<CrashMode>(['before', 'lost', 'after']) }));
  if (profile.stalls) possible.push(() => ({ kind: 'stall', effects: 1 + chance.below(30) }));
  if (profile.edits) possible.push(() => ({ kind: 'act', act: act() }));
  if (possible.length === 0) return [];
  return [{ effect: 1 + chance.below(TYPICAL_EFFECTS), what: chance.pick(possible)() }];
}

function policyOf(chance: Chance, modules: readonly SimulatedModule[]): object {
  return joinPolicies([chooseGeneralPolicy(chance), ...modules.map(module => module.policy(chance))]);
}

function behaviourOf(chance: Chance, modules: readonly SimulatedModule[]): Record<string, boolean | string> {
  return Object.assign({}, ...modules.map(module => module.behaviour?.(chance)), {
    deltaDuplicates: chance.happens(0.3),
    deltaEmptyPages: chance.happens(0.3),
    deltaPartialRows: chance.happens(0.3),
    deletedItemsOpenById: chance.happens(0.3),
  });
}

function several<T>(chance: Chance, least: number, most: number, one: () => T): T[] {
  return Array.from({ length: least + chance.below(most - least + 1) }, one);
}
