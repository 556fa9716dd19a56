import type { Field, Module, PersonModule } from '../record.ts';

/** What the policy and the two systems say about one module. */
export interface ItemRules {
  readonly module: Module;
  readonly enabled: boolean;
  /** POL-11 */
  readonly direction: 'both' | 'to-mailbox';
  /** POL-10; of activities a user has those that are his own, or that he is invited to. */
  readonly filter: 'owner' | 'visible';
  /** POL-19 */
  readonly conflicts: 'crm' | 'mailbox' | 'latest';
  /** POL-6: the category of leads, and that of everything else. */
  readonly categories: Readonly<Record<PersonModule, string>>;
  /** POL-12 */
  readonly viewLink: boolean;
  /** POL-8 */
  readonly autoSync: boolean;
  /** POL-7: where new items count; items elsewhere are the user's own. */
  readonly newItemsContainer: string;
  /** POL-2, epoch milliseconds. */
  readonly sinceMs: number;
  /** POL-13 */
  readonly maximum: number | null;
  /** POL-27, lower case. */
  readonly excludedAddresses: ReadonlySet<string>;
  readonly excludedDomains: ReadonlySet<string>;
  readonly mailboxFields: ReadonlySet<Field>;
  readonly crmFields: ReadonlySet<Field>;
  readonly calendar: CalendarRules;
}

/** POL-14 to POL-18 */
export interface CalendarRules {
  readonly attendeeDetails: boolean;
  readonly recurrence: 'occurrences' | 'series' | 'off';
  readonly private: 'hidden' | 'skip';
  readonly invitations: 'skip' | 'never' | 'send';
  /** What begins later does not come into the mailbox yet, epoch milliseconds (POL-16). */
  readonly untilMs: number;
}

/** The category that an item of the module carries. */
export function categoryOf({ module, categories }: Pick<ItemRules, 'module' | 'categories'>): string {
  return categories[module === 'leads' ? 'leads' : 'contacts'];
}

/** A category of ours, whichever module it marks. */
export function isOurCategory(name: string, rules: Pick<ItemRules, 'categories'>): boolean {
  return sameCategory(name, rules.categories.contacts) || sameCategory(name, rules.categories.leads);
}

/** Outlook compares category names without case. */
export function sameCategory(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The categories a linked item has to carry: the user's own and exactly the one of its module (CON-5, CON-6). */
export function categoriesWith(current: readonly string[], rules: ItemRules): readonly string[] {
  const own = current.filter(name => !isOurCategory(name, rules));
  return [...own, categoryOf(rules)];
}

/** The categories without ours: what a released item keeps (PAIR-7). */
export function categoriesWithout(current: readonly string[], rules: ItemRules): readonly string[] {
  return current.filter(name => !isOurCategory(name, rules));
}

export function hasExactCategories(current: readonly string[], rules: ItemRules): boolean {
  const ours = current.filter(name => isOurCategory(name, rules));
  return ours.length === 1 && sameCategory(ours[0] ?? '', categoryOf(rules));
}

/** What the product itself puts into the mailbox: an edit of it is nobody's wish for the CRM (POL-14, TASK-1). */
const OURS: ReadonlySet<Field> = new Set<Field>(['attendeeDetails', 'links']);

export function isOurs(field: Field): boolean {
  return OURS.has(field);
}

/**
 * Whether a user's edit of this field may become the CRM's value. The company of a contact is its account's
 * name, which no edit of a contact renames (CON-1); under POL-12 the website is ours.
 */
export function crmTakes(field: Field, rules: ItemRules): boolean {
  if (rules.direction !== 'both' || isOurs(field)) return false;
  if (field === 'company' && rules.module === 'contacts') return false;
  if (field === 'website' && rules.viewLink) return false;
  return rules.crmFields.has(field);
}

/** The company of a contact that has no account is the user's own note: the CRM cannot hold it (CON-2). */
export function mailboxKeeps(field: Field, crm: string | null, rules: Pick<ItemRules, 'module'>): boolean {
  return field === 'company' && rules.module === 'contacts' && !crm;
}
