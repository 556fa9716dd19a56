import { createRoute, z } from '@hono/zod-openapi';
import type { CrmUser, MailboxIdentity } from '../connectors/registry.ts';
import { getPolicy } from '../db/policies.ts';
import { access } from './auth.ts';
import { connectionOr404 } from './connection-change.ts';
import { connectCrm, connectMailboxes, reachabilityOf } from './connectors.ts';
import type { Api, Deps } from './deps.ts';
import { pageOf } from './paging.ts';
import { notFound, problemResponses } from './problem.ts';
import { answers } from './route.ts';
import { read } from './tenant.ts';

const entry = z
  .object({
    email: z.string(),
    state: z.enum(['matched', 'ambiguous', 'unmatched']),
    reason: z.string().nullable(),
    crmUsers: z.array(z.object({ id: z.string(), name: z.string(), login: z.string(), active: z.boolean() })),
    mailbox: z.object({ address: z.string(), displayName: z.string() }).nullable(),
  })
  .openapi('DirectoryEntry');

type Entry = z.infer<typeof entry>;

const directory = createRoute({
  ...access('viewer', 'directory.list'),
  method: 'get',
  path: '/directory',
  tags: ['pairings'],
  summary: 'CRM users and mailboxes by e-mail address: who could be paired under a policy (PAIR-1)',
  request: {
    query: z.strictObject({
      policy: z.string().min(1).max(100),
      cursor: z
        .string()
        .max(2000)
        .optional()
        .openapi({ description: '`page.nextCursor` of the page before' }),
    }),
  },
  responses: {
    200: answers(pageOf(entry, 'DirectoryPage'), 'A page, as many as the CRM gives at once'),
    ...problemResponses(400, 401, 403, 404, 502),
  },
});

export function serveDirectory(app: Api, deps: Deps): void {
  app.openapi(directory, async c => {
    const { policy: policyId, cursor = null } = c.req.valid('query');
    const [toMailboxes, toCrm] = await read(deps, c, async tx => {
      const policy = await getPolicy(tx, policyId);
      if (policy === undefined) throw notFound('policy');
      const mailboxes = await connectionOr404(tx, policy.mailboxConnectionId);
      const crm = await connectionOr404(tx, policy.crmConnectionId);
      return [await reachabilityOf(tx, mailboxes), await reachabilityOf(tx, crm)] as const;
    });
    const crm = connectCrm(deps, toCrm);
    const { users, next } = await crm.users(cursor);
    const addresses = [...new Set(users.map(user => user.email.toLowerCase()))];
    const [namesakes, mailboxes] = await Promise.all([
      crm.usersByEmail(addresses),
      connectMailboxes(deps, toMailboxes).users(addresses),
    ]);
    const byAddress = new Map(mailboxes.map(mailbox => [mailbox.address.toLowerCase(), mailbox]));
    const usersOf = new Map([...namesakes].map(([address, found]) => [address.toLowerCase(), found]));
    const data = addresses.map(email => entryOf(email, usersOf.get(email) ?? [], byAddress.get(email)));
    return c.json({ data, page: { nextCursor: next } }, 200);
  });
}

function entryOf(email: string, users: readonly CrmUser[], mailbox: MailboxIdentity | undefined): Entry {
  return {
    email,
    ...judged(users, mailbox),
    crmUsers: users.map(({ id, name, login, active }) => ({ id, name, login, active })),
    mailbox: mailbox === undefined ? null : { address: mailbox.address, displayName: mailbox.displayName },
  };
}

function judged(
  users: readonly CrmUser[],
  mailbox: MailboxIdentity | undefined,
): Pick<Entry, 'state' | 'reason'> {
  const active = users.filter(user => user.active).length;
  if (active > 1) {
    return {
      state: 'ambiguous',
      reason: `${active} active CRM users have this address: name one in the pairing`,
    };
  }
  if (mailbox === undefined) return { state: 'unmatched', reason: 'No mailbox has this address' };
  if (active === 0) return { state: 'unmatched', reason: 'The CRM user is not active' };
  return { state: 'matched', reason: null };
}
