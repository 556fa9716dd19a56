import { companyDomains, domainOf, registrable } from './address.ts';
import type { Addressee } from './addressees.ts';
import { accountsOf, type Matches } from './matches.ts';
import type { CreationOptions } from './options.ts';
import { personName } from './person-name.ts';

/** An account that is there, or the one that the plan creates for a domain. */
export type AccountRef =
  | { readonly type: 'existing'; readonly id: string }
  | { readonly type: 'new'; readonly domain: string };

export interface NewAccount {
  /** What it is known by in the plan, and its website. */
  readonly domain: string;
  readonly name: string;
}

export interface NewPerson {
  readonly kind: 'contact' | 'lead';
  /** What it is known by in the plan. */
  readonly address: string;
  readonly firstName: string | null;
  readonly lastName: string;
  /** Of leads, which need one. */
  readonly company: string | null;
  /** Of contacts. */
  readonly account: AccountRef | null;
}

export type Obstacle = 'own_domain' | 'impersonal_address' | 'creation_off' | 'excluded_domain';

/** What keeps a person from being created for an address that nobody has (POL-21). */
export function obstacleTo({ enabled, excludedDomains }: CreationOptions, one: Addressee): Obstacle | null {
  if (one.isInside) return 'own_domain';
  if (one.isImpersonal) return 'impersonal_address';
  if (!enabled) return 'creation_off';
  return excludedDomains.includes(domainOf(one.address)) ? 'excluded_domain' : null;
}

/** Creates no account for a lead: whoever converts it in the CRM decides about that. */
export function newPerson(options: CreationOptions, one: Addressee, matches: Matches): NewPerson {
  const { firstName, lastName } = personName(one.name, one.address);
  const person = { address: one.address, firstName, lastName };
  if (!options.leadInsteadOfContact)
    return { kind: 'contact', ...person, company: null, account: accountFor(options, one, matches) };
  const fullName = firstName === null ? lastName : `${firstName} ${lastName}`;
  const company = companyDomains(one.address).at(-1) ?? fullName;
  return { kind: 'lead', ...person, company, account: null };
}

/** Several accounts of one domain are not guessed between; neither they nor one that is not seen are a reason for one more. */
function accountFor(options: CreationOptions, { address }: Addressee, matches: Matches): AccountRef | null {
  const accounts = accountsOf(matches, address);
  if (accounts[0] !== undefined) return accounts.length === 1 ? { type: 'existing', id: accounts[0] } : null;
  const domains = companyDomains(address);
  const isNew = domains.length > 0 && !domains.some(domain => matches.hidden.has(domain));
  return options.accountIfUnmatched && isNew ? { type: 'new', domain: registrable(domainOf(address)) } : null;
}

/** One account per company, however many of its people are created. */
export function newAccounts(people: readonly NewPerson[]): NewAccount[] {
  const domains = people.flatMap(({ account }) => (account?.type === 'new' ? [account.domain] : []));
  return [...new Set(domains)].map(domain => ({ domain, name: domain }));
}
