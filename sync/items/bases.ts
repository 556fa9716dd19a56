import type { Field, Fields } from '../record.ts';
import { isBeginning, pick, withFields } from './compare.ts';

/**
 * The CRM's base after a write of ours, by what was sent and what was read back. What the CRM's own rules made of a
 * value comes to the mailbox as a change (ARCHITECTURE.md section 5); a value that the CRM merely cut, or has only a
 * plainer word for, is agreed as it is, so that the mailbox keeps it whole (section 7).
 */
export function baseAfterSending(sent: Fields, readBack: Fields): Fields {
  const lessened = (Object.keys(sent) as Field[]).filter(
    field =>
      isBeginning(readBack[field], sent[field] ?? null) || isPlainer(field, readBack[field], sent[field]),
  );
  return withFields(sent, pick(readBack, lessened));
}

/** Kinds of busy that not every CRM tells apart (Salesforce: the picklist of an event's ShowAs). */
const KINDS_OF_BUSY: ReadonlySet<string | null | undefined> = new Set(['tentative', 'elsewhere']);

function isPlainer(field: Field, told: string | null | undefined, sent: string | null | undefined): boolean {
  return field === 'showAs' && told === 'busy' && KINDS_OF_BUSY.has(sent);
}
