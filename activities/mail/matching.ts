import type { Correspondents } from '../../connectors/connector.ts';
import { canonicalAddress } from '../../sync/mail/address.ts';
import type { KnownPerson, Matches, Questions } from '../../sync/mail/matches.ts';
import type { CrmRecord } from '../../sync/record.ts';
import type { MailWork } from './work.ts';

/** What the CRM says about everybody in some messages, as the user sees it: asked once for all of them (MAIL-2). */
export async function askCrm(
  work: Pick<MailWork, 'session' | 'reader'>,
  questions: readonly Questions[],
): Promise<Matches> {
  const addresses = [...new Set(questions.flatMap(asked => asked.addresses))];
  const domains = [...new Set(questions.flatMap(asked => asked.domains))];
  const asksLeads = questions.some(({ kinds }) => kinds.includes('lead'));
  if (addresses.length === 0) return NOBODY;
  const asked = { addresses, domains, kinds: asksLeads ? PEOPLE : CONTACTS };
  const [seen, all] = await Promise.all([
    work.session.correspondents(asked),
    work.reader.correspondents(asked),
  ]);
  return {
    users: [...all.users.values()]
      .flat()
      .filter(({ active }) => active)
      .map(({ id, email }) => ({ id, addresses: [email], accountId: null })),
    contacts: peopleIn(seen.contacts),
    leads: peopleIn(seen.leads),
    accountsByDomain: seen.accounts,
    hidden: new Set([...hiddenPeople(seen, all), ...hiddenCompanies(seen, all)]),
  };
}

const CONTACTS = ['contact'] as const;
const PEOPLE = ['contact', 'lead'] as const;
const NOBODY: Matches = {
  ...{ users: [], contacts: [], leads: [], accountsByDomain: new Map(), hidden: new Set() },
};

/** People whom only the reading user sees: nobody is created beside them. */
function hiddenPeople(seen: Correspondents, all: Correspondents): string[] {
  const people = ({ contacts, leads }: Correspondents) => [...contacts.keys(), ...leads.keys()];
  const known = new Set([...all.users.keys(), ...people(seen)].flatMap(canonical));
  return people(all)
    .flatMap(canonical)
    .filter(address => !known.has(address));
}

/** Likewise companies: in many an org accounts are their owners' alone. */
function hiddenCompanies(seen: Correspondents, all: Correspondents): string[] {
  return [...all.accounts.keys()].filter(domain => !seen.accounts.has(domain));
}

function peopleIn(found: ReadonlyMap<string, readonly CrmRecord[]>): KnownPerson[] {
  const people = [...found.values()].flat().map(
    ({ ref, accountId, fields: { email1, email2, email3 } }): KnownPerson => ({
      id: ref.id,
      addresses: [email1, email2, email3].filter(address => address != null),
      accountId,
    }),
  );
  return [...new Map(people.map(person => [person.id, person])).values()];
}

function canonical(address: string): string[] {
  return [canonicalAddress(address) ?? address];
}
