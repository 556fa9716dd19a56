import type { Chance } from '../planner/chance.ts';
import type { Act } from './scenario.ts';
import type { SimulatedCompany } from './simulated-company.ts';

/** A rule that does not hold at the end of a run. */
export interface Violation {
  /** Of design.md section 2. */
  readonly invariant: number;
  /** What is wrong, in words that name the people and values concerned. */
  readonly text: string;
}

/** How contacts, calendars, tasks … join the simulation: what their users do, and what has to hold afterwards. */
export interface SimulatedModule {
  readonly name: string;
  /** What the policy of a seed says about this module. */
  policy(chance: Chance): object;
  /** How the emulators behave where this module's documentation leaves it open. */
  behaviour?(chance: Chance): Readonly<Record<string, boolean | string>>;
  /** Chooses acts, one after the other; remembers what it has chosen already. */
  acts(chance: Chance, users: number): () => Act;
  /** The users of one run. */
  open(company: SimulatedCompany): ModuleRun;
}

export interface ModuleRun {
  /** Does it, where it still can be done; says in words what was done, or null. */
  perform(act: Act): Promise<string | null>;
  /** Both servers write everything anew, with nothing changed. */
  touch?(): Promise<void>;
  /** What does not hold, once all has settled: from what the emulators have and from what they accepted. */
  violations(): Promise<Violation[]>;
  /** What both sides hold now, for comparing runs. */
  state(): Promise<unknown>;
}
