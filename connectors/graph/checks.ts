import { decodeJwt } from 'jose';
import { SyncFailure } from '../../sync/failure.ts';
import type { ConnectionCheck } from '../connector.ts';
import type { GraphClient } from './client.ts';
import type { GraphMailbox } from './mailbox.ts';
import type { TenantDomains } from './tenant-domains.ts';

interface NeededRole {
  /** Application permission of Microsoft Graph. */
  readonly role: string;
  /** Its counterpart in RBAC for Applications, limited to chosen mailboxes; the directory and To Do have none. */
  readonly scopedRole: string | null;
  readonly why: string;
  /** A read that the permission allows, below the user; null: of the tenant's domains. */
  readonly probe: readonly string[] | null;
}

const neededRoles: readonly NeededRole[] = [
  { role: 'User.Read.All', scopedRole: null, why: 'finds mailboxes by address', probe: [] },
  {
    role: 'Organization.Read.All',
    scopedRole: null,
    why: "knows the organization's own domains, of which mail makes no contacts and accounts",
    probe: null,
  },
  {
    role: 'MailboxSettings.ReadWrite',
    scopedRole: 'Application MailboxSettings.ReadWrite',
    why: 'reads the time zone and keeps the category',
    probe: ['outlook', 'masterCategories'],
  },
  {
    role: 'Contacts.ReadWrite',
    scopedRole: 'Application Contacts.ReadWrite',
    why: 'keeps the contacts',
    probe: ['contactFolders'],
  },
  {
    role: 'Mail.ReadWrite',
    scopedRole: 'Application Mail.ReadWrite',
    why: 'keeps the mail folders, archives e-mails from them, from the Inbox and from Sent Items, and shows records in them',
    probe: ['mailFolders'],
  },
  {
    role: 'Calendars.ReadWrite',
    scopedRole: 'Application Calendars.ReadWrite',
    why: 'keeps the appointments',
    probe: ['events'],
  },
  {
    role: 'Tasks.ReadWrite.All',
    scopedRole: null,
    why: 'keeps the tasks and calls',
    probe: ['todo', 'lists'],
  },
];

/** Of another part of the product: not needed yet, and not too much either. */
const otherRoles: ReadonlySet<string> = new Set(['Mail.Send']);

/** What is looked at. */
interface Tested {
  readonly client: GraphClient;
  readonly clientId: string;
  readonly mailbox: GraphMailbox | null;
  readonly domains: TenantDomains;
}

/** OPS-3: token, granted roles, then one read per permission in the given mailbox. Nothing is written. */
export async function testConnection(tested: Tested): Promise<ConnectionCheck[]> {
  const { client } = tested;
  const signIn = await tokenCheck(client);
  if (signIn.token === null) return [signIn.check];
  const granted = rolesOf(signIn.token);
  const checks = [signIn.check, ...tooBroadChecks(granted)];
  for (const needed of neededRoles) checks.push(await permissionCheck(tested, needed, granted));
  return checks;
}

async function tokenCheck(client: GraphClient): Promise<{ token: string | null; check: ConnectionCheck }> {
  const base = { stage: 'sign-in', check: 'application token' };
  try {
    const token = await client.token();
    return { token, check: { ...base, state: 'ok', detail: 'Microsoft Entra gives the app a token.' } };
  } catch (error) {
    const failure = asFailure(error);
    const check: ConnectionCheck = {
      ...base,
      state: failure.kind === 'auth' ? 'missing' : 'unknown',
      detail: failure.message,
      who: 'an Application Administrator of the tenant',
      fix: failure.fix ?? 'Try again; if it stays, check the addresses of the connection.',
    };
    return { token: null, check };
  }
}

async function permissionCheck(
  tested: Tested,
  needed: NeededRole,
  granted: readonly string[] | null,
): Promise<ConnectionCheck> {
  const { clientId, mailbox } = tested;
  const base = { stage: 'permissions', check: needed.role };
  const hasRole = granted?.includes(needed.role) ?? false;
  if (mailbox === null && needed.probe !== null) {
    if (hasRole) return { ...base, state: 'ok', detail: `Granted for the whole tenant: ${needed.why}.` };
    const detail =
      'Not among the tenant-wide permissions; whether it is granted for single mailboxes is not known.';
    return { ...base, state: 'unknown', detail, fix: 'Run the test again with the address of a mailbox.' };
  }
  const user = mailbox?.user ?? '';
  try {
    await look(tested, needed);
  } catch (error) {
    return failedCheck(base, asFailure(error), needed, clientId, user);
  }
  if (hasRole || needed.scopedRole === null) return { ...base, state: 'ok', detail: `Works: ${needed.why}.` };
  return {
    ...base,
    state: 'unknown',
    detail: 'Reading works in this mailbox; whether writing is granted shows only when it is tried.',
    who: 'an Exchange administrator',
    fix: `Test-ServicePrincipalAuthorization -Identity ${clientId} -Resource ${user}`,
  };
}

async function look({ mailbox, domains }: Tested, { probe }: NeededRole): Promise<void> {
  if (probe === null) await domains.read();
  else await mailbox?.look(...probe);
}

function failedCheck(
  base: Pick<ConnectionCheck, 'stage' | 'check'>,
  failure: SyncFailure,
  needed: NeededRole,
  clientId: string,
  mailbox: string,
): ConnectionCheck {
  if (failure.kind === 'gone') {
    const fix = failure.fix ?? 'Check the address of the mailbox.';
    return { ...base, state: 'unknown', detail: `${mailbox}: ${failure.message}`, fix };
  }
  if (failure.kind !== 'forbidden' && failure.kind !== 'auth') {
    return { ...base, state: 'unknown', detail: failure.message, fix: 'Try again later.' };
  }
  return {
    ...base,
    state: 'missing',
    detail: `Refused (${failure.native ?? failure.kind}): ${needed.why}.`,
    ...(needed.scopedRole === null
      ? consent(clientId, needed.role)
      : scopedAssignment(clientId, needed.scopedRole)),
  };
}

function consent(clientId: string, role: string): Pick<ConnectionCheck, 'who' | 'fix'> {
  return {
    who: 'a Privileged Role Administrator of the tenant (admin consent)',
    fix: `Add the application permission ${role} to the app registration, then: az ad app permission admin-consent --id ${clientId}`,
  };
}

function scopedAssignment(clientId: string, role: string): Pick<ConnectionCheck, 'who' | 'fix'> {
  return {
    who: 'an Exchange administrator (Organization Management)',
    fix: `New-ManagementRoleAssignment -App ${clientId} -Role "${role}" -CustomResourceScope "<scope of the synced mailboxes>"`,
  };
}

/** Roles that the product never uses; it asks for as little as it needs. */
function tooBroadChecks(granted: readonly string[] | null): ConnectionCheck[] {
  const extra = (granted ?? []).filter(
    role => !otherRoles.has(role) && !neededRoles.some(needed => needed.role === role),
  );
  return extra.map(role => ({
    stage: 'permissions',
    check: role,
    state: 'too_broad',
    detail: 'Granted to the app although it is not needed.',
    who: 'a Privileged Role Administrator of the tenant',
    fix: `Remove ${role} from the app registration's granted permissions.`,
  }));
}

/** The tenant-wide application permissions, where the token can be read. */
function rolesOf(token: string): readonly string[] | null {
  try {
    const { roles } = decodeJwt(token);
    return Array.isArray(roles) ? roles.map(String) : [];
  } catch {
    return null;
  }
}

function asFailure(error: unknown): SyncFailure {
  if (error instanceof SyncFailure) return error;
  throw error;
}
