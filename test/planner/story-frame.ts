import type { Chance } from './chance.ts';
import type { Day, Scenario, Settings, ThingSpec } from './scenario.ts';
import { SYSTEMS, type SystemsName } from './systems.ts';

/** What the stories of some modules are about; all the rest is drawn in the same way for all. */
export interface Author {
  /** Exclusive. */
  readonly mostThings: number;
  thing(index: number): ThingSpec;
  day(things: number): Day;
  settings(): Settings;
}

/** Draws in this order, whatever the author draws in between: a seed tells the same story again. */
export function framed(seed: number, chance: Chance, author: Author): Scenario {
  const calm = chance.happens(0.6);
  const things = Array.from({ length: chance.below(author.mostThings) }, (_, index) => author.thing(index));
  const days = Array.from({ length: 1 + chance.below(3) }, () => author.day(things.length));
  return {
    seed,
    settings: author.settings(),
    systems: chance.pick(Object.keys(SYSTEMS) as SystemsName[]),
    first: chance.happens(0.25),
    things,
    days,
    refusals: calm ? 0 : chance.pick([0.05, 0.25]),
    lostAnswers: calm ? 0 : chance.pick([0, 0.1]),
    tellsRights: chance.happens(0.7),
    chunk: chance.pick([1, 2, 200, 200]),
  };
}
