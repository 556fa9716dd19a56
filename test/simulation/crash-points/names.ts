import type { Traffic } from '../traffic.ts';

/** What ids stand for: they are drawn anew in every telling, and only names can be compared. */
export class Names {
  readonly #names = new Map<string, string>();

  /** From whatever passed between engine and systems: the first name is the one that stays. */
  static of(traffic: Traffic): Names {
    const names = new Names();
    for (const { answer } of traffic.exchanges) names.#learn(answer);
    for (const { body, answer } of traffic.writes()) {
      const id = idOf(answer);
      const name = nameOf(body);
      if (id && name) names.#call(id, name);
    }
    return names;
  }

  /** The same without ids. */
  inText(text: string): string {
    return text.replace(WORDS, word => this.#names.get(word) ?? word);
  }

  #learn(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const inner of Object.values(value)) this.#learn(inner);
    const id = idOf(value);
    const name = nameOf(value);
    if (id && name) this.#call(id, name);
  }

  #call(id: string, name: string): void {
    if (!this.#names.has(id)) this.#names.set(id, `<${name}>`);
  }
}

/** Ids of either system are made of these. */
const WORDS = /[A-Za-z0-9_=-]{15,}/g;

function idOf(value: unknown): string | undefined {
  const { id, Id } = (value ?? {}) as Partial<Record<'id' | 'Id', string>>;
  return Id ?? id;
}

/** What a relation of an event says of itself, too, is no more than whose it is. */
const NAMING = ['surname', 'LastName', 'subject', 'Subject', 'title', 'displayName', 'Name', 'RelationId'];

function nameOf(value: unknown): string | undefined {
  const named = (value ?? {}) as Readonly<Record<string, unknown>>;
  const name = NAMING.map(property => named[property]).find(each => typeof each === 'string');
  return typeof name === 'string' ? name : undefined;
}
