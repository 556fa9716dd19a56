import type { Field, Fields } from '../record.ts';
import { isBeginning, pick, withFields } from './compare.ts';

/**
 * The CRM's base after a write of ours, by what was sent and what was read back. What the CRM's own rules made of a
 * value comes to the mailbox as a change (ARCHITECTURE.md section 5); a value that the CRM merely cut is agreed as it is,
 * so that the mailbox keeps it whole (section 7).
 */
export function baseAfterSending(sent: Fields, readBack: Fields): Fields {
  const cut = (Object.keys(sent) as Field[]).filter(field =>
    isBeginning(readBack[field], sent[field] ?? null),
  );
  return withFields(sent, pick(readBack, cut));
}
