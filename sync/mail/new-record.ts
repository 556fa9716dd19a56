import type { AccountRef } from './creation.ts';
import type { Identified, PersonRef } from './people.ts';
import { cleanLine, cutText } from './text.ts';

/** A kind of record with folders in the mailbox (POL-9). */
export interface RecordType {
  readonly module: 'opportunities' | 'cases' | 'quotes' | 'projects' | 'serviceCalls' | 'custom';
  /** API name of the object, of custom objects only. */
  readonly object?: string;
}

/** A "- Create New …" folder: what its messages become, and what the CRM holds of it. */
export interface RecordForm {
  readonly type: RecordType;
  /** Values for required fields, by the API name of the field (POL-21). */
  readonly defaults: Readonly<Record<string, string | number | boolean>>;
  readonly nameLength: number;
  readonly descriptionLength: number;
}

/** The record that a message starts (MAIL-2). */
export interface NewRecord {
  readonly type: RecordType;
  readonly name: string;
  readonly description: string;
  readonly contact: PersonRef | null;
  readonly account: AccountRef | null;
  readonly defaults: RecordForm['defaults'];
}

const NO_SUBJECT = '(no subject)';

export function newRecord(
  form: RecordForm,
  { subject, text }: { readonly subject: string; readonly text: string },
  people: readonly Identified[],
): NewRecord {
  return {
    type: form.type,
    name: cutText(cleanLine(subject) || NO_SUBJECT, form.nameLength).trim(),
    description: cutText(text, form.descriptionLength),
    ...mainParty(people),
    defaults: form.defaults,
  };
}

/**
 * The first outside sender, then recipient, who is a contact; where none is, the first whose account is known. Of several
 * contacts with one address none is guessed: the account that all of them share is kept.
 */
function mainParty(people: readonly Identified[]): Pick<NewRecord, 'contact' | 'account'> {
  const outside = people.filter(({ addressee }) => !addressee.isInside);
  const party = outside.find(({ refs }) => refs[0]?.kind === 'contact') ?? outside.find(hasAccount);
  if (!party) return { contact: null, account: null };
  const contact = party.refs.length === 1 && party.refs[0]?.kind === 'contact' ? party.refs[0] : null;
  return { contact, account: party.accounts.length === 1 ? (party.accounts[0] ?? null) : null };
}

const hasAccount = ({ accounts }: Identified) => accounts.length > 0;
