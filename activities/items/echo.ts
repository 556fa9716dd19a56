import { isDeepStrictEqual } from 'node:util';
import { sameValue } from '../../sync/items/compare.ts';
import { hasExactCategories, isOurs } from '../../sync/items/rules.ts';
import { FIELDS, type Field, type MailboxItem } from '../../sync/record.ts';
import type { Case, Planning } from './work.ts';

/**
 * A change that tells only what is known: what we wrote ourselves, or that another part of its series changed. Neither
 * side is asked about it, for a later change has a row of its own. Where the CRM holds a field that changes do not tell of,
 * nothing is known: that field may be what changed.
 */
export function isEcho(work: Planning, { item, mailboxRow: row, crmRow }: Case): boolean {
  if (row?.what !== 'present' || !row.payload || crmRow || hasUntold(work)) return false;
  if (item?.link !== 'linked' || item.state !== 'in_sync' || !item.mailboxBase) return false;
  const told = row.payload as MailboxItem;
  const { fields } = item.mailboxBase;
  return (
    told.itemId === item.mailboxItemId &&
    told.containerId === item.containerId &&
    hasExactCategories(told.categories, work.rulesOf(item.module)) &&
    isDeepStrictEqual(told.meeting ?? null, item.meeting) &&
    FIELDS.every(field => isKnown(field, told.fields[field], fields[field]))
  );
}

function hasUntold({ rules, step }: Planning): boolean {
  const { fieldsOutsideChanges } = step.mailboxes.capabilities;
  return [...fieldsOutsideChanges].some(
    field => !isOurs(field) && rules.mailboxFields.has(field) && rules.crmFields.has(field),
  );
}

function isKnown(field: Field, told: string | null | undefined, known: string | null | undefined): boolean {
  return told === undefined || (known !== undefined && sameValue(field, told, known));
}
