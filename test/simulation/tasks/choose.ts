import type { Chance } from '../../planner/chance.ts';
import type { Act } from '../scenario.ts';
import { FIELD_NAMES, type FieldName, freshValue } from './fields.ts';

type Details = Readonly<Record<string, string | number | boolean | null>>;
type Choose = (cast: Cast) => Act;

const USUAL: readonly (readonly [weight: number, choose: Choose])[] = [
  [4, cast => cast.somethingNew()],
  [8, cast => cast.edit('mailbox')],
  [8, cast => cast.edit('crm')],
  [3, cast => cast.of('edit', { side: cast.side(), status: 'completed' })],
  [1, cast => cast.of('touch', { side: cast.side() })],
];

/** Kinds of which a seed has only some, so that their troubles are met apart. */
const RARE: readonly (readonly [weight: number, choose: Choose])[] = [
  [3, cast => cast.of('delete', { side: 'mailbox' })],
  [3, cast => cast.of('delete', { side: 'crm' })],
  [3, cast => cast.of('move', {})],
  [3, cast => cast.of('categorize', { isMarked: cast.chance.happens(0.6) })],
  [3, cast => cast.of('give', { to: cast.chance.pick([0, 1, 2]) })],
];

/** Chooses acts one after the other; whether one can still be done shows when it is done. */
export function chooser(chance: Chance, users: number): () => Act {
  const cast = new Cast(chance, users);
  const kinds = [...USUAL, ...RARE.filter(() => chance.happens(0.4))];
  const drawn = kinds.flatMap(([weight, choose]) => Array.from({ length: weight }, () => choose));
  return () => (cast.isEmpty ? cast.somethingNew() : chance.pick(drawn)(cast));
}

const MOST_TASKS = 6;

class Cast {
  readonly chance: Chance;
  readonly #users: number;
  readonly #tasks: { readonly thing: string; readonly user: number }[] = [];
  #values = 0;

  constructor(chance: Chance, users: number) {
    this.chance = chance;
    this.#users = users;
  }

  get isEmpty(): boolean {
    return this.#tasks.length === 0;
  }

  side(): 'mailbox' | 'crm' {
    return this.chance.pick(['mailbox', 'crm']);
  }

  somethingNew(): Act {
    const { chance } = this;
    if (this.#tasks.length >= MOST_TASKS) return this.edit(this.side());
    const thing = `T${this.#tasks.length + 1}`;
    const user = chance.below(this.#users);
    this.#tasks.push({ thing, user });
    return {
      ...{ module: 'tasks', name: 'add', user, thing },
      side: chance.pick(['mailbox', 'mailbox', 'mailbox', 'crm', 'crm', 'crm', 'both']),
      isCall: chance.happens(0.3),
      isMarked: chance.happens(0.7),
      list: chance.happens(0.1) ? 'private' : 'default',
      ...this.#entries(thing, chance.below(4)),
      subject: freshValue('subject', thing, ++this.#values),
    };
  }

  edit(side: 'mailbox' | 'crm'): Act {
    const { thing, user } = this.chance.pick(this.#tasks);
    const count = this.chance.pick([1, 1, 2, 3]);
    return { module: 'tasks', name: 'edit', user, thing, side, ...this.#entries(thing, count) };
  }

  of(name: string, details: Details): Act {
    return { module: 'tasks', name, ...this.chance.pick(this.#tasks), ...details };
  }

  /** New values of some fields; null clears. */
  #entries(thing: string, count: number): Details {
    const { chance } = this;
    const values: Record<string, string | null> = {};
    for (let made = 0; made < count; made++) {
      const field = chance.pick(FIELD_NAMES);
      values[field] = chance.happens(0.12) && isClearable(field) ? null : this.#fresh(field, thing);
    }
    return values;
  }

  #fresh(field: FieldName, thing: string): string {
    this.#values += 1;
    return freshValue(field, thing, this.#values);
  }
}

function isClearable(field: FieldName): boolean {
  return field === 'body' || field === 'dueDay' || field === 'remindAt';
}
