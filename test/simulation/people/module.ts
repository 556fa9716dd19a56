import type { ModuleRun, SimulatedModule, Violation } from '../module.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { add } from './adding.ts';
import { categorize, edit, move, touch } from './changing.ts';
import { chooser } from './choose.ts';
import { furniture } from './furniture.ts';
import { judge } from './judge.ts';
import { convert, give, merge, remove } from './leaving.ts';
import { Memory } from './memory.ts';
import { choosePolicy } from './policy.ts';
import { Scene } from './scene.ts';
import { lookAround } from './view.ts';

export const people: SimulatedModule = {
  name: 'people',
  policy: choosePolicy,
  acts: chooser,
  open: company => new PeopleRun(company),
};

const DEEDS: Readonly<Record<string, (scene: Scene) => Promise<string | null>>> = {
  add,
  edit,
  touch,
  categorize,
  move,
  delete: remove,
  give,
  convert,
  merge,
  furniture,
};

/** The people of one run: what users do to them, and whether all is well in the end. */
class PeopleRun implements ModuleRun {
  readonly #company: SimulatedCompany;
  readonly #memory = new Memory();

  constructor(company: SimulatedCompany) {
    this.#company = company;
  }

  async perform(act: Act): Promise<string | null> {
    const deed = DEEDS[act.name];
    if (!deed) throw new Error(`People know no act "${act.name}".`);
    const words = await deed(await Scene.of(this.#company, this.#memory, act));
    if (words !== null) this.#memory.acts += 1;
    return words;
  }

  async touch(): Promise<void> {
    const { graph, salesforce } = this.#company;
    const { mailboxes, records } = await lookAround(this.#company, this.#memory);
    for (const { mailbox, items } of mailboxes)
      for (const { id } of items) await graph.control('POST', 'touch', { mailbox, id });
    if (records.length > 0) await salesforce.control('POST', 'touch', { ids: records.map(({ id }) => id) });
  }

  async violations(): Promise<Violation[]> {
    return judge(await lookAround(this.#company, this.#memory));
  }

  async state(): Promise<unknown> {
    const { mailboxes, records } = await lookAround(this.#company, this.#memory);
    return {
      mailboxes: mailboxes.map(({ mailbox, items }) => ({
        mailbox,
        people: items.map(({ person, values, categories }) => ({ person, values, categories })),
      })),
      records: records.map(({ object, person, values }) => ({ object, person, values })),
    };
  }
}
