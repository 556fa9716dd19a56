import type { PairingInput } from '../../../workflows/messages.ts';
import { createTenant } from '../../engine/company.ts';
import { cycle } from '../../engine/driver.ts';
import { type OpenStore, openSimulatedPlatform } from '../platform.ts';
import type { CrashMode } from '../scenario.ts';
import { SimulatedCompany } from '../simulated-company.ts';
import { ANN, type Scene, type Story, sceneOf } from '../stories/story.ts';
import { Trace } from '../trace.ts';
import { type Ending, endingOf } from './ending.ts';

/** What happens to the process at an effect, counted from the beginning, or from the blow before. */
export interface Blow {
  readonly at: number;
  readonly mode: CrashMode;
}

export interface Performed {
  /** Those of the story, without what follows its end. */
  readonly effects: number;
  /** How many of the blows fell. */
  readonly fallen: number;
  /** Effects from the first blow to the end of the recovery from it. */
  readonly recovery: number;
  readonly ending: Ending;
}

const HOUR_MS = 60 * 60_000;
/** Younger CRM rows may still change without a new version. */
const SETTLED_MS = 10_000;
/** Cycles within which everything is as if nothing had happened (invariant 1). */
const MOST_HEALING_CYCLES = 3;
/** Of all that is left to chance: a story goes the same way each time, until a blow falls. */
const SEED = 1;

/**
 * Plays a story while blows fall. After the chapter in which one falls, the users wait until the engine has healed:
 * what they do next would otherwise change what it has to write, and effects could not be compared.
 */
export async function perform(
  story: Story,
  blows: readonly Blow[],
  openStore: OpenStore,
): Promise<Performed> {
  const { users = [ANN], hasKeyField = true, policy = {} } = story;
  const platform = await openSimulatedPlatform(SEED, { users, hasKeyField }, openStore);
  try {
    const tenant = await createTenant(platform, policy);
    const company = new SimulatedCompany(platform, tenant, new Trace(false));
    return await new Performance(company, blows).of(story, users);
  } finally {
    await platform.close();
  }
}

class Performance {
  readonly #company: SimulatedCompany;
  readonly #scene: Scene;
  readonly #blows: readonly Blow[];
  readonly #pairings: PairingInput[] = [];
  /** The effects at which blows fell. */
  readonly #fellAt: number[] = [];
  #recoveredAt = 0;

  constructor(company: SimulatedCompany, blows: readonly Blow[]) {
    this.#company = company;
    this.#scene = sceneOf(company);
    this.#blows = blows;
  }

  async of({ chapters }: Story, users: readonly string[]): Promise<Performed> {
    const company = this.#company;
    for (const user of users) this.#pairings.push(await company.pair(user));
    for (const chapter of chapters) await this.#live(chapter);
    const { effects } = company.turns;
    const fallen = this.#fellAt.length;
    company.rest(HOUR_MS);
    await this.#runCycles();
    return {
      effects,
      fallen,
      recovery: this.#recoveredAt - (this.#fellAt[0] ?? this.#recoveredAt),
      ending: await endingOf(company, users),
    };
  }

  async #live(chapter: (scene: Scene) => Promise<void>): Promise<void> {
    const before = this.#fellAt.length;
    await chapter(this.#scene);
    await this.#runCycles();
    if (this.#fellAt.length > before) await this.#recover();
  }

  async #recover(): Promise<void> {
    let cycles = 0;
    while (cycles < MOST_HEALING_CYCLES) {
      const before = this.#fellAt.length;
      this.#company.rest(HOUR_MS);
      const isQuiet = await this.#runCycles();
      if (isQuiet) break;
      cycles = this.#fellAt.length > before ? 0 : cycles + 1;
    }
    this.#recoveredAt = this.#company.turns.effects;
  }

  /** Everybody's, side by side, with the feed. True: there was nothing to do for anybody. */
  async #runCycles(): Promise<boolean> {
    const company = this.#company;
    company.rest(SETTLED_MS);
    for (const pairing of this.#pairings) await company.wantRun(pairing);
    const running = Promise.all(this.#pairings.map(pairing => cycle(company, pairing)));
    await company.turns.run(async effect => this.#strikeAt(effect));
    return (await running).every(({ note }) => note === 'nothing to do');
  }

  #strikeAt(effect: number): void {
    const blow = this.#blows[this.#fellAt.length];
    if (!blow || effect !== (this.#fellAt.at(-1) ?? 0) + blow.at) return;
    this.#company.strike({ kind: 'crash', mode: blow.mode });
    this.#fellAt.push(effect);
  }
}
