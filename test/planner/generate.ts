import type { Field, PersonModule } from '../../sync/record.ts';
import { Chance } from './chance.ts';
import { generateActivities } from './generate-activities.ts';
import type { Category, Day, Deed, Scenario, Settings, SimpleDeed, ThingSpec } from './scenario.ts';
import { framed } from './story-frame.ts';
import { type Draft, PERSON_FIELDS } from './systems.ts';

const ADDRESSES = ['ann@contoso.example', 'bob@fabrikam.example', 'cho@gmail.com', 'dee@contoso.example'];
const NAMES = ['Ann', 'Bob', 'Cho', 'Dee'];
const COMPANIES = ['Contoso', 'Fabrikam', 'Nobody'];
const PHONES = ['+1 425 555 0100', '(425) 555-0101', '030 1234567'];
const SIMPLE_DEEDS: readonly SimpleDeed[] = [
  'delete item', 'restore item', 'copy item', 'touch item', 'delete record', 'hide record',
  'show record', 'lock record', 'unlock record', 'convert record', 'touch record',
]; // biome-ignore format: one list

/** Every fourth story is about appointments and tasks, the others about people. */
const STORIES_PER_CALENDAR = 4;

/** Makes the story of a seed: things that are changed apart on both sides, and what everybody does next. */
export function generate(seed: number): Scenario {
  return seed % STORIES_PER_CALENDAR === 0
    ? generateActivities(seed)
    : new Author(new Chance(seed)).scenario(seed);
}

