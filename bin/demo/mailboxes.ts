import type { Emulated } from '../emulators.ts';
import { colleagues } from './company.ts';
import { RefusedRequest, request } from './request.ts';

const CONFLICT = 409;

/** An empty mailbox for each colleague. All or none are made, so a conflict means that they are there. */
export async function loadMailboxes(graph: Emulated['graph']): Promise<void> {
  const users = colleagues.map(({ firstName, lastName, mail, mailboxTimeZone }) => ({
    ...{ mail, givenName: firstName, surname: lastName },
    displayName: `${firstName} ${lastName}`,
    timeZone: mailboxTimeZone,
  }));
  await request('POST', `${graph.control}/load`, { body: { users } }).catch((error: unknown) => {
    if (!(error instanceof RefusedRequest && error.status === CONFLICT)) throw error;
  });
}
