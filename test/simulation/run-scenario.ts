import type { PairingInput } from '../../workflows/messages.ts';
import { createTenant } from '../engine/company.ts';
import { cycle } from '../engine/driver.ts';
import { apart, beginMishap, heal, MISHAPS } from './mishaps.ts';
import type { ModuleRun, SimulatedModule, Violation } from './module.ts';
import { type OpenStore, openSimulatedPlatform } from './platform.ts';
import { readRows } from './rows.ts';
import type { Act, Event, Interruption, Scenario, Step } from './scenario.ts';
import { SimulatedCompany } from './simulated-company.ts';
import { Trace } from './trace.ts';

export interface RunResult {
  readonly seed: number;
  /** Of everything that happened outside. */
  readonly trace: string;
  readonly violations: readonly Violation[];
  /** What happened, in words. */
  readonly story: readonly string[];
  readonly effects: number;
  readonly cycles: number;
  /** What both sides and the database hold at the end. */
  readonly state: unknown;
}

const HOUR_MS = 60 * 60_000;
/** Younger CRM rows may still change without a new version. */
const SETTLED_MS = 10_000;
/**
 * Cycles within which both sides have to agree, once nothing goes wrong any more (invariant 1). One an hour: what is refused
 * for good in the second one, where another module took it over, is tried again in two more (PAIR-10).
 */
const MOST_HEALING_CYCLES = 4;
const FEWEST_HEALING_CYCLES = 2;

/** Runs what a seed chose, heals, and checks. Throws only when the simulation itself is wrong. */
export async function runScenario(
  scenario: Scenario,
  modules: readonly SimulatedModule[],
  openStore: OpenStore,
  trace = new Trace(false),
): Promise<RunResult> {
  const { setting } = scenario;
  const platform = await openSimulatedPlatform(scenario.seed, setting, openStore);
  try {
    await platform.graph.control('PUT', 'behaviour', setting.behaviour);
    const company = new SimulatedCompany(platform, await createTenant(platform, setting.policy), trace);
    const cast = modules.filter(({ name }) => setting.modules.includes(name));
    const runs = new Map(cast.map(module => [module.name, module.open(company)]));
    return await new Run(scenario, company, runs, trace).through();
  } finally {
    await platform.close();
  }
}

class Run {
  readonly #scenario: Scenario;
  readonly #company: SimulatedCompany;
  readonly #modules: ReadonlyMap<string, ModuleRun>;
  readonly #trace: Trace;
  readonly #story: string[] = [];
  readonly #pairings: PairingInput[] = [];
  #cycles = 0;

  constructor(
    scenario: Scenario,
    company: SimulatedCompany,
    modules: ReadonlyMap<string, ModuleRun>,
    trace: Trace,
  ) {
    this.#scenario = scenario;
    this.#company = company;
    this.#modules = modules;
    this.#trace = trace;
    company.network.traffic.listen(exchange => trace.exchange(exchange));
  }

