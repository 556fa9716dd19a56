import type { CalendarRules } from '../../sync/items/rules.ts';
import type { Module } from '../../sync/record.ts';
import type { Draft, SystemsName } from './systems.ts';

export type Container = 'folder' | 'contacts' | 'elsewhere' | 'calendar' | 'tasks:list';
export type ModuleSetting = {
  readonly enabled: boolean;
  readonly direction: 'both' | 'to-mailbox';
  readonly filter: 'owner' | 'visible';
};

/** What the policy says, as far as the core hears of it. */
export interface Settings {
  /** Those that a story tells nothing of are off. */
  readonly modules: Readonly<Partial<Record<Module, ModuleSetting>>>;
  readonly conflicts: 'crm' | 'mailbox' | 'latest';
  readonly viewLink: boolean;
  readonly autoSync: boolean;
  readonly separateFolder: boolean;
  /** Whether records from before the start date are left out. */
  readonly recentOnly: boolean;
  readonly maximum: number | null;
  readonly excludedAddresses: readonly string[];
  readonly excludedDomains: readonly string[];
  readonly guard: { readonly count: number; readonly percent: number };
  readonly calendar: CalendarSetting;
}

export type CalendarSetting = Pick<CalendarRules, 'attendeeDetails' | 'private' | 'invitations'>;

/** A person, an appointment or a task, and how its two sides stand to each other when the story begins. */
export interface ThingSpec {
  readonly module: Module;
  /** Of appointments: what the item is to others. */
  readonly meeting: MeetingRole;
  /** `both`: an item and a record that nobody has compared yet. */
  readonly standing: 'linked' | 'adopted' | 'away' | 'mailbox' | 'crm' | 'both';
  readonly fields: Draft;
  /** Values that the record has instead, where both exist and are not linked. */
  readonly otherwise: Draft;
  readonly ours: boolean;
  readonly editable: boolean;
  readonly old: boolean;
  readonly marked: boolean;
}

/** Nobody else takes part; the user has called it; somebody else has; somebody else whose pairing writes the record. */
export type MeetingRole = 'alone' | 'called' | 'invited' | 'led';

/** What somebody does to one thing; `who` counts them in the order of their coming. */
export type Deed =
  | { readonly do: 'edit item' | 'edit record'; readonly who: number; readonly fields: Draft }
  | {
      readonly do: 'create item';
      readonly fields: Draft;
      readonly container: Container;
      readonly category: Category;
      readonly meeting: MeetingRole;
    }
  | {
      readonly do: 'create record';
      readonly module: Module;
      readonly fields: Draft;
      readonly own: boolean;
    }
  | { readonly do: 'move item'; readonly who: number; readonly container: Container }
  | { readonly do: 'categorize item'; readonly who: number; readonly category: Category }
  | { readonly do: 'give record'; readonly who: number; readonly own: boolean }
  | { readonly do: 'merge record'; readonly who: number; readonly into: number }
  | { readonly do: SimpleDeed; readonly who: number }
  | { readonly do: 'change policy'; readonly settings: Partial<Settings> }
  | { readonly do: 'rename account'; readonly account: number; readonly name: string }
  | { readonly do: 'enumerate' | 'sweep' | 'approve' | 'reject' };

export type SimpleDeed =
  | 'delete item'
  | 'restore item'
  | 'copy item'
  | 'touch item'
  | 'delete record'
  | 'hide record'
  | 'show record'
  | 'lock record'
  | 'unlock record'
  | 'convert record'
  | 'touch record'
  | 'decline item'
  | 'cancel item'
  | 'invite item';

export type Category = 'none' | 'contacts' | 'leads' | 'both' | 'own';

/** What happens before and during one round. */
export interface Day {
  readonly before: readonly Deed[];
  readonly meanwhile: readonly Deed[];
  /** Minutes since the round before. */
  readonly afterMinutes: number;
}

export interface Scenario {
  readonly seed: number;
  readonly settings: Settings;
  readonly systems: SystemsName;
  /** Nothing is remembered yet (PAIR-6, PAIR-7). */
  readonly first: boolean;
  readonly things: readonly ThingSpec[];
  readonly days: readonly Day[];
  /** How often a write is refused, and how often its answer is lost. */
  readonly refusals: number;
  readonly lostAnswers: number;
  /** Whether the CRM says which records the user may edit, or one has to try. */
  readonly tellsRights: boolean;
  readonly chunk: number;
}
