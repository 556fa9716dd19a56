import type { Chance } from '../../planner/chance.ts';
import type { Act } from '../scenario.ts';
import { FIELD_NAMES, type FieldName, freshValue } from './fields.ts';

type Details = Readonly<Record<string, string | number | boolean | null>>;
type Choose = (cast: Cast) => Act;

const USUAL: readonly (readonly [weight: number, choose: Choose])[] = [
  [4, cast => cast.somethingNew()],
  [8, cast => cast.edit('mailbox')],
  [8, cast => cast.edit('crm')],
  [1, cast => cast.of('touch', { side: cast.side() })],
];

/** Kinds of which a seed has only some, so that their troubles are met apart. */
const RARE: readonly (readonly [weight: number, choose: Choose])[] = [
  [4, cast => cast.repeat()],
  [2, cast => cast.rewrite()],
  [4, cast => cast.meet('meet')],
  [4, cast => cast.meet('invite')],
  [2, cast => cast.reinvite()],
  [3, cast => cast.of('respond', { response: cast.chance.pick(['accept', 'tentativelyAccept', 'decline']) })],
  [3, cast => cast.of('delete', { side: 'mailbox', isWhole: cast.chance.happens(0.3) })],
  [3, cast => cast.of('delete', { side: 'crm' })],
  [3, cast => cast.of('categorize', { isMarked: cast.chance.happens(0.7) })],
  [2, cast => cast.of('give', { to: cast.chance.pick([0, 1, 2]) })],
];

/** Chooses acts one after the other; whether one can still be done shows when it is done. */
export function chooser(chance: Chance, users: number): () => Act {
  const cast = new Cast(chance, users);
  const kinds = [...USUAL, ...RARE.filter(() => chance.happens(0.35))];
  const drawn = kinds.flatMap(([weight, choose]) => Array.from({ length: weight }, () => choose));
  return () => (cast.isEmpty ? cast.somethingNew() : chance.pick(drawn)(cast));
}

const MOST_APPOINTMENTS = 5;
const MOST_OCCURRENCES = 4;

interface Known {
  readonly thing: string;
  readonly user: number;
}

class Cast {
  readonly chance: Chance;
  readonly #users: number;
  readonly #known: Known[] = [];
  /** Private ones and days are met apart, too. */
  readonly #fields: readonly FieldName[];
  readonly #hasDays: boolean;
  #values = 0;

  constructor(chance: Chance, users: number) {
    this.chance = chance;
    this.#users = users;
    this.#fields = FIELD_NAMES.filter(field => field !== 'privacy' || chance.happens(0.4));
    this.#hasDays = chance.happens(0.5);
  }

  get isEmpty(): boolean {
    return this.#known.length === 0;
  }

  side(): 'mailbox' | 'crm' {
    return this.chance.pick(['mailbox', 'crm']);
  }

  somethingNew(): Act {
    const side = this.chance.pick(['mailbox', 'mailbox', 'mailbox', 'crm', 'crm', 'crm', 'both']);
    return this.#new('add', { side });
  }

  repeat(): Act {
    const { chance } = this;
    const rhythm = chance.pick(['daily', 'weekly']);
    const span = freshValue('span', '', ++this.#values);
    const occurrences = 2 + chance.below(MOST_OCCURRENCES - 1);
    return this.#new('repeat', { rhythm, occurrences, span, privacy: 'normal' });
  }

  meet(name: 'meet' | 'invite'): Act {
    const { chance } = this;
    return this.#new(name, { isOutside: chance.happens(0.3), everybody: chance.happens(0.5) });
  }

  edit(side: 'mailbox' | 'crm'): Act {
    const count = this.chance.pick([1, 1, 2, 3]);
    const known = this.#anybody();
    return this.#act('edit', known, { side, ...this.#entries(known.thing, count) });
  }

  rewrite(): Act {
    const known = this.#anybody();
    return this.#act('rewrite', known, this.#entry('subject', known.thing));
  }

  reinvite(): Act {
    const known = this.#anybody();
    const details = { isCancelled: this.chance.happens(0.3), ...this.#entry('location', known.thing) };
    return this.#act('reinvite', known, { ...details, ...this.#entry('span', known.thing) });
  }

  of(name: string, details: Details): Act {
    return this.#act(name, this.#anybody(), details);
  }

  #new(name: string, details: Details): Act {
    const { chance } = this;
    if (this.#known.length >= MOST_APPOINTMENTS) return this.edit(this.side());
    const known = { thing: `A${this.#known.length + 1}`, user: chance.below(this.#users) };
    this.#known.push(known);
    return this.#act(name, known, {
      ...{ isMarked: chance.happens(0.7), showAs: 'busy', reminder: '5', privacy: 'normal' },
      ...this.#entries(known.thing, chance.below(4)),
      ...this.#entry('subject', known.thing),
      ...this.#entry('span', known.thing),
      ...details,
    });
  }

  #anybody(): Known {
    return this.chance.pick(this.#known);
  }

  #act(name: string, known: Known, details: Details): Act {
    const { chance } = this;
    const place = { which: chance.below(MOST_OCCURRENCES), minute: chance.below(60) };
    return { module: 'calendar', name, ...known, ...place, isElsewhere: chance.happens(0.3), ...details };
  }

  /** New values of some fields; null clears. */
  #entries(thing: string, count: number): Details {
    const values: Record<string, string | null> = {};
    for (let made = 0; made < count; made++) {
      const field = this.chance.pick(this.#fields);
      const isCleared = (field === 'location' || field === 'body') && this.chance.happens(0.12);
      Object.assign(values, isCleared ? { [field]: null } : this.#entry(field, thing));
    }
    return values;
  }

  #entry(field: FieldName, thing: string): Details {
    this.#values += 1;
    const isAllDay = this.#hasDays && this.chance.happens(0.3);
    return { [field]: freshValue(field, thing, this.#values, isAllDay) };
  }
}
