import type { CrmSession } from '../../connectors/connector.ts';
import { canonicalAddress } from '../../sync/mail/address.ts';
import type { KnownPerson, Matches, Questions } from '../../sync/mail/matches.ts';
import type { CrmRecord } from '../../sync/record.ts';
import type { MailWork } from './work.ts';

/** What the CRM says about everybody in some messages, as the user sees it: asked once for all of them (MAIL-2). */
export async function askCrm(
  work: Pick<MailWork, 'crm' | 'session' | 'reader'>,
  questions: readonly Questions[],
): Promise<Matches> {
  const addresses = [...new Set(questions.flatMap(asked => asked.addresses))];
  const domains = [...new Set(questions.flatMap(asked => asked.domains))];
  const asksLeads = questions.some(({ kinds }) => kinds.includes('lead'));
  if (addresses.length === 0) return NOBODY;
  const [users, contacts, leads, accountsByDomain] = await Promise.all([
    work.crm.usersByEmail(addresses),
    work.session.findByEmail('contact', addresses),
    asksLeads ? work.session.findByEmail('lead', addresses) : NONE,
    domains.length > 0 ? work.session.accountsByDomain(domains) : new Map<string, string[]>(),
  ]);
  const seen = new Set([...users.keys(), ...contacts.keys(), ...leads.keys()].flatMap(canonical));
  const unseen = addresses.filter(address => !seen.has(address));
  return {
    users: [...users.values()]
      .flat()
      .filter(({ active }) => active)
      .map(({ id, email }) => ({ id, addresses: [email], accountId: null })),
    contacts: peopleIn(contacts),
    leads: peopleIn(leads),
    accountsByDomain,
    hidden: new Set([
      ...(await hiddenAmong(work.reader, unseen, asksLeads)),
      ...(await hiddenCompanies(
        work.reader,
        domains.filter(domain => !accountsByDomain.has(domain)),
      )),
    ]),
  };
}

const NONE: ReadonlyMap<string, CrmRecord[]> = new Map();
const NOBODY: Matches = {
  ...{ users: [], contacts: [], leads: [], accountsByDomain: new Map(), hidden: new Set() },
};

/** People whom only the reading user sees: nobody is created beside them. */
async function hiddenAmong(
  reader: CrmSession,
  addresses: readonly string[],
  asksLeads: boolean,
): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const [contacts, leads] = await Promise.all([
    reader.findByEmail('contact', addresses),
    asksLeads ? reader.findByEmail('lead', addresses) : NONE,
  ]);
  return new Set([...contacts.keys(), ...leads.keys()].flatMap(canonical));
}

/** Likewise companies: in many an org accounts are their owners' alone. */
async function hiddenCompanies(reader: CrmSession, domains: readonly string[]): Promise<string[]> {
  return domains.length === 0 ? [] : [...(await reader.accountsByDomain(domains)).keys()];
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