  async through(): Promise<RunResult> {
    for (const user of this.#scenario.setting.users) this.#pairings.push(await this.#company.pair(user));
    for (const step of this.#scenario.steps) await this.#take(step);
    await heal(this.#company);
    this.#tell('everything works again');
    const violations = [...(await this.#settle()), ...(await this.#check())];
    return {
      seed: this.#scenario.seed,
      trace: this.#trace.digest(),
      violations,
      story: this.#story,
      effects: this.#company.turns.effects,
      cycles: this.#cycles,
      state: await this.#state(),
    };
  }

  async #take(step: Step): Promise<void> {
    if (step.kind === 'rest') this.#company.rest(step.delayMs);
    else if (step.kind === 'act') await this.#perform(step.act);
    else await this.#runCycles(step.users, step.trigger, step.interruptions);
  }

  async #perform(act: Act): Promise<void> {
    const module = this.#modules.get(act.module);
    if (!module) throw new Error(`There is no module "${act.module}".`);
    const words = await apart(this.#company, () => module.perform(act));
    if (words !== null) this.#tell(words);
  }

  /** The cycles of some users side by side, and the feed between them. */
  async #runCycles(
    users: readonly number[],
    trigger: 'asked' | 'schedule',
    interruptions: readonly Interruption[],
  ): Promise<void> {
    const company = this.#company;
    company.rest(SETTLED_MS);
    const pairings = users.flatMap(user => this.#pairings[user] ?? []);
    for (const pairing of pairings) await this.#makeDue(pairing, trigger);
    const start = company.turns.effects;
    this.#tell(`cycle of ${users.map(user => this.#name(user)).join(' and ')}`);
    this.#cycles += pairings.length;
    if (trigger === 'schedule') await company.wakeFeed();
    const running = Promise.allSettled(pairings.map(pairing => cycle(company, pairing)));
    await company.turns.run(async effect => {
      for (const { effect: at, what } of interruptions)
        if (start + at === effect) await this.#interrupt(what);
    });
    for (const ended of await running) if (ended.status === 'rejected') throw ended.reason;
  }

  async #makeDue(pairing: PairingInput, trigger: 'asked' | 'schedule'): Promise<void> {
    if (trigger === 'asked') return this.#company.wantRun(pairing);
    const { due_at: dueAt } = await this.#company.row(pairing);
    this.#company.rest(Math.max(0, (dueAt?.getTime() ?? 0) - this.#company.now()));
  }

  async #interrupt(event: Event): Promise<void> {
    if (event.kind === 'act') return this.#perform(event.act);
    if (event.kind === 'mishap') {
      this.#tell(MISHAPS.find(({ name }) => name === event.name)?.words ?? event.name);
      return beginMishap(this.#company, event.name, event.chance);
    }
    this.#tell(event.kind === 'crash' ? CRASHES[event.mode] : 'an attempt hangs and is taken for dead');
    this.#company.strike(event);
  }

  /** Cycles until one finds nothing to do: not the first ones, because a first cycle leaves edits to the second (PAIR-6). */
  async #settle(): Promise<Violation[]> {
    let wrong: Violation[] = [];
    for (let healing = 0; healing <= MOST_HEALING_CYCLES; healing++) {
      this.#company.rest(HOUR_MS);
      const when = `after ${healing} cycles`;
      wrong = [...(await this.#staysStill(when)), ...(await this.#plansNothing(when))];
      if (healing >= FEWEST_HEALING_CYCLES && wrong.length === 0) break;
    }
    for (const module of this.#modules.values()) await module.touch?.();
    this.#tell('the servers write everything anew');
    return [...wrong, ...(await this.#staysStill('after new versions of everything'))];
  }

  /** A cycle of everybody that has nothing to write (invariants 7 and 11). */
  async #staysStill(when: string): Promise<Violation[]> {
    const { traffic } = this.#company.network;
    const before = traffic.writes().length;
    await this.#runCycles([...this.#pairings.keys()], 'asked', []);
    const writes = traffic.writes().slice(before);
    if (writes.length === 0) return [];
    const told = writes.map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`);
    return [{ invariant: 7, text: `${when} the next one writes:\n  ${told.join('\n  ')}` }];
  }

  /** Nobody's last cycle had anything to decide (invariant 1). */
  async #plansNothing(when: string): Promise<Violation[]> {
    const violations: Violation[] = [];
    for (const user of this.#pairings.keys()) {
      const last = await this.#lastCycle(user);
      if (/^(done|idle): {}$/.test(last)) continue;
      violations.push({ invariant: 1, text: `${when} ${this.#name(user)}'s next one is ${last}` });
    }
    return violations;
  }

  /** How it ended, and what it did. */
  async #lastCycle(user: number): Promise<string> {
    const { organizationId, database } = this.#company;
    const { outcome, counts } = await database.inOrganization(organizationId, tx =>
      tx
        .selectFrom('cycles')
        .select(['outcome', 'counts'])
        .where('pairing_id', '=', this.#pairings[user]?.pairingId ?? '')
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow(),
    );
    return `${outcome}: ${JSON.stringify(counts)}`;
  }

  async #check(): Promise<Violation[]> {
    const found: Violation[] = [];
    for (const module of this.#modules.values()) found.push(...(await module.violations()));
    return found;
  }

  async #state(): Promise<unknown> {
    const states: Record<string, unknown> = {};
    for (const [name, module] of this.#modules) states[name] = await module.state();
    return { ...states, rows: await readRows(this.#company.database, this.#company.organizationId) };
  }

  #name(user: number): string {
    return (this.#scenario.setting.users[user] ?? '').split('@')[0] ?? '';
  }

  #tell(words: string): void {
    const at = new Date(this.#company.now()).toISOString().slice(11, 19);
    this.#story.push(`${at} [${this.#company.turns.effects}] ${words}`);
    this.#trace.say(words);
  }
}

const CRASHES = {
  before: 'the process ends before its next effect',
  lost: 'the next effect happens, its answer does not arrive',
  after: 'the process ends after its next effect',
} as const;
