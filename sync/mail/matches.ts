import { canonicalAddress, companyDomains, withoutTag } from './address.ts';
import type { Addressee, Surroundings } from './addressees.ts';
import type { ConversionOptions } from './options.ts';

/** A record of the CRM that stands for somebody. */
export interface KnownPerson {
  readonly id: string;
  /** As the CRM has them. */
  readonly addresses: readonly string[];
  /** Of contacts. */
  readonly accountId: string | null;
}

/** What the CRM answered about the addressees of a message, as the user sees it. */
export interface Matches {
  /** Active users. */
  readonly users: readonly KnownPerson[];
  readonly contacts: readonly KnownPerson[];
  /** Leads that were not converted. */
  readonly leads: readonly KnownPerson[];
  readonly accountsByDomain: ReadonlyMap<string, readonly string[]>;
  /** Canonical addresses of people, and domains of accounts, that the CRM has and that this user may not see. */
  readonly hidden: ReadonlySet<string>;
}

/** Who an addressee is in the CRM. */
export type Match =
  | { readonly type: 'user'; readonly ids: readonly string[] }
  | { readonly type: 'contact'; readonly people: readonly KnownPerson[] }
  | { readonly type: 'lead'; readonly people: readonly KnownPerson[] }
  | { readonly type: 'hidden' }
  | { readonly type: 'none' };

export interface Matcher {
  match(addressee: Addressee): Match;
  /** The leads of an address whatever the options say: none is created beside one that is there. */
  leadsOf(addressee: Addressee): readonly KnownPerson[];
}

/**
 * The matching order of MAIL-2: users, contacts, leads by option. Everybody who has the very address counts: several are
 * all linked, none is guessed. An address with a tag is looked for as it is, then without. The answer of the CRM is
 * compared once more here: databases find letters equal that are not (accents, look-alikes).
 */
export function matcherOf(
  matches: Matches,
  { leadsIfNoContact }: Pick<ConversionOptions, 'leadsIfNoContact'>,
  { ownAddresses, ownUserId }: Pick<Surroundings, 'ownAddresses' | 'ownUserId'>,
): Matcher {
  const users = byAddress(matches.users);
  const contacts = byAddress(matches.contacts);
  const leads = byAddress(matches.leads);
  return {
    match({ address }) {
      const forms = formsOf(address);
      if (forms.some(form => ownAddresses.has(form))) return { type: 'user', ids: [ownUserId] };
      const colleagues = first(users, forms);
      if (colleagues) return { type: 'user', ids: colleagues.map(({ id }) => id) };
      const people = first(contacts, forms);
      if (people) return { type: 'contact', people };
      const leading = leadsIfNoContact ? first(leads, forms) : undefined;
      if (leading) return { type: 'lead', people: leading };
      return { type: forms.some(form => matches.hidden.has(form)) ? 'hidden' : 'none' };
    },
    leadsOf: ({ address }) => first(leads, formsOf(address)) ?? [],
  };
}

const formsOf = (address: string) => [...new Set([address, withoutTag(address)])];

type ByAddress = ReadonlyMap<string, readonly KnownPerson[]>;

function byAddress(people: readonly KnownPerson[]): ByAddress {
  const found = new Map<string, KnownPerson[]>();
  for (const person of people)
    for (const address of new Set(person.addresses.map(canonicalAddress)))
      if (address !== null) found.set(address, [...(found.get(address) ?? []), person]);
  return found;
}

function first(people: ByAddress, forms: readonly string[]): readonly KnownPerson[] | undefined {
  return forms.map(form => people.get(form)).find(found => found !== undefined);
}

/** The accounts that the domain of an address tells; those of the whole domain count before those of the company. */
export function accountsOf(matches: Matches, address: string): readonly string[] {
  const found = companyDomains(address).map(domain => matches.accountsByDomain.get(domain) ?? []);
  return [...new Set(found.find(accounts => accounts.length > 0) ?? [])];
}

/** What the CRM has to be asked before a message can be converted. */
export interface Questions {
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
  readonly kinds: readonly ('user' | 'contact' | 'lead')[];
}

export function questionsAbout(
  addressees: readonly Addressee[],
  { leadsIfNoContact, creation }: Pick<ConversionOptions, 'leadsIfNoContact' | 'creation'>,
): Questions {
  const needsLeads = leadsIfNoContact || (creation.enabled && creation.leadInsteadOfContact);
  return {
    addresses: [...new Set(addressees.flatMap(({ address }) => formsOf(address)))],
    domains: [
      ...new Set(addressees.flatMap(({ address, isInside }) => (isInside ? [] : companyDomains(address)))),
    ],
    kinds: needsLeads ? ['user', 'contact', 'lead'] : ['user', 'contact'],
  };
}
