import { FIELDS, type Field, type Fields } from '../record.ts';
import { isBeginning, isBlank, sameText, sameValue } from './compare.ts';
import { crmTakes, type ItemRules, mailboxKeeps } from './rules.ts';

/** Each side's values as last read back: a field has changed only if it differs from its own side's base. */
export interface Bases {
  readonly mailbox: Fields;
  readonly crm: Fields;
}

export interface Now {
  readonly mailbox: Fields;
  readonly crm: Fields;
  readonly mailboxModifiedAtMs: number;
  readonly crmModifiedAtMs: number;
  /** Whether the user may edit the record in the CRM (POL-10). */
  readonly editable: boolean;
}

/**
 * `unseen`: an edit replaced more than its editor could see. `replaced`: another record took the place of the item's.
 */
export type LossReason = 'both_changed' | 'not_writable' | 'record_left' | 'replaced' | 'unseen';

/** A value that gave way: it goes to the item's history, both values of it (invariant 2). */
export interface Loss {
  readonly field: Field;
  readonly side: 'mailbox' | 'crm';
  readonly lost: string | null;
  readonly kept: string | null;
  readonly reason: LossReason;
}

export interface Merge {
  readonly toMailbox: Fields;
  readonly toCrm: Fields;
  readonly losses: readonly Loss[];
}

interface Draft {
  readonly toMailbox: Partial<Record<Field, string | null>>;
  readonly toCrm: Partial<Record<Field, string | null>>;
  readonly losses: Loss[];
}

const BUSINESS_ADDRESS: readonly Field[] = [
  'businessStreet', 'businessCity', 'businessState', 'businessPostalCode', 'businessCountry',
]; // biome-ignore format: one line

/** Three-way merge by field with two bases (ARCHITECTURE.md section 7; POL-10, POL-11, POL-19, CON-2). */
export function mergeFields(bases: Bases, now: Now, rules: ItemRules): Merge {
  const draft: Draft = { toMailbox: {}, toCrm: {}, losses: [] };
  for (const field of FIELDS) mergeField(field, bases, now, rules, draft);
  completeAddress(draft, now, rules);
  return draft;
}

function mergeField(field: Field, bases: Bases, now: Now, rules: ItemRules, draft: Draft): void {
  const mailbox = now.mailbox[field];
  const crm = now.crm[field];
  if (mailbox === undefined || crm === undefined || sameValue(field, mailbox, crm)) return;
  const mailboxChanged = changed(field, bases.mailbox[field], mailbox);
  const crmChanged = changed(field, bases.crm[field], crm);
  if (!mailboxChanged && !crmChanged) return;
  const takes = now.editable && crmTakes(field, rules);
  if (mailboxChanged && crmChanged) settle(field, mailbox, crm, takes, now, rules, draft);
  else if (crmChanged) follow(field, mailbox, crm, bases, rules, draft);
  else if (takes) send(field, mailbox, crm, bases, draft);
  else if (!mailboxKeeps(field, crm, rules)) restore(field, mailbox, crm, 'not_writable', rules, draft);
}

/** Both sides changed: one wins and the other's value is kept (POL-19). */
function settle(
  field: Field,
  mailbox: string | null,
  crm: string | null,
  takes: boolean,
  now: Now,
  rules: ItemRules,
  draft: Draft,
): void {
  if (takes && mailboxWins(now, rules)) {
    draft.toCrm[field] = mailbox;
    draft.losses.push({ field, side: 'crm', lost: crm, kept: mailbox, reason: 'both_changed' });
  } else {
    restore(field, mailbox, crm, takes ? 'both_changed' : 'not_writable', rules, draft);
  }
}

/** Only the CRM changed. What it never showed was not superseded by its editor. */
function follow(
  field: Field,
  mailbox: string | null,
  crm: string | null,
  bases: Bases,
  rules: ItemRules,
  draft: Draft,
): void {
  if (!rules.mailboxFields.has(field)) return;
  draft.toMailbox[field] = crm;
  const onlyHere = isBlank(bases.crm[field]) && !isBlank(mailbox);
  if (onlyHere || hidesMore(mailbox, bases.mailbox[field], bases.crm[field]))
    draft.losses.push({ field, side: 'mailbox', lost: mailbox, kept: crm, reason: 'unseen' });
}

