import type { Addressee } from './addressees.ts';
import { type AccountRef, type NewPerson, newPerson, type Obstacle, obstacleTo } from './creation.ts';
import { accountsOf, type KnownPerson, type Matcher, type Matches } from './matches.ts';
import type { ConversionOptions } from './options.ts';

/** Somebody in the CRM, or whom the plan creates for an address. */
export type PersonRef =
  | { readonly type: 'existing'; readonly kind: 'user' | 'contact' | 'lead'; readonly id: string }
  | { readonly type: 'new'; readonly kind: 'contact' | 'lead'; readonly address: string };

/** What an addressee came to. */
export interface Identified {
  readonly addressee: Addressee;
  readonly refs: readonly PersonRef[];
  readonly accounts: readonly AccountRef[];
  readonly created: NewPerson | null;
  /** Why it is nobody in the CRM; null where it is somebody. */
  readonly unmatched: Obstacle | 'exists_hidden' | null;
}

/** Who an addressee is: users, then contacts, then leads, then whom the creation filter allows (MAIL-2). */
export function identify(
  addressee: Addressee,
  matcher: Matcher,
  matches: Matches,
  { creation }: Pick<ConversionOptions, 'creation'>,
): Identified {
  const match = matcher.match(addressee);
  switch (match.type) {
    case 'user':
      return somebody(
        addressee,
        match.ids.map(id => ({ type: 'existing', kind: 'user', id })),
        [],
      );
    case 'contact':
    case 'lead':
      return known(addressee, match.type, match.people);
    case 'hidden':
      return nobody(addressee, matches, 'exists_hidden');
    case 'none': {
      const obstacle = obstacleTo(creation, addressee);
      if (obstacle !== null) return nobody(addressee, matches, obstacle);
      const leads = creation.leadInsteadOfContact ? matcher.leadsOf(addressee) : [];
      return leads.length > 0
        ? known(addressee, 'lead', leads)
        : created(newPerson(creation, addressee, matches), addressee);
    }
  }
}

function somebody(
  addressee: Addressee,
  refs: readonly PersonRef[],
  accounts: readonly AccountRef[],
): Identified {
  return { addressee, refs, accounts, created: null, unmatched: null };
}

function known(addressee: Addressee, kind: 'contact' | 'lead', people: readonly KnownPerson[]): Identified {
  const refs = people.map(({ id }): PersonRef => ({ type: 'existing', kind, id }));
  const accountIds = new Set(people.flatMap(({ accountId }) => (accountId === null ? [] : [accountId])));
  return somebody(addressee, refs, [...accountIds].map(existing));
}

function created(person: NewPerson, addressee: Addressee): Identified {
  const ref: PersonRef = { type: 'new', kind: person.kind, address: person.address };
  return { ...somebody(addressee, [ref], person.account ? [person.account] : []), created: person };
}

/** The company may be known although the person is not; a domain of several accounts tells none. */
function nobody(
  addressee: Addressee,
  matches: Matches,
  unmatched: NonNullable<Identified['unmatched']>,
): Identified {
  const found = addressee.isInside ? [] : accountsOf(matches, addressee.address);
  const accounts = found.length === 1 ? found.map(existing) : [];
  return { addressee, refs: [], accounts, created: null, unmatched };
}

const existing = (id: string): AccountRef => ({ type: 'existing', id });