class Author {
  readonly #chance: Chance;
  #words = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  scenario(seed: number): Scenario {
    return framed(seed, this.#chance, {
      mostThings: 9,
      thing: index => this.#person(index),
      day: things => this.#day(things),
      settings: () => this.#settings(),
    });
  }

  #settings(): Settings {
    const chance = this.#chance;
    const module = () => ({
      enabled: chance.happens(0.92),
      direction: chance.happens(0.8) ? ('both' as const) : ('to-mailbox' as const),
      filter: chance.happens(0.75) ? ('owner' as const) : ('visible' as const),
    });
    return {
      modules: { contacts: module(), leads: module() },
      conflicts: chance.pick(['crm', 'crm', 'mailbox', 'latest']),
      viewLink: chance.happens(0.15),
      autoSync: chance.happens(0.5),
      separateFolder: chance.happens(0.7),
      recentOnly: chance.happens(0.5),
      maximum: chance.happens(0.15) ? 1 + chance.below(4) : null,
      excludedAddresses: chance.happens(0.1) ? [chance.pick(ADDRESSES)] : [],
      excludedDomains: chance.happens(0.1) ? ['contoso.example'] : [],
      guard: chance.pick([
        { count: 25, percent: 20 },
        { count: 1, percent: 20 },
        { count: 3, percent: 100 },
      ]),
      calendar: { attendeeDetails: false, private: 'hidden', invitations: 'skip' },
    };
  }

  #person(index: number): ThingSpec {
    const chance = this.#chance;
    return {
      module: chance.happens(0.7) ? 'contacts' : 'leads',
      meeting: 'alone',
      standing: chance.pick(['linked', 'linked', 'linked', 'adopted', 'away', 'mailbox', 'crm', 'both']),
      fields: this.#someone(index),
      otherwise: chance.happens(0.5) ? this.#edits(3) : {},
      ours: chance.happens(0.85),
      editable: chance.happens(0.85),
      old: chance.happens(0.2),
      marked: chance.happens(0.3),
    };
  }

  /** Mostly somebody of their own, sometimes a look-alike. */
  #someone(index: number): Draft {
    const chance = this.#chance;
    const alike = chance.happens(0.25);
    const name = alike ? chance.pick(NAMES) : `P${index}x${chance.below(1_000)}`;
    const fields: Draft = { firstName: name, lastName: chance.happens(0.95) ? 'Sample' : null };
    if (chance.happens(0.8))
      fields.email1 = alike ? chance.pick(ADDRESSES) : `${name.toLowerCase()}@contoso.example`;
    if (chance.happens(0.2)) fields.email2 = chance.pick(ADDRESSES);
    if (chance.happens(0.6)) fields.company = chance.pick(COMPANIES);
    if (chance.happens(0.2)) fields.mobilePhone = chance.pick(PHONES);
    return { ...fields, ...(chance.happens(0.6) ? this.#edits(3) : {}) };
  }

  #edits(most: number): Draft {
    const edits: Draft = {};
    const count = 1 + this.#chance.below(most);
    for (let made = 0; made < count; made++) {
      const field = this.#chance.pick(PERSON_FIELDS);
      edits[field] = this.#value(field);
    }
    return edits;
  }

  /** Long enough to be cut, alike enough to be confused by cutting and capitals, mostly told apart. */
  #value(field: Field): string | null {
    const chance = this.#chance;
    if (chance.happens(0.15) && field !== 'lastName') return null;
    if (field.startsWith('email')) return chance.pick(ADDRESSES);
    if (field === 'company' && chance.happens(0.7)) return chance.pick(COMPANIES);
    if (field === 'mobilePhone') return chance.pick(PHONES);
    if (chance.happens(0.2)) return chance.pick(['oslo', 'Oslo', 'oslo fjord', 'oslo town', 'a\r\nb']);
    this.#words += 1;
    return `w${this.#words} ${chance.happens(0.5) ? 'of some length' : ''}`.trim();
  }

  #day(people: number): Day {
    const chance = this.#chance;
    const deeds = (most: number) => Array.from({ length: chance.below(most + 1) }, () => this.#deed(people));
    return {
      before: deeds(8),
      meanwhile: chance.happens(0.3) ? deeds(3) : [],
      afterMinutes: chance.pick([1, 15, 60, 60 * 25]),
    };
  }

  #deed(people: number): Deed {
    const chance = this.#chance;
    const who = chance.below(people + 3);
    const kind = chance.below(100);
    if (kind < 25) return { do: 'edit item', who, fields: this.#edits(3) };
    if (kind < 48) return { do: 'edit record', who, fields: this.#edits(3) };
    if (kind < 75) return { do: chance.pick(SIMPLE_DEEDS), who };
    if (kind < 80) return { do: 'categorize item', who, category: this.#category() };
    if (kind < 84) return { do: 'give record', who, own: chance.happens(0.5) };
    if (kind < 87) return { do: 'merge record', who, into: chance.below(people + 3) };
    if (kind < 90) return { do: 'move item', who, container: this.#container() };
    if (kind < 93) return this.#newItem();
    if (kind < 96) return this.#newRecord();
    return this.#rareDeed();
  }

  #rareDeed(): Deed {
    const chance = this.#chance;
    switch (chance.below(6)) {
      case 0:
        return { do: 'change policy', settings: this.#change() };
      case 1:
        return { do: 'rename account', account: chance.below(2), name: `Account ${chance.below(100)}` };
      case 2:
        return { do: 'enumerate' };
      case 3:
        return { do: 'sweep' };
      case 4:
        return { do: 'approve' };
      default:
        return { do: 'reject' };
    }
  }

  /** One option; the folder's is locked once a policy is enabled (POL-26). */
  #change(): Partial<Settings> {
    const { separateFolder: _locked, ...settings } = this.#settings();
    const option = this.#chance.pick(Object.keys(settings) as (keyof typeof settings)[]);
    return { [option]: settings[option] };
  }

  #category(): Category {
    return this.#chance.pick(['none', 'none', 'contacts', 'leads', 'both', 'own']);
  }

  #container() {
    return this.#chance.pick(['folder', 'contacts', 'elsewhere'] as const);
  }

  #newItem(): Deed {
    const chance = this.#chance;
    return {
      do: 'create item',
      fields: this.#someone(chance.below(10)),
      container: this.#container(),
      category: this.#category(),
      meeting: 'alone',
    };
  }

  #newRecord(): Deed {
    const chance = this.#chance;
    const module: PersonModule = chance.happens(0.7) ? 'contacts' : 'leads';
    return { do: 'create record', module, fields: this.#someone(chance.below(10)), own: chance.happens(0.8) };
  }
}