/** Only the mailbox changed, and the CRM takes it. */
function send(field: Field, mailbox: string | null, crm: string | null, bases: Bases, draft: Draft): void {
  draft.toCrm[field] = mailbox;
  if (hidesMore(crm, bases.crm[field], bases.mailbox[field]))
    draft.losses.push({ field, side: 'crm', lost: crm, kept: mailbox, reason: 'unseen' });
}

/**
 * Whether more is overwritten than the editor had before them, so that the edit does not supersede all of it: a
 * system that cuts long text showed its beginning only, or the two values were never compared.
 */
function hidesMore(
  overwritten: string | null,
  base: string | null | undefined,
  shown: string | null | undefined,
): boolean {
  if (base === undefined) return !isBlank(overwritten) && !sameText(overwritten, shown);
  return isBeginning(shown, overwritten);
}

function show(field: Field, crm: string | null, rules: ItemRules, draft: Draft): void {
  if (rules.mailboxFields.has(field)) draft.toMailbox[field] = crm;
}

function mailboxWins(now: Now, rules: ItemRules): boolean {
  if (rules.conflicts === 'latest') return now.mailboxModifiedAtMs > now.crmModifiedAtMs;
  return rules.conflicts === 'mailbox';
}

function restore(
  field: Field,
  mailbox: string | null,
  crm: string | null,
  reason: LossReason,
  rules: ItemRules,
  draft: Draft,
): void {
  if (!rules.mailboxFields.has(field)) return;
  draft.toMailbox[field] = crm;
  draft.losses.push({ field, side: 'mailbox', lost: mailbox, kept: crm, reason });
}

/** An unknown base says nothing about change: the field is agreed from here on. */
function changed(field: Field, base: string | null | undefined, value: string | null): boolean {
  return base !== undefined && !sameValue(field, base, value);
}

/**
 * The CRM gets a business address whole: what it shows may be the account's (CON-1), and one line of a person's
 * own address next to four empty ones would hide the rest. The rest is the CRM's own wording: the mailbox's may be
 * cut, or older.
 */
function completeAddress(draft: Draft, now: Now, rules: ItemRules): void {
  if (!BUSINESS_ADDRESS.some(field => draft.toCrm[field] !== undefined)) return;
  for (const field of BUSINESS_ADDRESS) {
    const value = now.crm[field];
    if (draft.toCrm[field] === undefined && value !== undefined && rules.crmFields.has(field))
      draft.toCrm[field] = value;
  }
}

/**
 * Adoption (PAIR-7): blanks are filled from the CRM, differences follow POL-19 with the losing value kept,
 * and what the mailbox keeps for itself waits for the second cycle: until then its base says what the CRM says, so that
 * it counts as the user's edit, also when the user clears it meanwhile.
 */
export function adoptFields(now: Now, rules: ItemRules): Merge & { readonly bases: Bases } {
  const draft: Draft = { toMailbox: {}, toCrm: {}, losses: [] };
  const mailboxBase: Partial<Record<Field, string | null>> = { ...now.mailbox };
  for (const field of FIELDS) {
    const mailbox = now.mailbox[field];
    const crm = now.crm[field];
    if (mailbox === undefined || crm === undefined || sameValue(field, mailbox, crm)) continue;
    if (isBlank(mailbox)) show(field, crm, rules, draft);
    else if (adoptField(field, mailbox, crm, now, rules, draft)) mailboxBase[field] = crm;
  }
  return { ...draft, bases: { mailbox: mailboxBase, crm: now.crm } };
}

/** Both values differ and the mailbox's is not blank; true when the mailbox's goes to the CRM later. */
function adoptField(
  field: Field,
  mailbox: string | null,
  crm: string | null,
  now: Now,
  rules: ItemRules,
  draft: Draft,
): boolean {
  const takes = now.editable && crmTakes(field, rules);
  if (isBlank(crm)) return takes;
  if (takes && mailboxWins(now, rules)) {
    draft.losses.push({ field, side: 'crm', lost: crm, kept: mailbox, reason: 'both_changed' });
    return true;
  }
  restore(field, mailbox, crm, takes ? 'both_changed' : 'not_writable', rules, draft);
  return false;
}
