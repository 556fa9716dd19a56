import { KIND_OF } from '../../sync/modules.ts';
import { decide } from './admin.ts';
import { Authorship } from './authorship.ts';
import { Chance } from './chance.ts';
import { PretendedCrm } from './crm.ts';
import { judgeEnd, noteCarried } from './ending.ts';
import { Judge } from './judge.ts';
import { PretendedMailbox } from './mailbox.ts';
import { open, type Stage } from './opening.ts';
import { Pairing } from './pairing.ts';
import { START_MS } from './rules.ts';
import type { Deed, Scenario } from './scenario.ts';
import type { Surroundings } from './surroundings.ts';
import { moduleIn, SYSTEMS } from './systems.ts';
import { Users } from './users.ts';
import { type Invariant, Violation } from './violation.ts';

const MOST_ROUNDS = 200;
/** After the last edit, refusal or decision. */
const ROUNDS_TO_AGREE = 3;
const MOST_HEARINGS = 8;
const WRITES_PER_DEED = 6;
const MINUTE_MS = 60_000;

export interface Outcome {
  readonly violation: { readonly invariant: Invariant; readonly what: string } | null;
  readonly lines: readonly string[];
}

/** Plays a story to its end. `told`: with the lines that say what happened. */
export async function play(
  scenario: Scenario,
  reach: (situation: string) => void,
  told = false,
): Promise<Outcome> {
  const lines: string[] = [];
  const run = new Run(scenario, reach, told ? line => lines.push(line) : () => {});
  try {
    await run.play();
    return { violation: null, lines };
  } catch (error) {
    if (error instanceof Violation)
      return { violation: { invariant: error.invariant, what: error.message }, lines };
    return { violation: { invariant: 'sound', what: String((error as Error).stack) }, lines };
  }
}

class Run {
  readonly #scenario: Scenario;
  readonly #stage: Stage;
  readonly #users: Users;
  #waiting: Deed[] = [];
  #deeds = 0;
  #rounds = 0;

  constructor(scenario: Scenario, reach: (situation: string) => void, tell: (line: string) => void) {
    this.#scenario = scenario;
    const around: Surroundings = {
      chance: new Chance(scenario.seed ^ 0x5eed),
      authorship: new Authorship(),
      nowMs: START_MS + MINUTE_MS,
      tick: 1,
      cycleTick: 1,
      refusals: 0,
      lostAnswers: 0,
      refused: 0,
      meanwhile: () => this.#meanwhile(),
      tell,
      reach,
    };
    const systems = SYSTEMS[scenario.systems];
    const mailbox = new PretendedMailbox(systems.mailbox, around);
    const crm = new PretendedCrm(systems.crm, around);
    crm.tellsRights = scenario.tellsRights;
    const sides = { mailbox, crm, systems };
    const pairing = new Pairing(scenario.settings, scenario.first, scenario.chunk, sides, around);
    const judge = new Judge(pairing, mailbox, crm, around);
    mailbox.watcher = judge;
    crm.watcher = judge;
    pairing.judge = judge;
    this.#stage = { scenario, pairing, mailbox, crm, judge, around };
    this.#users = new Users(pairing, mailbox, crm, judge, around);
  }

  async play(): Promise<void> {
    const { around } = this.#stage;
    open(this.#stage);
    this.#users.cast = this.#scenario.things.length;
    const { things, days: _days, ...setting } = this.#scenario;
    around.tell(`setting: ${JSON.stringify(setting)}`);
    around.tell(`things: ${JSON.stringify(things)}`);
    for (const day of this.#scenario.days) {
      around.refusals = this.#scenario.refusals;
      around.lostAnswers = this.#scenario.lostAnswers;
      for (const deed of day.before) this.#act(deed);
      this.#waiting = [...day.meanwhile];
      await this.#round(day.afterMinutes);
      this.#meanwhile();
    }
    around.refusals = 0;
    around.lostAnswers = 0;
    this.#stage.pairing.ledger.sweepWanted = true;
    await this.#settleDown();
    judgeEnd(this.#stage);
    await this.#stayStill();
    this.#judgeVolume();
  }

  #act(deed: Deed): void {
    this.#deeds += 1;
    this.#users.act(deed);
  }

  #meanwhile(): void {
    const deeds = this.#waiting;
    this.#waiting = [];
    for (const deed of deeds) this.#act(deed);
  }

  async #round(afterMinutes: number): Promise<number> {
    const { around, pairing, mailbox, crm } = this.#stage;
    around.nowMs += afterMinutes * MINUTE_MS;
    this.#rounds += 1;
    around.tell(`round ${this.#rounds}, ${afterMinutes} minutes later`);
    const before = mailbox.writes + crm.writes;
    around.cycleTick = around.tick;
    await pairing.cycle();
    noteCarried(this.#stage);
    return mailbox.writes + crm.writes - before;
  }

  /** Nobody does anything any more, but for the admin who answers; each round is a day later. How many it took. */
  async #settleDown(): Promise<number> {
    let still = 0;
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      const verdict = this.#stage.around.chance.happens(0.5) ? 'approved' : 'rejected';
      if (decide(verdict, this.#stage.pairing.ledger, this.#stage.around)) still = 0;
      const writes = await this.#round(25 * 60);
      if (writes === 0 && !this.#isHeld()) return rounds + 1;
      still += 1;
      if (still > ROUNDS_TO_AGREE)
        throw new Violation('converge', `still writing in round ${still} after the last edit`);
    }
    throw new Violation('converge', `no end in ${MOST_ROUNDS} rounds`);
  }

  #isHeld(): boolean {
    return [...this.#stage.pairing.ledger.decisions.values()].includes('held');
  }

  /**
   * What depended on others may go on when it is heard of again: the second of two that were alike, once the first
   * left. In the end nothing does (invariants 4, 7 and 11).
   */
  async #stayStill(): Promise<void> {
    for (let heard = 0; heard < MOST_HEARINGS; heard++) {
      this.#hearAll();
      if ((await this.#settleDown()) === 1) {
        judgeEnd(this.#stage);
        return;
      }
      this.#stage.around.reach('went on when heard of again');
    }
    throw new Violation('silent', `still writing in hearing ${MOST_HEARINGS}, although nobody did anything`);
  }

  /** Everything under a new version, and old news of what is gone. */
  #hearAll(): void {
    const { pairing, mailbox, crm } = this.#stage;
    for (const item of mailbox.items.values()) {
      if (!item.dead) mailbox.touch(item);
      else
        pairing.ledger.put([
          { side: 'mailbox', sourceId: item.id, kind: KIND_OF[moduleIn(item.container)], what: 'present' },
        ]);
    }
    for (const { id, kind, deleted } of crm.records.values()) {
      crm.touched.add(id);
      if (deleted) pairing.ledger.put([{ side: 'crm', sourceId: id, kind, what: 'changed' }]);
    }
    pairing.ledger.sweepWanted = true;
    pairing.enumerates = true;
  }

  #judgeVolume(): void {
    const { mailbox, crm, around } = this.#stage;
    const things = this.#scenario.things.length;
    const most = WRITES_PER_DEED * (this.#deeds + things + around.refused);
    const writes = mailbox.writes + crm.writes;
    if (writes > most)
      throw new Violation('echo', `${writes} writes for ${this.#deeds} deeds and ${things} things`);
  }
}
