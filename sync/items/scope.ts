import { momentsOf } from '../calendar/text-form.ts';
import { isActivity } from '../modules.ts';
import type { CrmRecord } from '../record.ts';
import type { ItemRules } from './rules.ts';

/** Why a record is not, or no longer, this mailbox's, although it lives (CON-4). */
export type OutsideWhy = 'owner' | 'age' | 'module' | 'private' | 'horizon' | 'closed';

export type Scope = { readonly inside: true } | { readonly inside: false; readonly why: OutsideWhy };

const INSIDE: Scope = { inside: true };
const outside = (why: OutsideWhy): Scope => ({ inside: false, why });

/** Whether a record that the user sees, and that has its item, still belongs into the mailbox (POL-9, POL-10, POL-17). */
export function staysInside(record: CrmRecord, userId: string, rules: ItemRules): Scope {
  if (!rules.enabled) return outside('module');
  if (record.fields.privacy === 'private' && rules.calendar.private === 'skip') return outside('private');
  if (record.ownerId === userId || record.invited) return INSIDE;
  return isActivity(rules.module) || rules.filter === 'owner' ? outside('owner') : INSIDE;
}

/** Whether a record that has no item yet is to get one (POL-2, PAIR-6). */
export function comesInside(record: CrmRecord, userId: string, rules: ItemRules): Scope {
  const stays = staysInside(record, userId, rules);
  if (!stays.inside) return stays;
  if (record.closed) return outside('closed');
  if (record.modifiedAtMs < rules.sinceMs) return outside('age');
  return record.fields.span ? withinHorizon(record.fields.span, rules) : INSIDE;
}

function withinHorizon(span: string, { sinceMs, calendar }: ItemRules): Scope {
  const { startMs, endMs } = momentsOf(span, 'UTC');
  if (endMs <= sinceMs) return outside('age');
  return startMs >= calendar.untilMs ? outside('horizon') : INSIDE;
}
