import type { Chance } from '../../planner/chance.ts';
import type { Act } from '../scenario.ts';
import { FIELD_NAMES, type FieldName, freshValue } from './fields.ts';

/** Somebody whom users know. */
interface Somebody {
  readonly name: string;
  /** Who keeps them. */
  readonly user: number;
  /** Known by an address, so that the name may change. */
  readonly hasAddress: boolean;
}

type Details = Readonly<Record<string, string | number | boolean | null>>;
/** What one kind of act does to somebody, or to the mailbox. */
type Choose = (cast: Cast) => Act;

const USUAL: readonly (readonly [weight: number, choose: Choose])[] = [
  [4, cast => cast.somebodyNew()],
  [9, cast => cast.edit('mailbox')],
  [9, cast => cast.edit('crm')],
  [1, cast => cast.of('touch', { side: cast.side() })],
];

/** Kinds of which a seed has only some, so that their troubles are met apart. */
const RARE: readonly (readonly [weight: number, choose: Choose])[] = [
  [3, cast => cast.of('delete', { side: 'mailbox' })],
  [3, cast => cast.of('delete', { side: 'crm' })],
  [3, cast => cast.of('move', { to: cast.chance.pick(['synced', 'contacts', 'private']) })],
  [3, cast => cast.of('categorize', { category: cast.chance.pick(['none', 'contact', 'lead']) })],
  [3, cast => cast.of('give', { to: cast.chance.pick([0, 1, 2]) })],
  [3, cast => cast.of('convert', {})],
  [3, cast => cast.merge()],
  [2, cast => cast.again()],
  [2, cast => cast.furniture()],
];

/** Chooses acts one after the other; whether one can still be done shows when it is done. */
export function chooser(chance: Chance, users: number): () => Act {
  const cast = new Cast(chance, users);
  const kinds = [...USUAL, ...RARE.filter(() => chance.happens(0.35))];
  const drawn = kinds.flatMap(([weight, choose]) => Array.from({ length: weight }, () => choose));
  return () => (cast.isEmpty ? cast.somebodyNew() : chance.pick(drawn)(cast));
}

const MOST_PEOPLE = 6;

class Cast {
  readonly chance: Chance;
  readonly #users: number;
  readonly #somebodies: Somebody[] = [];
  /** Few, so that both sides often change the same ones. */
  readonly #fields: readonly FieldName[];
  #values = 0;

  constructor(chance: Chance, users: number) {
    this.chance = chance;
    this.#users = users;
    this.#fields = chance.shuffled(FIELD_NAMES).slice(0, 3 + chance.below(8));
  }

  get isEmpty(): boolean {
    return this.#somebodies.length === 0;
  }

  side(): 'mailbox' | 'crm' {
    return this.chance.pick(['mailbox', 'crm']);
  }

  /** Somebody whom nobody knew, on one side or on both; somebody known, where there are enough. */
  somebodyNew(): Act {
    const { chance } = this;
    if (this.#somebodies.length >= MOST_PEOPLE) return this.edit(this.side());
    const somebody = {
      name: `P${this.#somebodies.length + 1}`,
      user: chance.below(this.#users),
      hasAddress: chance.happens(0.8),
    };
    this.#somebodies.push(somebody);
    return this.#add(somebody, chance.pick(['mailbox', 'mailbox', 'crm', 'crm', 'crm', 'both']));
  }

  /** Somebody known, once more: on the other side, or with another user. */
  again(): Act {
    return this.#add(this.#anybody(), this.side(), this.chance.below(this.#users));
  }

  #add(somebody: Somebody, side: 'mailbox' | 'crm' | 'both', user = somebody.user): Act {
    const { chance } = this;
    const namesake = chance.happens(0.1) && somebody.hasAddress ? this.#anybody().name : somebody.name;
    return this.#act('add', somebody, {
      side,
      user,
      hasAddress: somebody.hasAddress,
      lastName: namesake,
      isLead: chance.happens(0.25),
      folder: chance.pick(['synced', 'synced', 'synced', 'contacts', 'private']),
      isMarked: chance.happens(0.8),
      ...this.#entries(somebody, 1 + chance.below(4), ['lastName']),
    });
  }

  edit(side: 'mailbox' | 'crm'): Act {
    const somebody = this.#anybody();
    const locked: FieldName[] = somebody.hasAddress ? [] : ['lastName'];
    return this.#act('edit', somebody, {
      side,
      ...this.#entries(somebody, this.chance.pick([1, 1, 2, 4]), locked),
    });
  }

  merge(): Act {
    return this.of('merge', { into: this.#anybody().name });
  }

  of(name: string, details: Details): Act {
    return this.#act(name, this.#anybody(), details);
  }

  /** The product's category and folders. */
  furniture(): Act {
    const { chance } = this;
    const what = chance.pick(['category', 'leads category', 'contact folder', 'mail folder']);
    const how = chance.pick(['delete', 'change']);
    return { module: 'people', name: 'furniture', user: chance.below(this.#users), what, how };
  }

  #anybody(): Somebody {
    return this.chance.pick(this.#somebodies);
  }

  #act(name: string, { name: person, user }: Somebody, details: Details): Act {
    return { module: 'people', name, user, person, ...details };
  }

  /** New values of some fields; null clears. */
  #entries(somebody: Somebody, count: number, locked: readonly FieldName[]): Details {
    const { chance } = this;
    const values: Record<string, string | null> = {};
    const open = this.#fields.filter(
      field => !locked.includes(field) && (field !== 'email2' || somebody.hasAddress),
    );
    for (let made = 0; made < count; made++) {
      const field = chance.pick(open);
      this.#values += 1;
      values[field] = chance.happens(0.12) && field !== 'lastName' ? null : freshValue(field, this.#values);
    }
    return values;
  }
}
