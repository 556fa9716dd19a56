import type { Administrator } from '../administrator.ts';
import { type Entry, readLedger } from '../ledger.ts';
import { leftovers } from '../leftovers.ts';
import type { ModuleRun, Violation } from '../module.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { disagreements } from './agreement.ts';
import { deletions } from './deletions.ts';
import { duplicates } from './duplicates.ts';
import { trespasses } from './isolation.ts';
import { lostValues } from './losses.ts';
import { Memory } from './memory.ts';
import { policyOf } from './policy.ts';
import { resurrections } from './resurrections.ts';
import { Scene } from './scene.ts';
import type { ActivityModule, CrmThing, Item } from './thing.ts';
import type { MailboxView, Peculiarities, View } from './view.ts';
import { storms } from './volume.ts';
import { type Whereabouts, workOf } from './work.ts';

/** What users see and reach on both sides. */
export interface Hands {
  readonly administrator: Administrator;
  items(mailbox: string): Promise<readonly Item[]>;
  /** Live ones, whoever has them. */
  records(): Promise<readonly CrmThing[]>;
}

/** What users do with the things of a module, by the name of the act; in words, or null where it cannot be done. */
export type Deeds<H extends Hands> = Readonly<
  Record<string, (scene: Scene, hands: H) => Promise<string | null>>
>;

export interface Kind<H extends Hands> {
  /** Of the product. */
  readonly modules: readonly ActivityModule[];
  readonly deeds: Deeds<H>;
  readonly whereabouts: Whereabouts;
  readonly peculiarities: Peculiarities;
  /** More would be a storm. */
  readonly writesPerAct: number;
}

/** The appointments or tasks of one run: what users do with them, and whether all is well in the end. */
export class ActivitiesRun<H extends Hands> implements ModuleRun {
  protected readonly company: SimulatedCompany;
  readonly #memory = new Memory();
  readonly #hands: H;
  readonly #kind: Kind<H>;

  constructor(company: SimulatedCompany, hands: H, kind: Kind<H>) {
    this.company = company;
    this.#hands = hands;
    this.#kind = kind;
  }

  async perform(act: Act): Promise<string | null> {
    const { deeds, modules } = this.#kind;
    const deed = deeds[act.name];
    if (!deed) throw new Error(`The module "${act.module}" knows no act "${act.name}".`);
    const words = await deed(await Scene.of(this.company, this.#memory, modules, act), this.#hands);
    if (words !== null) this.#memory.acts += 1;
    return words;
  }

  async touch(): Promise<void> {
    const { graph, salesforce } = this.company;
    const view = await this.lookAround();
    const isContested = contestedIn(view, this.#kind.peculiarities);
    for (const { mailbox, items } of view.mailboxes) {
      const contested = new Set(items.filter(isContested).map(({ storedId }) => storedId));
      for (const id of new Set(items.map(({ storedId }) => storedId)).difference(contested))
        await graph.control('POST', 'touch', { mailbox, id });
    }
    const ids = view.records.filter(record => !isContested(record)).map(({ id }) => id);
    if (ids.length > 0) await salesforce.control('POST', 'touch', { ids });
  }

  async violations(): Promise<Violation[]> {
    const { peculiarities, modules, writesPerAct } = this.#kind;
    const view = await this.lookAround();
    return [
      ...disagreements(view, peculiarities),
      ...lostValues(view, peculiarities),
      ...duplicates(view),
      ...resurrections(view),
      ...deletions(view),
      ...trespasses(view, modules),
      ...storms(view, writesPerAct),
      ...leftovers(view.ledger, entry => isRefused(view, peculiarities, entry)),
    ];
  }

  async state(): Promise<unknown> {
    const { mailboxes, records } = await this.lookAround();
    return {
      mailboxes: mailboxes.map(({ mailbox, items }) => ({
        mailbox,
        items: items.map(({ name, values, categories }) => ({ name, values, categories })),
      })),
      records: records.map(({ name, module, values }) => ({ name, module, values })),
    };
  }

  protected async lookAround(): Promise<View> {
    const { company } = this;
    const memory = this.#memory;
    const { modules, whereabouts } = this.#kind;
    const ledger = await readLedger(company, modules);
    const mailboxes: MailboxView[] = [];
    for (const pairing of ledger.pairings) {
      const { mailbox } = pairing;
      const crmUserId = await this.#hands.administrator.userId(mailbox);
      mailboxes.push({ mailbox, pairing, crmUserId, items: await this.#hands.items(mailbox) });
    }
    return {
      policy: await policyOf(company),
      memory,
      ledger,
      records: await this.#hands.records(),
      mailboxes,
      work: workOf(company.network.traffic.writes(), whereabouts),
    };
  }
}

function isRefused(view: View, peculiar: Peculiarities, entry: Entry): boolean {
  const mailbox = view.mailboxes.find(({ pairing }) => pairing.id === entry.pairingId);
  return mailbox !== undefined && peculiar.isRefused(view, mailbox, entry);
}

/** Under `latest` a new time of modification decides anew between two edits of which a server refuses the winner. */
function contestedIn(view: View, peculiar: Peculiarities): (thing: Item | CrmThing) => boolean {
  if (view.policy.conflicts !== 'latest') return () => false;
  const refused = view.ledger.entries.filter(entry => isRefused(view, peculiar, entry));
  const ids = new Set(refused.flatMap(({ itemId, recordId }) => [itemId, recordId]));
  return ({ id }) => ids.has(id);
}
