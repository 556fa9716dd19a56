import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createPairing, lockPolicies, type PolicyOfPairing, readPairings } from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import type { ApiEnv, Deps } from './deps.ts';
import { type PairingBody, pairingBodies } from './pairing-view.ts';
import { Problem } from './problem.ts';
import { audit, read } from './tenant.ts';
import { wakePairings } from './waking.ts';

export const newPairing = z
  .strictObject({
    policyId: z.string().min(1).max(100),
    mailbox: z
      .string()
      .trim()
      .max(320)
      .pipe(z.email('Give an e-mail address such as ann@contoso.com'))
      .openapi({
        type: 'string',
        format: 'email',
        example: 'ann@contoso.com',
        description: "Address of the user's mailbox",
      }),
    crmUser: z
      .union([
        z.string().trim().min(1).max(320),
        z.strictObject({ id: z.string().min(1).max(100) }),
        z.strictObject({ email: z.email().max(320) }),
      ])
      .optional()
      .openapi({
        description:
          'Id, user name or e-mail address; without it the CRM user with the address of the mailbox',
      }),
  })
  .openapi('NewPairing');

export type NewPairing = z.infer<typeof newPairing>;

/** One transaction for all: each that can be created is, the others say why not; same order as `wanted`. */
export async function createPairings(
  deps: Deps,
  c: Context<ApiEnv>,
  wanted: readonly NewPairing[],
): Promise<(PairingBody | Problem)[]> {
  const { bodies, policies } = await read(deps, c, async tx => {
    const policies = await lockPolicies(tx, [...new Set(wanted.map(({ policyId }) => policyId))]);
    const results: (string | Problem)[] = [];
    for (const one of wanted) results.push(await createOne(deps, c, tx, one, policies.get(one.policyId)));
    return { bodies: await withBodies(deps, tx, results), policies };
  });
  const created = bodies.filter((body): body is PairingBody => !(body instanceof Problem));
  await start(deps, c, created, policies);
  return bodies;
}

async function createOne(
  deps: Deps,
  c: Context<ApiEnv>,
  tx: Transaction,
  { mailbox, crmUser }: NewPairing,
  policy: PolicyOfPairing | undefined,
): Promise<string | Problem> {
  if (policy === undefined) {
    const detail = 'There is no such policy';
    return new Problem('unprocessable', `${detail}.`, { errors: [{ pointer: '/policyId', detail }] });
  }
  const facts = { policyId: policy.id, starts: policy.enabled, mailbox, crmUserWanted: wantedUser(crmUser) };
  const result = await createPairing(tx, facts, deps.clock());
  if ('takenBy' in result) {
    return new Problem('mailbox_taken', `${mailbox} is in the pairing ${result.takenBy} already.`, {
      fix: `Delete that pairing first: DELETE /v1/pairings/${result.takenBy}?mailbox=keep.`,
    });
  }
  await audit(deps, c, tx, { target: result.id, outcome: 'done', detail: { policyId: policy.id } });
  return result.id;
}

function wantedUser(crmUser: NewPairing['crmUser']): string | null {
  if (crmUser === undefined || typeof crmUser === 'string') return crmUser ?? null;
  return 'id' in crmUser ? crmUser.id : crmUser.email;
}

/** Every id gives way to its pairing. */
async function withBodies(
  deps: Deps,
  tx: Transaction,
  results: readonly (string | Problem)[],
): Promise<(PairingBody | Problem)[]> {
  const ids = results.filter(result => typeof result === 'string');
  const bodies = await pairingBodies(deps, tx, await readPairings(tx, ids));
  const byId = new Map(bodies.map(body => [body.id, body]));
  return results.map(result => (typeof result === 'string' ? (byId.get(result) as PairingBody) : result));
}

/** Pairings of enabled policies run from now on, and with them the feeds of their CRMs. */
async function start(
  deps: Deps,
  c: Context<ApiEnv>,
  created: readonly PairingBody[],
  policies: ReadonlyMap<string, PolicyOfPairing>,
): Promise<void> {
  const started = created.filter(({ policyId }) => policies.get(policyId)?.enabled);
  const feeds = new Set(started.flatMap(({ policyId }) => policies.get(policyId)?.crmConnectionId ?? []));
  await wakePairings(deps, c, started, [...feeds]);
}
