import type { CalendarRules, ItemRules } from '../../sync/items/rules.ts';
import { ITEM_KIND_OF } from '../../sync/modules.ts';
import type { Module } from '../../sync/record.ts';
import type { Container, Settings } from './scenario.ts';
import { fieldsOf, type System } from './systems.ts';

export const CATEGORIES = { contacts: 'Contoso CRM', leads: 'Contoso CRM Leads' } as const;
export const OWN_CATEGORY = 'Friends';
/** When the stories begin: the day of the policy's start date. */
export const START_MS = Date.parse('2026-03-05T00:00:00Z');

const OFF = { enabled: false, direction: 'both', filter: 'owner' } as const;
/** Stories have no series, and a year is as long as none. */
const FIXED = { recurrence: 'occurrences', untilMs: Number.POSITIVE_INFINITY } as const;

/** What the rules of a module follow from. */
interface Standing {
  readonly settings: Settings;
  readonly first: boolean;
  readonly systems: { readonly mailbox: System; readonly crm: System };
}

/** As activities/rules.ts makes them of a policy. */
export function rulesOf(module: Module, { settings, first, systems }: Standing): ItemRules {
  return {
    module,
    ...(settings.modules[module] ?? OFF),
    conflicts: settings.conflicts,
    categories: CATEGORIES,
    viewLink: module === 'contacts' && settings.viewLink,
    autoSync: settings.autoSync,
    newItemsContainer: containerOf(module, settings),
    sinceMs: settings.recentOnly ? START_MS : 0,
    maximum: module === 'contacts' ? settings.maximum : null,
    excludedAddresses: new Set(settings.excludedAddresses),
    excludedDomains: new Set(settings.excludedDomains),
    mailboxFields: fieldsOf(systems.mailbox, module),
    crmFields: fieldsOf(systems.crm, module),
    calendar: { ...FIXED, ...settings.calendar, invitations: invitationsOf(settings, first) },
  };
}

/** First cycles never mail anybody (POL-18). */
function invitationsOf({ calendar }: Settings, first: boolean): CalendarRules['invitations'] {
  return first && calendar.invitations === 'send' ? 'skip' : calendar.invitations;
}

/** Where items of a module are made, and new ones count. */
export function containerOf(module: Module, { separateFolder }: Settings): Container {
  const kind = ITEM_KIND_OF[module];
  if (kind !== 'contact') return kind === 'event' ? 'calendar' : 'tasks:list';
  return separateFolder ? 'folder' : 'contacts';
}
