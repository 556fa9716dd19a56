import type { Policy } from '../../../sync/policy/schema.ts';
import { everybodyIn, type Letter } from './letter.ts';
import { EXCLUDED_DOMAIN } from './policy.ts';
import type { MailboxView, View } from './view.ts';

const OWN_DOMAIN = 'contoso.example';
const domainOf = (address: string) => address.split('@')[1] ?? '';
export const isInside = (address: string) => domainOf(address) === OWN_DOMAIN;
export const isExcluded = (address: string) => domainOf(address) === EXCLUDED_DOMAIN;

/** Whom a copy in a mailbox tells of: those in BCC only where its owner wrote it (MAIL-7). */
export function shownTo(mailbox: string, letter: Letter, ccAndBcc: boolean): string[] {
  const { from, to, cc, bcc } = letter;
  if (!ccAndBcc) return [from, ...to];
  return [from, ...to, ...cc, ...(from === mailbox ? bcc : [])];
}

/** Why a letter is for nobody's CRM, wherever it lies; null where nothing speaks against it. */
function barOf(mailbox: string, letter: Letter): string | null {
  if (letter.isPrivate) return 'private';
  if (isExcluded(letter.from)) return 'excluded_address';
  const shown = shownTo(mailbox, letter, true);
  const hasOthers = shown.some(address => !isInside(address) && !isExcluded(address));
  return shown.some(isExcluded) && !hasOthers ? 'excluded_address' : null;
}

type Options = Policy['smartConvert'] | Policy['inbox'];

/** Why a letter that goes to the history of its people stays out of the CRM; null where it has to be there. */
export function obstacleFor(view: View, at: MailboxView, letter: Letter, options: Options): string | null {
  const bar = barOf(at.mailbox, letter);
  if (bar !== null || !options.mustMatch) return bar;
  const outside = shownTo(at.mailbox, letter, options.ccAndBcc).filter(
    one => !isInside(one) && !isExcluded(one),
  );
  if (outside.length === 0) return 'only_colleagues';
  const found = outside.map(address => whoIs(view, at, address, options));
  if (found.includes('there')) return null;
  return found.includes('hidden') ? 'exists_hidden' : 'no_match';
}

/** In the CRM, as the mailbox's user sees it, or made there. */
function whoIs(
  { people }: View,
  { visible }: MailboxView,
  address: string,
  { creation, leadsIfNoContact }: Options,
): 'there' | 'hidden' | 'nobody' {
  const countsLeads = leadsIfNoContact || (creation.enabled && creation.leadInsteadOfContact);
  const known = people.filter(
    person => person.address === address && (person.object === 'Contact' || countsLeads),
  );
  if (known.some(({ id }) => visible.has(id))) return 'there';
  if (known.length > 0) return 'hidden';
  return creation.enabled ? 'there' : 'nobody';
}

/** Nobody may ever bring it into the CRM: it is barred for everybody who has a copy of it. */
export function isBarred({ mailboxes }: View, letter: Letter): boolean {
  return mailboxes.every(({ mailbox }) => barOf(mailbox, letter) !== null);
}

export const isNamed = (letter: Letter, address: string) => everybodyIn(letter).includes(address);
