import type { SimulatedModule, Violation } from './module.ts';
import type { Act } from './scenario.ts';

const LETTERS = ['A', 'B', 'C', 'D', 'E'];

interface Planted {
  /** Does what a letter stands for; in words. */
  readonly perform?: (letter: string) => string;
  /** Judges the letters that have happened, in their order. */
  readonly judge?: (happened: readonly string[]) => Violation[];
}

/** A module whose users do nothing but say letters, for tests of the simulation itself. */
export function letters({ perform = letter => letter, judge = () => [] }: Planted = {}): SimulatedModule {
  return {
    name: 'letters',
    policy: () => ({ modules: { contacts: { enabled: true } } }),
    acts: (chance, users) => () => ({
      ...{ module: 'letters', name: chance.pick(LETTERS), user: chance.below(users) },
    }),
    open: () => {
      const happened: string[] = [];
      return {
        perform: async (act: Act) => {
          happened.push(act.name);
          return perform(act.name);
        },
        violations: async () => judge(happened),
        state: async () => happened,
      };
    },
  };
}
