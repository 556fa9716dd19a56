import type { PersonField, PersonModule } from '../record.ts';

/** What the policy and the two systems say about one module of the address book. */
export interface PersonRules {
  readonly module: PersonModule;
  readonly enabled: boolean;
  /** POL-11 */
  readonly direction: 'both' | 'to-mailbox';
  /** POL-10 */
  readonly filter: 'owner' | 'visible';
  /** POL-19 */
  readonly conflicts: 'crm' | 'mailbox' | 'latest';
  /** POL-6: the category of contacts and that of leads. */
  readonly categories: Readonly<Record<PersonModule, string>>;
  /** POL-12 */
  readonly viewLink: boolean;
  /** POL-8 */
  readonly autoSync: boolean;
  /** POL-7: the folder in which new items count; items elsewhere are the user's own. */
  readonly newItemsContainer: string;
  /** POL-2, epoch milliseconds. */
  readonly sinceMs: number;
  /** POL-13 */
  readonly maximum: number | null;
  /** POL-27, lower case. */
  readonly excludedAddresses: ReadonlySet<string>;
  readonly excludedDomains: ReadonlySet<string>;
  readonly mailboxFields: ReadonlySet<PersonField>;
  readonly crmFields: ReadonlySet<PersonField>;
}

/** A category of ours, whichever module it marks. */
export function isOurCategory(name: string, rules: Pick<PersonRules, 'categories'>): boolean {
  return sameCategory(name, rules.categories.contacts) || sameCategory(name, rules.categories.leads);
}

/** Outlook compares category names without case. */
export function sameCategory(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The categories a linked item has to carry: the user's own and exactly the one of its module (CON-5, CON-6). */
export function categoriesWith(current: readonly string[], rules: PersonRules): readonly string[] {
  const own = current.filter(name => !isOurCategory(name, rules));
  return [...own, rules.categories[rules.module]];
}

/** The categories without ours: what a released item keeps (PAIR-7). */
export function categoriesWithout(current: readonly string[], rules: PersonRules): readonly string[] {
  return current.filter(name => !isOurCategory(name, rules));
}

export function hasExactCategories(current: readonly string[], rules: PersonRules): boolean {
  const ours = current.filter(name => isOurCategory(name, rules));
  return ours.length === 1 && sameCategory(ours[0] ?? '', rules.categories[rules.module]);
}

/**
 * Whether a user's edit of this field may become the CRM's value. The company of a contact is its account's
 * name, which no edit of a contact renames (CON-1); under POL-12 the website is ours.
 */
export function crmTakes(field: PersonField, rules: PersonRules): boolean {
  if (rules.direction !== 'both') return false;
  if (field === 'company' && rules.module === 'contacts') return false;
  if (field === 'website' && rules.viewLink) return false;
  return rules.crmFields.has(field);
}

/** The company of a contact that has no account is the user's own note: the CRM cannot hold it (CON-2). */
export function mailboxKeeps(
  field: PersonField,
  crm: string | null,
  rules: Pick<PersonRules, 'module'>,
): boolean {
  return field === 'company' && rules.module === 'contacts' && !crm;
}
