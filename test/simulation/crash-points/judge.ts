import type { OpenStore } from '../platform.ts';
import { stories } from '../stories/index.ts';
import type { Count, Story } from '../stories/story.ts';
import type { Answer, Case } from './case.ts';
import { type Effect, effectDifferences } from './effects.ts';
import { type Blow, type Performed, perform } from './perform.ts';

/** Performs stories with blows and without, and compares. */
export class Judge {
  readonly #openStore: OpenStore;
  readonly #undisturbed = new Map<string, Performed>();

  constructor(openStore: OpenStore) {
    this.#openStore = openStore;
  }

  async examine({ story: name, blows }: Case): Promise<Answer> {
    const story = stories.find(one => one.name === name);
    if (!story) throw new Error(`There is no story "${name}".`);
    const undisturbed = await this.#withoutBlows(story);
    if (blows.length === 0) return answerOf(undisturbed, writesDifferences(story, undisturbed));
    const performed = await perform(story, blows, this.#openStore);
    return answerOf(performed, performed.fallen === 0 ? [] : differences(performed, undisturbed, blows));
  }

  async #withoutBlows(story: Story): Promise<Performed> {
    const known = this.#undisturbed.get(story.name);
    if (known) return known;
    const performed = await perform(story, [], this.#openStore);
    this.#undisturbed.set(story.name, performed);
    return performed;
  }
}

function answerOf({ effects, fallen, recovery }: Performed, found: readonly string[]): Answer {
  return { effects, fallen, recovery, differences: found };
}

function differences({ ending }: Performed, undisturbed: Performed, blows: readonly Blow[]): string[] {
  const expected = undisturbed.ending;
  return [
    ...without(expected.state, ending.state).map(line => `missing: ${line}`),
    ...without(ending.state, expected.state).map(line => `not without a crash: ${line}`),
    ...effectDifferences(ending.effects, expected.effects, blows.length),
  ];
}

/** The lines that are not among the others, as often as they are too many. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter(line => {
    const index = left.indexOf(line);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

function writesDifferences({ writes }: Story, { ending }: Performed): string[] {
  return (['mailbox', 'crm'] as const).flatMap(side => {
    const [told, done] = [writes[side], countOf(ending.effects.filter(effect => effect.side === side))];
    if (JSON.stringify(told) === JSON.stringify(done)) return [];
    return [`without any crash, ${JSON.stringify(done)} in the ${side} instead of ${JSON.stringify(told)}`];
  });
}

function countOf(effects: readonly Effect[]): Count {
  const count = (wanted: string) => effects.filter(({ kind }) => kind === wanted).length;
  return { created: count('created'), changed: count('changed'), deleted: count('deleted') };
}
