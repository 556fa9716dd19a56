import type { CrmCapabilities, MailboxCapabilities } from '../connectors/connector.ts';
import { kindOfContainer } from '../sync/containers.ts';
import type { ItemRules } from '../sync/items/rules.ts';
import { ITEM_KIND_OF, isPerson, KIND_OF, MODULES } from '../sync/modules.ts';
import type { Policy } from '../sync/policy/schema.ts';
import { leadsCategory } from '../sync/policy/values.ts';
import type { Field, ItemKind, Module, PersonModule } from '../sync/record.ts';
import { daysFrom, sinceMsOf } from './horizon.ts';
import type { Step } from './step.ts';

export function categoriesOf(options: Policy): Readonly<Record<PersonModule, string>> {
  return { contacts: options.category.name, leads: leadsCategory(options.category.name) };
}

/** Where new items count and ours are made: the product's folder, or Contacts itself (POL-7); the calendar; the tasks. */
export function syncedContainer(step: Pick<Step, 'pairing' | 'options' | 'cursors'>, kind: ItemKind): string {
  if (kind === 'event') return 'calendar';
  if (kind === 'task')
    return step.cursors.find(({ containerId }) => kindOfContainer(containerId) === 'task')?.containerId ?? '';
  const { contact_folder_id: own, default_folder_id: usual } = step.pairing;
  return (step.options.contacts.separateFolder ? own : usual) ?? '';
}

/** Where items of a kind are read; one anywhere else has left. */
export function watchedContainers(step: Step, kind: ItemKind): ReadonlySet<string> {
  if (kind !== 'contact') return new Set([syncedContainer(step, kind)]);
  const { contact_folder_id: own, default_folder_id: usual } = step.pairing;
  return new Set([own, usual].filter(id => id !== null));
}

export function enabledModules(options: Policy): Module[] {
  return MODULES.filter(module => options.modules[module].enabled);
}

export function filterOf(options: Policy, module: Module): 'owner' | 'visible' {
  return isPerson(module) ? options.modules[module].filter : 'owner';
}

/** The rules of one module: the policy's word, bounded by what the two systems can hold. */
export function itemRules(
  step: Step,
  module: Module,
  mailbox: MailboxCapabilities,
  crm: CrmCapabilities,
): ItemRules {
  const { options, nowMs, pairing } = step;
  const { enabled, direction } = options.modules[module];
  const { attendeeDetails, recurrence, private: isPrivate, invitations, futureDays } = options.calendar;
  const fold = (list: readonly string[]) => new Set(list.map(entry => entry.toLowerCase()));
  const kind = ITEM_KIND_OF[module];
  const mails = invitations === 'send' && pairing.initialized_at !== null;
  return {
    module,
    enabled,
    direction,
    filter: filterOf(options, module),
    conflicts: options.conflicts,
    categories: categoriesOf(options),
    viewLink: module === 'contacts' && options.contacts.viewLinkInWebsite,
    autoSync: options.newItems.autoSync,
    newItemsContainer: syncedContainer(step, kind),
    sinceMs: sinceMsOf(options),
    maximum: module === 'contacts' ? options.contacts.maximum : null,
    excludedAddresses: fold(options.excluded.addresses),
    excludedDomains: fold(options.excluded.domains),
    mailboxFields: without(mailbox.fields[kind], mails ? [] : ['participants'], unreminded(options)),
    crmFields: without(crm.fields[KIND_OF[module]] ?? NOTHING, unreminded(options)),
    calendar: {
      attendeeDetails,
      recurrence,
      private: isPrivate,
      // First cycles never mail anybody (POL-18).
      invitations: invitations === 'send' && !mails ? 'skip' : invitations,
      untilMs: daysFrom(nowMs, futureDays),
    },
  };
}

const NOTHING: ReadonlySet<Field> = new Set();

/** POL-15 */
function unreminded({ calendar }: Policy): Field[] {
  return calendar.reminders ? [] : ['reminder', 'remindAt'];
}

function without(fields: ReadonlySet<Field>, ...left: readonly (readonly Field[])[]): ReadonlySet<Field> {
  const gone = new Set(left.flat());
  return new Set([...fields].filter(field => !gone.has(field)));
}
