import type { Chance } from '../../planner/chance.ts';
import { disagreements } from '../activities/agreement.ts';
import { deletions } from '../activities/deletions.ts';
import { duplicates } from '../activities/duplicates.ts';
import { trespasses } from '../activities/isolation.ts';
import { lostValues } from '../activities/losses.ts';
import { Memory } from '../activities/memory.ts';
import { policyOf } from '../activities/policy.ts';
import { resurrections } from '../activities/resurrections.ts';
import { Scene } from '../activities/scene.ts';
import type { Peculiarities, View } from '../activities/view.ts';
import { storms } from '../activities/volume.ts';
import { workOf } from '../activities/work.ts';
import { readLedger } from '../ledger.ts';
import { leftovers } from '../leftovers.ts';
import type { ModuleRun, SimulatedModule, Violation } from '../module.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { chooser } from './choose.ts';
import { DEEDS } from './deeds.ts';
import { meansTheSame } from './fields.ts';
import { Hands, WHEREABOUTS } from './hands.ts';

/** What tasks are in the product. */
const TASK_LIST = ['tasks', 'calls'] as const;
const WRITES_PER_ACT = 6;

export const tasks: SimulatedModule = {
  name: 'tasks',
  policy: choosePolicy,
  behaviour: chance => ({
    todoDays: chance.pick(['utc', 'asWritten']),
    todoLinkedResources: chance.pick(['expanded', 'always']),
    todoImmutableIds: chance.pick(['ignored', 'honoured']),
  }),
  acts: chooser,
  open: company => new TasksRun(company),
};

function choosePolicy(chance: Chance): object {
  const module = (enabled: boolean) => ({
    enabled,
    direction: chance.happens(0.85) ? 'both' : 'to-mailbox',
  });
  return { modules: { tasks: module(true), calls: module(chance.happens(0.7)) } };
}

const PECULIARITIES: Peculiarities = {
  offersTo: 'tasks',
  means: meansTheSame,
  selects: ({ policy }, { crmUserId }, { module, ownerId }) =>
    policy.modules[module].enabled && ownerId === crmUserId,
  // Done before it was offered.
  excludes: (_, __, { values }, code) => code === 'completed' && values.status === 'completed',
  excuses: () => false,
};

/** The tasks of one run: what users do with them, and whether all is well in the end. */
class TasksRun implements ModuleRun {
  readonly #company: SimulatedCompany;
  readonly #hands: Hands;
  readonly #memory = new Memory();

  constructor(company: SimulatedCompany) {
    this.#company = company;
    this.#hands = new Hands(company);
  }

  async perform(act: Act): Promise<string | null> {
    const deed = DEEDS[act.name];
    if (!deed) throw new Error(`Tasks know no act "${act.name}".`);
    const words = await deed(await Scene.of(this.#company, this.#memory, TASK_LIST, act), this.#hands);
    if (words !== null) this.#memory.acts += 1;
    return words;
  }

  async touch(): Promise<void> {
    const { graph, salesforce } = this.#company;
    const { mailboxes, records } = await this.#lookAround();
    for (const { mailbox, items } of mailboxes)
      for (const { id } of items) await graph.control('POST', 'touch', { mailbox, id });
    if (records.length > 0) await salesforce.control('POST', 'touch', { ids: records.map(({ id }) => id) });
  }

  async violations(): Promise<Violation[]> {
    const view = await this.#lookAround();
    return [
      ...disagreements(view, PECULIARITIES),
      ...lostValues(view, PECULIARITIES),
      ...duplicates(view),
      ...resurrections(view),
      ...deletions(view),
      ...trespasses(view, TASK_LIST),
      ...storms(view, WRITES_PER_ACT),
      ...leftovers(view.ledger, new Set()),
    ];
  }

  async state(): Promise<unknown> {
    const { mailboxes, records } = await this.#lookAround();
    return {
      mailboxes: mailboxes.map(({ mailbox, items }) => ({
        mailbox,
        tasks: items.map(({ name, values, categories }) => ({ name, values, categories })),
      })),
      records: records.map(({ name, module, values }) => ({ name, module, values })),
    };
  }

  async #lookAround(): Promise<View> {
    const company = this.#company;
    const ledger = await readLedger(company, TASK_LIST);
    const mailboxes: View['mailboxes'][number][] = [];
    for (const pairing of ledger.pairings) {
      const { mailbox } = pairing;
      const crmUserId = await this.#hands.administrator.userId(mailbox);
      mailboxes.push({ mailbox, pairing, crmUserId, items: await this.#hands.items(mailbox) });
    }
    return {
      policy: await policyOf(company),
      memory: this.#memory,
      ledger,
      records: await this.#hands.records(),
      mailboxes,
      work: workOf(company.network.traffic.writes(), WHEREABOUTS),
    };
  }
}
