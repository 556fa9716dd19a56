import type { Chance } from '../../planner/chance.ts';
import type { Act } from '../scenario.ts';
import { SWITCHES } from './policy.ts';

type Details = Readonly<Record<string, string | number | boolean | null>>;
type Choose = (cast: Cast) => Act;

const USUAL: readonly (readonly [weight: number, choose: Choose])[] = [
  [6, cast => cast.newLetter()],
  [3, cast => cast.copy()],
  [4, cast => cast.of('drop', { place: cast.dropPlace() })],
  [2, cast => cast.of('drop', { place: cast.chance.pick(['inbox', 'filed']) })],
  [2, cast => cast.of('categorize', { isMarked: cast.chance.happens(0.7) })],
  [2, cast => cast.newRecord()],
  [2, cast => cast.ofRecord('editRecord', { amount: cast.fresh() })],
  [1, cast => cast.ofRecord('renameRecord', { version: cast.fresh() })],
  [2, cast => cast.anybody('addPerson', { address: cast.chance.pick(OUTSIDERS) })],
];

/** Kinds of which a seed has only some, so that their troubles are met apart. */
const RARE: readonly (readonly [weight: number, choose: Choose])[] = [
  [3, cast => cast.folder('rename')],
  [3, cast => cast.folder('move')],
  [3, cast => cast.folder('delete')],
  [2, cast => cast.folder('inside')],
  [2, cast => cast.of('drop', { place: cast.chance.pick(['display:opportunities', 'inside']) })],
  [2, cast => cast.of('discard', {})],
  [3, cast => cast.ofRecord('closeRecord', {})],
  [2, cast => cast.ofRecord('giveRecord', { to: cast.chance.pick([0, 1, 2]) })],
  [2, cast => cast.ofRecord('deleteRecord', {})],
  [2, cast => cast.ofRecord('deleteSummary', {})],
  [2, cast => cast.anybody('deletePerson', { address: cast.chance.pick(OUTSIDERS) })],
  [3, cast => cast.anybody('switch', { what: cast.chance.pick(Object.keys(SWITCHES)), isOn: cast.chance.happens(0.5) })], // biome-ignore format: one line
];

/** One of them looks like another one; one is excluded. */
const OUTSIDERS = ['m1@firm1.example', 'm2@firm1.example', 'm3@firm2.example', 'm1@flrm1.example'];
const EXCLUDED = 'x1@excluded.example';
const COLLEAGUES = ['ann@contoso.example', 'bob@contoso.example', 'cid@contoso.example'];

const FOLDERS = ['create:email', 'create:opportunities', 'create:cases', 'display:opportunities', 'display:cases', 'assign:opportunities', 'record', 'root']; // biome-ignore format: one list

/** Chooses acts one after the other; whether one can still be done shows when it is done. */
export function chooser(chance: Chance, users: number): () => Act {
  const cast = new Cast(chance, users);
  const kinds = [...USUAL, ...RARE.filter(() => chance.happens(0.35))];
  const drawn = kinds.flatMap(([weight, choose]) => Array.from({ length: weight }, () => choose));
  return () => chance.pick(drawn)(cast);
}

const MOST_LETTERS = 6;
const MOST_RECORDS = 4;

class Cast {
  readonly chance: Chance;
  readonly #users: number;
  readonly #letters: Act[] = [];
  #records = 0;
  #values = 0;

  constructor(chance: Chance, users: number) {
    this.chance = chance;
    this.#users = users;
  }

  fresh(): number {
    this.#values += 1;
    return this.#values;
  }

  dropPlace(): string {
    return this.chance.pick([
      ...['create:email', 'create:email', 'create:email'],
      ...['create:opportunities', 'create:opportunities', 'create:cases'],
      ...[`record:${this.#record()}`, `record:${this.#record()}`],
    ]);
  }

  newLetter(): Act {
    const { chance } = this;
    if (this.#letters.length >= MOST_LETTERS) return this.copy();
    const user = chance.below(this.#users);
    const isSent = chance.happens(0.25);
    const letter: Act = {
      ...{ module: 'emails', name: 'deliver', user, letter: `L${this.#letters.length + 1}` },
      from: isSent ? (COLLEAGUES[user] ?? '') : this.#somebody(),
      to: isSent ? this.#somebody() : (COLLEAGUES[user] ?? ''),
      cc: chance.happens(0.4) ? this.#somebody() : '',
      bcc: chance.happens(0.2) ? this.#somebody() : '',
      hasFile: chance.happens(0.4),
      isPrivate: chance.happens(0.05),
      place: this.#arrival(isSent),
      isMarked: chance.happens(0.3),
    };
    this.#letters.push(letter);
    return letter;
  }

  /** The same letter once more: a colleague's, or a second one in the same mailbox. */
  copy(): Act {
    if (this.#letters.length === 0) return this.newLetter();
    const user = this.chance.below(this.#users);
    return {
      ...this.chance.pick(this.#letters),
      ...{ user, place: this.#arrival(false), isMarked: this.chance.happens(0.3) },
    };
  }

  of(name: string, details: Details): Act {
    if (this.#letters.length === 0) return this.newLetter();
    const user = this.chance.below(this.#users);
    const { letter = '' } = this.chance.pick(this.#letters);
    return { module: 'emails', name, user, letter, ...details };
  }

  newRecord(): Act {
    const { chance } = this;
    if (this.#records >= MOST_RECORDS) return this.ofRecord('editRecord', { amount: this.fresh() });
    this.#records += 1;
    const object = chance.pick(['Opportunity', 'Opportunity', 'Case']);
    return this.anybody('addRecord', { record: `R${this.#records}`, object, version: this.fresh() });
  }

  ofRecord(name: string, details: Details): Act {
    return this.anybody(name, { record: this.#record(), ...details });
  }

  folder(how: string): Act {
    const what = this.chance.pick(FOLDERS);
    const into = this.chance.pick(['', '', ...FOLDERS]);
    return this.anybody('folder', { how, what, into, record: this.#record(), version: this.fresh() });
  }

  anybody(name: string, details: Details): Act {
    return { module: 'emails', name, user: this.chance.below(this.#users), ...details };
  }

  /** By its user's name, or by the letter that it was made of. */
  #record(): string {
    const own = `R${1 + this.chance.below(MOST_RECORDS)}`;
    return this.chance.happens(0.7) ? own : `L${1 + this.chance.below(MOST_LETTERS)}`;
  }

  #somebody(): string {
    const { chance } = this;
    if (chance.happens(0.05)) return EXCLUDED;
    return chance.happens(0.12) ? chance.pick(COLLEAGUES) : chance.pick(OUTSIDERS);
  }

  #arrival(isSent: boolean): string {
    if (this.chance.happens(0.5)) return this.dropPlace();
    return isSent ? 'sentitems' : 'inbox';
  }
}
