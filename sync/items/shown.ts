import { shownAppointment } from '../activities/attendees.ts';
import { isPerson } from '../modules.ts';
import { shownFields } from '../people/newcomers.ts';
import type { CrmRecord, Fields, Meeting } from '../record.ts';
import type { ItemRules } from './rules.ts';

/** What the mailbox shows of a record. `before`: what was shown last; `meeting`: what the item is among other events. */
export function shownOf(
  record: CrmRecord,
  rules: ItemRules,
  viewUrl: string,
  {
    before = null,
    meeting = null,
  }: { readonly before?: Fields | null; readonly meeting?: Meeting | null } = {},
): Fields {
  if (isPerson(rules.module)) return shownFields(record, rules, viewUrl, before);
  return rules.module === 'appointments'
    ? shownAppointment(record, { before, meeting }, rules.calendar)
    : record.fields;
}
