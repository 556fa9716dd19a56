import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type PairingView, wantRun } from '../db/pairings.ts';
import { lockPolicy, type Policy as PolicyRow } from '../db/policies.ts';
import type { Transaction } from '../db/transaction.ts';
import { decideUnmatched, lockUnmatched, type UnmatchedView } from '../db/unmatched-view.ts';
import { isExcluded } from '../sync/mail/addressees.ts';
import { exclusions } from '../sync/mail/options.ts';
import { patchPolicy } from '../sync/policy/policy.ts';
import { access } from './auth.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { pairingOr404 } from './pairings.ts';
import { nextVersion } from './policy-change.ts';
import { policyOf } from './policy-view.ts';
import { notFound, Problem, problemResponses } from './problem.ts';
import type { RecordUrls } from './record-urls.ts';
import { answers, idParam } from './route.ts';
import { change, type Note } from './tenant.ts';
import { tags } from './unmatched-addresses.ts';
import { prepareUrls, type UnmatchedBody, unmatchedBody, unmatchedSchema } from './unmatched-view.ts';
import { wakePairings } from './waking.ts';

const create = createRoute({
  ...access('admin', 'unmatchedAddresses.create'),
  method: 'post',
  path: '/unmatched-addresses/{id}/create',
  tags,
  summary: 'Make a contact of it, or a lead where the policy says so, in the next cycle, which runs at once',
  request: { params: idParam('una') },
  responses: {
    202: answers(unmatchedSchema, 'Stored; the list shows what came of it'),
    ...problemResponses(401, 403, 404, 409, 422),
  },
});

const ignore = createRoute({
  ...access('admin', 'unmatchedAddresses.ignore'),
  method: 'post',
  path: '/unmatched-addresses/{id}/ignore',
  tags,
  summary: 'Take it off the list; its messages are archived as before',
  request: { params: idParam('una') },
  responses: {
    200: answers(unmatchedSchema, 'The address, ignored'),
    ...problemResponses(401, 403, 404, 409, 422),
  },
});

const exclude = createRoute({
  ...access('admin', 'unmatchedAddresses.exclude'),
  method: 'post',
  path: '/unmatched-addresses/{id}/exclude',
  tags,
  summary: "Never archive, match or create it again: a new version of its pairing's policy (POL-27)",
  request: { params: idParam('una') },
  responses: {
    200: answers(unmatchedSchema, 'The address, excluded'),
    ...problemResponses(401, 403, 404, 409, 412, 422),
  },
});

export function serveUnmatchedDecisions(app: Api, deps: Deps, recordUrls: RecordUrls): void {
  app.openapi(create, async c =>
    c.json(await decide(deps, c, c.req.valid('param').id, recordUrls, creating), 202),
  );
  app.openapi(ignore, async c =>
    c.json(await decide(deps, c, c.req.valid('param').id, recordUrls, ignoring), 200),
  );
  app.openapi(exclude, async c =>
    c.json(await decide(deps, c, c.req.valid('param').id, recordUrls, excluding), 200),
  );
}

/** An address with what is to be known to decide about it, all of it locked. */
interface Question {
  readonly deps: Deps;
  readonly c: Context<ApiEnv>;
  readonly tx: Transaction;
  readonly note: Note;
  readonly view: UnmatchedView;
  readonly pairing: PairingView;
  readonly policy: PolicyRow;
}

interface Decided {
  readonly view: UnmatchedView;
  /** Pairings that have something to do now. */
  readonly pairings: readonly { readonly id: string; readonly policyId: string }[];
}

async function decide(
  deps: Deps,
  c: Context<ApiEnv>,
  id: string,
  recordUrls: RecordUrls,
  decision: (question: Question) => Promise<Decided>,
): Promise<UnmatchedBody> {
  const { view, pairings, askUrls } = await change(deps, c, async (tx, note) => {
    const view = await lockUnmatched(tx, id);
    if (view === undefined) throw notFound('unmatched address');
    const pairing = await pairingOr404(tx, view.row.pairing_id);
    const policy = await lockPolicy(tx, pairing.policy_id);
    if (policy === undefined) throw notFound('policy');
    requireNotCreated(view);
    note(id, { pairingId: pairing.id });
    const decided = await decision({ deps, c, tx, note, view, pairing, policy });
    return { ...decided, askUrls: await prepareUrls(tx, recordUrls, [decided.view]) };
  });
  await wakePairings(deps, c, pairings);
  return unmatchedBody(view, await askUrls());
}

async function creating(question: Question): Promise<Decided> {
  const { deps, tx, view, pairing } = question;
  requireNotExcluded(question);
  await wantRun(tx, pairing, deps.clock());
  return {
    view: await decideUnmatched(tx, view, 'wanted'),
    pairings: [{ id: pairing.id, policyId: pairing.policy_id }],
  };
}

async function ignoring(question: Question): Promise<Decided> {
  requireNotExcluded(question);
  return { view: await decideUnmatched(question.tx, question.view, 'ignored'), pairings: [] };
}

async function excluding(question: Question): Promise<Decided> {
  const { deps, c, tx, note, view, policy } = question;
  const decided = await decideUnmatched(tx, view, 'excluded');
  if (isExcludedBy(policy, view)) return { view: decided, pairings: [] };
  const { pairings } = await nextVersion({ deps, c, tx, note }, policy.id, (_, before, context) => {
    const { addresses } = policyOf(before).excluded;
    const patch = { excluded: { addresses: [...addresses, view.address] } };
    const result = patchPolicy(policyOf(before), patch, context);
    const refused = result.ok
      ? undefined
      : result.problems.find(({ pointer }) => pointer.startsWith('/excluded/'));
    if (refused) throw notExcludable(refused.detail);
    return result;
  });
  return { view: decided, pairings };
}

function requireNotCreated({ row }: UnmatchedView): void {
  if (row.state !== 'created') return;
  throw new Problem('conflict', 'Somebody was made of this address in the CRM: it is decided.', {
    fix: 'To keep its messages out of the CRM nevertheless, add it to excluded.addresses of the policy.',
  });
}

function requireNotExcluded({ policy, view }: Question): void {
  if (!isExcludedBy(policy, view)) return;
  throw new Problem('conflict', `The policy "${policy.name}" excludes this address.`, {
    fix: 'Take it, or its domain, off the list of the policy first (excluded).',
  });
}

const isExcludedBy = (policy: PolicyRow, { address }: UnmatchedView) =>
  isExcluded(address, exclusions(policyOf(policy)));

function notExcludable(detail: string): Problem {
  return new Problem('unprocessable', `The policy cannot take this address into its list: ${detail}.`, {
    fix: 'Exclude its domain in the policy (excluded.domains), or ignore the address.',
  });
}
