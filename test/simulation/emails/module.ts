import { readLedger } from '../ledger.ts';
import { leftovers } from '../leftovers.ts';
import type { ModuleRun, SimulatedModule, Violation } from '../module.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { duplicates, unarchived, wrongEmails } from './archive.ts';
import { chooser } from './choose.ts';
import {
  addPerson,
  addRecord,
  closeRecord,
  deletePerson,
  deleteRecord,
  deleteSummary,
  editRecord,
  giveRecord,
  renameRecord,
  switched,
} from './crm-deeds.ts';
import { isNamed } from './expectation.ts';
import { folder } from './folder-deeds.ts';
import { losses } from './keeping.ts';
import { categorize, deliver, discard, drop } from './mail-deeds.ts';
import { Memory } from './memory.ts';
import { peopleTwice, wrongPeople } from './people.ts';
import { choosePolicy } from './policy.ts';
import { Scene } from './scene.ts';
import { wrongTree } from './tree.ts';
import { lookAround, type View } from './view.ts';

/** Messages, the folders that they are dropped into, and the records that they are about. */
export const emails: SimulatedModule = {
  name: 'emails',
  policy: choosePolicy,
  behaviour: chance => ({
    plainBodies: chance.pick(['html', 'text']),
    deltaFolderCounts: chance.pick(['silent', 'told']),
    deltaMessageExpansion: chance.pick(['failing', 'served']),
  }),
  acts: chooser,
  open: company => new EmailsRun(company),
};

const DEEDS: Readonly<Record<string, (scene: Scene) => Promise<string | null>>> = {
  deliver,
  drop,
  discard,
  categorize,
  folder,
  addRecord,
  editRecord,
  renameRecord,
  closeRecord,
  giveRecord,
  deleteRecord,
  deleteSummary,
  addPerson,
  deletePerson,
  switch: switched,
};

/** The mail of one run: what users do with it, and whether all is well in the end. */
class EmailsRun implements ModuleRun {
  readonly #company: SimulatedCompany;
  readonly #memory = new Memory();

  constructor(company: SimulatedCompany) {
    this.#company = company;
  }

  async perform(act: Act): Promise<string | null> {
    const deed = DEEDS[act.name];
    if (!deed) throw new Error(`E-mails know no act "${act.name}".`);
    const words = await deed(await Scene.of(this.#company, this.#memory, act));
    if (words !== null) this.#memory.acts += 1;
    return words;
  }

  async touch(): Promise<void> {
    const { graph } = this.#company;
    const view = await this.#lookAround();
    for (const { mailbox, messages } of view.mailboxes)
      for (const { id, letter } of messages)
        if (!isMetLater(view, letter)) await graph.control('POST', 'touch', { mailbox, id });
  }

  async violations(): Promise<Violation[]> {
    const view = await this.#lookAround();
    return [
      ...losses(view),
      ...unarchived(view),
      ...duplicates(view),
      ...wrongEmails(view),
      ...peopleTwice(view),
      ...wrongPeople(view),
      ...wrongTree(view),
      ...mailed(view),
      ...leftovers(await readLedger(this.#company, []), () => false),
    ];
  }

  async state(): Promise<unknown> {
    const { mailboxes, emails: archived } = await this.#lookAround();
    return {
      mailboxes: mailboxes.map(({ mailbox, messages }) => ({
        mailbox,
        messages: messages.map(({ subject, categories }) => ({ subject, categories })),
      })),
      archived: archived.map(({ letter, people, files }) => ({ letter, people: people.length, files })),
    };
  }

  #lookAround(): Promise<View> {
    return lookAround(this.#company, this.#memory);
  }
}

/** Invariant 12: nothing of mail is ever sent to anybody. */
function mailed({ mailed: subjects }: View): Violation[] {
  return subjects
    .filter(subject => /^[LR]\d+ /.test(subject))
    .map(subject => ({ invariant: 12, text: `${subject} was mailed` }));
}

/** Somebody in it came to the CRM after it: what is looked at once more finds more. */
function isMetLater({ memory, people }: View, name: string | null): boolean {
  const letter = memory.letters.get(name ?? '');
  if (!letter) return false;
  return people.some(({ address, createdAtMs }) => isNamed(letter, address) && createdAtMs > letter.sentAtMs);
}
