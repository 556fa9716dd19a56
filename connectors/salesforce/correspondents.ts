import type { Correspondents, CorrespondentsQuestion } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { accountsIn, readable, searchesOfDomains } from './accounts.ts';
import type { Records } from './records.ts';
import { searchesOfUsers, usersIn } from './users.ts';

/** Everybody in some messages: five queries travel in one call, which a question per kind would not. */
export async function readCorrespondents(
  records: Records,
  access: CheckedAccess | null,
  { addresses, domains, kinds }: CorrespondentsQuestion,
): Promise<Correspondents> {
  const ofUsers = searchesOfUsers(addresses);
  const { people, rows } = await records.findPeople(kinds, addresses, [
    ...ofUsers,
    ...searchesOfDomains(domains),
  ]);
  return {
    users: usersIn(rows.slice(0, ofUsers.length).flat()),
    contacts: people.get('contact') ?? new Map(),
    leads: people.get('lead') ?? new Map(),
    accounts: accountsIn(await readable(access, rows.slice(ofUsers.length).flat()), domains),
  };
}
