import type { Field } from '../../sync/record.ts';
import { Chance } from './chance.ts';
import type {
  CalendarSetting,
  Category,
  Day,
  Deed,
  MeetingRole,
  Scenario,
  Settings,
  SimpleDeed,
  ThingSpec,
} from './scenario.ts';
import { framed } from './story-frame.ts';
import type { Draft } from './systems.ts';

type ActivityModule = 'appointments' | 'tasks';

const SIMPLE_DEEDS: readonly SimpleDeed[] = [
  'delete item', 'delete item', 'restore item', 'touch item', 'delete record', 'hide record', 'show record',
  'lock record', 'unlock record', 'touch record', 'decline item', 'cancel item', 'invite item',
]; // biome-ignore format: one list
const SPANS = [
  '2026-03-02T09:00:00[UTC]/2026-03-02T10:00:00[UTC]',
  '2026-04-01T09:00:00[Europe/Berlin]/2026-04-01T10:00:00[Europe/Berlin]',
  '2026-04-01T09:30:00[Asia/Kolkata]/2026-04-01T10:30:00[Asia/Kolkata]',
  '2026-10-25T02:30:00[Europe/Berlin]/2026-10-25T03:30:00[Europe/Berlin]',
  '2026-05-01/2026-05-02',
];
const FIELDS: Readonly<Record<ActivityModule, readonly Field[]>> = {
  appointments: ['subject', 'location', 'body', 'span', 'privacy'],
  tasks: ['subject', 'body', 'dueDay', 'status', 'priority'],
};

/** Makes the story of a seed about appointments and tasks: meetings of the user and of others, and things to do. */
export function generateActivities(seed: number): Scenario {
  return new ActivityAuthor(new Chance(seed)).scenario(seed);
}

class ActivityAuthor {
  readonly #chance: Chance;
  #words = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  scenario(seed: number): Scenario {
    return framed(seed, this.#chance, {
      mostThings: 7,
      thing: () => this.#thing(),
      day: things => this.#day(things),
      settings: () => this.#settings(),
    });
  }

  #settings(): Settings {
    const chance = this.#chance;
    const module = () => ({
      enabled: chance.happens(0.92),
      direction: chance.happens(0.8) ? ('both' as const) : ('to-mailbox' as const),
      filter: 'owner' as const,
    });
    return {
      modules: { appointments: module(), tasks: module() },
      conflicts: chance.pick(['crm', 'crm', 'mailbox', 'latest']),
      viewLink: false,
      autoSync: chance.happens(0.5),
      separateFolder: true,
      recentOnly: chance.happens(0.5),
      maximum: null,
      excludedAddresses: [],
      excludedDomains: [],
      guard: chance.pick([
        { count: 25, percent: 20 },
        { count: 1, percent: 20 },
        { count: 3, percent: 100 },
      ]),
      calendar: this.#calendar(),
    };
  }

  #calendar(): CalendarSetting {
    const chance = this.#chance;
    return {
      attendeeDetails: chance.happens(0.3),
      private: chance.pick(['hidden', 'skip']),
      invitations: chance.pick(['skip', 'skip', 'never', 'send']),
    };
  }

  #module(): ActivityModule {
    return this.#chance.happens(0.65) ? 'appointments' : 'tasks';
  }

  #thing(): ThingSpec {
    const chance = this.#chance;
    const module = this.#module();
    const meeting = module === 'appointments' ? this.#role() : 'alone';
    return {
      module,
      meeting,
      standing: chance.pick(['linked', 'linked', 'linked', 'adopted', 'mailbox', 'crm', 'both']),
      fields: this.#something(module),
      otherwise: chance.happens(0.3) ? this.#edits(module, 2) : {},
      ours: chance.happens(0.85),
      editable: chance.happens(0.85),
      old: chance.happens(0.2),
      marked: chance.happens(0.3),
    };
  }

  #role(): MeetingRole {
    return this.#chance.pick(['alone', 'alone', 'alone', 'called', 'called', 'invited', 'invited', 'led']);
  }

  /** Told apart by the subject; seldom without one. */
  #something(module: ActivityModule): Draft {
    const edits = this.#chance.happens(0.6) ? this.#edits(module, 2) : {};
    return {
      subject: this.#chance.happens(0.95) ? this.#word() : null,
      ...(module === 'appointments' ? { span: this.#chance.pick(SPANS) } : {}),
      ...edits,
    };
  }

  #edits(module: ActivityModule, most: number): Draft {
    const edits: Draft = {};
    const count = 1 + this.#chance.below(most);
    for (let made = 0; made < count; made++) {
      const field = this.#chance.pick(FIELDS[module]);
      edits[field] = this.#value(field);
    }
    return edits;
  }

  #value(field: Field): string | null {
    const chance = this.#chance;
    if (field === 'span') return chance.pick(SPANS);
    if (field === 'privacy') return chance.pick(['normal', 'normal', 'private']);
    if (field === 'status') return chance.pick(['notStarted', 'inProgress', 'completed', 'completed']);
    if (field === 'priority') return chance.pick(['low', 'normal', 'high']);
    if (field === 'dueDay') return chance.pick([null, '2026-04-01', '2026-05-01']);
    return chance.happens(0.15) ? null : this.#word();
  }

  /** Long enough to be cut, and told apart in its first letters. */
  #word(): string {
    this.#words += 1;
    return `w${this.#words}${this.#chance.happens(0.5) ? ' of some length' : ''}`;
  }

  #day(things: number): Day {
    const chance = this.#chance;
    const deeds = (most: number) => Array.from({ length: chance.below(most + 1) }, () => this.#deed(things));
    return {
      before: deeds(6),
      meanwhile: chance.happens(0.3) ? deeds(3) : [],
      afterMinutes: chance.pick([1, 15, 60, 60 * 25]),
    };
  }

  #deed(things: number): Deed {
    const chance = this.#chance;
    const who = chance.below(things + 2);
    const kind = chance.below(100);
    if (kind < 22) return { do: 'edit item', who, fields: this.#edits(this.#module(), 2) };
    if (kind < 42) return { do: 'edit record', who, fields: this.#edits(this.#module(), 2) };
    if (kind < 76) return { do: chance.pick(SIMPLE_DEEDS), who };
    if (kind < 81) return { do: 'categorize item', who, category: this.#category() };
    if (kind < 84) return { do: 'give record', who, own: chance.happens(0.5) };
    if (kind < 89) return this.#newItem();
    if (kind < 94) return this.#newRecord();
    return this.#rareDeed();
  }

  #category(): Category {
    return this.#chance.pick(['none', 'none', 'contacts', 'own']);
  }

  #newItem(): Deed {
    const module = this.#module();
    return {
      do: 'create item',
      fields: this.#something(module),
      container: module === 'appointments' ? 'calendar' : 'tasks:list',
      category: this.#category(),
      meeting: this.#role(),
    };
  }

  #newRecord(): Deed {
    const module = this.#module();
    return { do: 'create record', module, fields: this.#something(module), own: this.#chance.happens(0.8) };
  }

  #rareDeed(): Deed {
    const { guard: _kept, ...settings } = this.#settings();
    const option = this.#chance.pick(['modules', 'conflicts', 'autoSync', 'recentOnly', 'calendar'] as const);
    const change: Deed = { do: 'change policy', settings: { [option]: settings[option] } };
    return this.#chance.pick([
      change,
      change,
      { do: 'enumerate' },
      { do: 'sweep' },
      { do: 'approve' },
      { do: 'reject' },
    ]);
  }
}
