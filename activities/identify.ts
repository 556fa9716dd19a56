import type { CrmUser, MailboxIdentity } from '../connectors/connector.ts';
import { updatePairing } from '../db/pairing-state.ts';
import { SyncFailure } from '../sync/failure.ts';
import type { ActivityDeps } from './deps.ts';
import type { Step } from './step.ts';

/** What keeps a pairing from working until a person acts (PAIR-3): whose move it is stands in `fix`. */
export interface Problem {
  readonly reason: string;
  readonly fix: string;
}

/** Resolves both identities once and claims them for the installation (PAIR-1, PAIR-5). */
export async function identify(deps: ActivityDeps, step: Step): Promise<Problem | null> {
  if (step.pairing.mailbox_key !== null && step.pairing.crm_user_id !== null) return null;
  const identity = await mailboxIdentity(step);
  if ('reason' in identity) return identity;
  const user = await crmUser(step);
  if ('reason' in user) return user;
  return claim(deps, step, identity, user);
}

async function mailboxIdentity(step: Step): Promise<MailboxIdentity | Problem> {
  const { mailbox } = step.pairing;
  try {
    return await step.mailbox().identity();
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    if (error.kind === 'gone')
      return {
        reason: `There is no Exchange Online mailbox for ${mailbox}.`,
        fix: error.fix ?? 'Correct the address, or give the user a mailbox.',
      };
    if (error.kind === 'forbidden')
      return {
        reason: `The application may not open the mailbox of ${mailbox}.`,
        fix: error.fix ?? 'Let a Microsoft 365 administrator grant access to this mailbox.',
      };
    throw error;
  }
}

async function crmUser(step: Step): Promise<CrmUser | Problem> {
  const wanted = step.pairing.crm_user_wanted;
  const found =
    wanted !== null && !wanted.includes('@')
      ? await userById(step, wanted)
      : await usersByAddress(step, wanted ?? step.pairing.mailbox);
  const active = found.filter(user => user.active);
  const name = wanted ?? step.pairing.mailbox;
  if (active.length > 1)
    return {
      reason: `${active.length} active CRM users have the address ${name}.`,
      fix: 'Name the CRM user of this pairing explicitly (crmUser).',
    };
  if (active[0]) return active[0];
  if (found.length > 0)
    return {
      reason: `The CRM user ${name} is inactive.`,
      fix: 'Activate the user in the CRM, or pair the mailbox with another user.',
    };
  return {
    reason: `No CRM user matches ${name}.`,
    fix: 'Correct the e-mail address in the CRM, or name the CRM user of this pairing explicitly (crmUser).',
  };
}

async function userById(step: Step, id: string): Promise<CrmUser[]> {
  const user = await step.crm.user(id);
  return user ? [user] : [];
}

async function usersByAddress(step: Step, address: string): Promise<CrmUser[]> {
  const found = await step.crm.usersByEmail([address]);
  return found.get(address.toLowerCase()) ?? [];
}

async function claim(
  deps: ActivityDeps,
  step: Step,
  identity: MailboxIdentity,
  user: CrmUser,
): Promise<Problem | null> {
  const orgKey = await step.crm.orgKey();
  const claims = [
    { kind: 'mailbox' as const, identity: identity.key },
    { kind: 'crm_user' as const, identity: `${orgKey}:${user.id}` },
  ];
  await deps.database.inOrganization(step.organizationId, async tx => {
    await tx
      .insertInto('identity_claims')
      .values(claims.map(entry => ({ ...entry, pairing_id: step.pairing.id })))
      .onConflict(conflict => conflict.columns(['kind', 'identity']).doNothing())
      .execute();
  });
  for (const entry of claims) {
    const holder = await deps.database.identityClaim(entry.kind, entry.identity);
    if (holder && holder.pairingId !== step.pairing.id) return taken(step, entry.kind, holder);
  }
  await deps.database.inOrganization(step.organizationId, tx =>
    updatePairing(tx, step.pairing, {
      mailbox_key: identity.key,
      mailbox_time_zone: identity.timeZone,
      crm_user_id: user.id,
      crm_user_login: user.login,
      crm_user_email: user.email,
      crm_time_zone: user.timeZone,
    }),
  );
  return null;
}

function taken(
  step: Step,
  kind: 'mailbox' | 'crm_user',
  holder: { organizationId: string; pairingId: string },
): Problem {
  const what = kind === 'mailbox' ? 'mailbox' : 'CRM user';
  const who =
    holder.organizationId === step.organizationId
      ? `the pairing ${holder.pairingId}`
      : 'another pairing of this installation';
  return {
    reason: `This ${what} is synchronized by ${who} already.`,
    fix: `Delete one of the two pairings: a ${what} can be in one pairing only.`,
  };
}
