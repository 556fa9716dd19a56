import { SyncFailure } from '../../sync/failure.ts';
import type { ConnectionCheck } from '../connector.ts';
import { describeObject, isVisible } from './shape.ts';
import { text } from './soql.ts';
import { apiPath, type SalesforceWire } from './wire.ts';

const administrator = 'a Salesforce administrator';
/** One permission is for all of them (Salesforce Help, Access Activities). */
const activityObjects: readonly string[] = ['Event', 'EventRelation', 'Task'];
/** E-mails are there with Enhanced Email (object reference, EmailMessage), files for everybody. */
const mailObjects: readonly string[] = ['EmailMessage', 'ContentVersion'];
/** Those of every org; quotes and custom objects are found missing where a policy names them. */
const folderObjects: readonly string[] = ['Opportunity', 'Case'];

/** OPS-3: sign-in, API, objects, view of all records, budget, and the way creates are recognised again. */
export async function testConnection(wire: SalesforceWire, isPerUser: boolean): Promise<ConnectionCheck[]> {
  const signIn = await signInCheck(wire, isPerUser);
  if (signIn.state !== 'ok') return [signIn];
  return [
    signIn,
    await apiCheck(wire),
    ...(await objectChecks(wire)),
    await viewAllCheck(wire),
    await keyCheck(wire),
  ];
}

async function signInCheck(wire: SalesforceWire, isPerUser: boolean): Promise<ConnectionCheck> {
  const check = isPerUser ? 'JWT bearer of the reading user' : 'client credentials';
  return attempt(
    { stage: 'sign-in', check },
    async () => {
      await wire.signIn();
      return { state: 'ok', detail: 'Salesforce gives a token.' };
    },
    {
      who: administrator,
      fix: isPerUser
        ? "External Client App Manager › the app › Policies: 'Admin approved users are pre-authorized', with a permission set that the reading user and all synced users have; scopes api and refresh_token."
        : "External Client App Manager › the app › Policies: enable the client credentials flow and choose its 'Run As' user; scope api.",
    },
  );
}

function apiCheck(wire: SalesforceWire): Promise<ConnectionCheck> {
  return attempt(
    { stage: 'permissions', check: 'API Enabled' },
    async () => {
      const limits = (await wire.get(`${apiPath}/limits`)) as {
        DailyApiRequests?: { Max: number; Remaining: number };
      };
      const daily = limits.DailyApiRequests;
      const detail = daily
        ? `${daily.Remaining} of ${daily.Max} API requests are left today.`
        : 'The API answers.';
      return { state: 'ok', detail };
    },
    { who: administrator, fix: "Give the reading user's profile or permission set 'API Enabled'." },
  );
}

async function objectChecks(wire: SalesforceWire): Promise<ConnectionCheck[]> {
  const people = ['Contact', 'Lead', 'Account', 'User'];
  const objects = [...people, ...activityObjects, ...mailObjects, ...folderObjects];
  return Promise.all(
    objects.map(object =>
      attempt(
        { stage: 'permissions', check: `read ${object}` },
        async () => {
          await wire.query(`SELECT Id, SystemModstamp FROM ${object} LIMIT 1`);
          return { state: 'ok', detail: `${object} can be read.` };
        },
        { who: administrator, fix: fixOf(object) },
      ),
    ),
  );
}

function fixOf(object: string): string {
  if (object === 'EmailMessage')
    return "To archive e-mails: Setup › Enhanced Email, enable it; and give the reading user's permission set 'Access Activities'.";
  if (folderObjects.includes(object))
    return `To have folders for them: give the reading user's permission set Read and View All on ${object}.`;
  return activityObjects.includes(object)
    ? "Give the reading user's permission set 'Access Activities' (System Permissions)."
    : `Give the reading user's permission set Read and View All on ${object}.`;
}

/** Without it the feed would take what the reading user may not see for access lost. */
function viewAllCheck(wire: SalesforceWire): Promise<ConnectionCheck> {
  const wayOut = { who: administrator, fix: "Give the reading user a permission set with 'View All Data'." };
  return attempt(
    { stage: 'permissions', check: 'View All Data' },
    async () => {
      const seesAll = (await hasByProfile(wire)) || (await hasByPermissionSet(wire));
      if (seesAll === null) {
        const detail = 'Not by the profile; the permission sets cannot be read.';
        return { state: 'unknown', detail, ...wayOut };
      }
      if (seesAll) return { state: 'ok', detail: 'The reading user sees all records.' };
      const detail = 'The reading user does not see all records; changes of the others would stay unseen.';
      return { state: 'missing', detail };
    },
    wayOut,
  );
}

async function hasByProfile(wire: SalesforceWire): Promise<boolean> {
  const { userId } = await wire.signIn();
  const soql = `SELECT Id FROM User WHERE Id = ${text(userId)} AND Profile.PermissionsViewAllData = true`;
  return (await wire.query(soql)).records.length > 0;
}

/** null: the user may not read permission sets. */
async function hasByPermissionSet(wire: SalesforceWire): Promise<boolean | null> {
  const { userId } = await wire.signIn();
  const soql =
    'SELECT Id FROM PermissionSetAssignment ' +
    `WHERE AssigneeId = ${text(userId)} AND PermissionSet.PermissionsViewAllData = true LIMIT 1`;
  try {
    return (await wire.query(soql)).records.length > 0;
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'schema') return null;
    throw error;
  }
}

/** What the product makes, beside activities. */
const keyedObjects: readonly string[] = ['Contact', 'Lead', 'Account', 'EmailMessage', 'Opportunity', 'Case'];

/** The connection works without the field; the detail tells what it costs. */
function keyCheck(wire: SalesforceWire): Promise<ConnectionCheck> {
  const fix = `Object Manager › Activity and ${keyedObjects.join(', ')} › new field Tandem_Key__c: Text(255), External ID, Unique.`;
  return attempt(
    { stage: 'optional', check: 'Tandem_Key__c' },
    async () => {
      const objects = ['Event', 'Task', ...keyedObjects];
      const shapes = await Promise.all(objects.map(object => describeObject(wire, object)));
      const lacking = objects.filter((_, index) => isVisible(shapes[index]!) && !shapes[index]!.keyColumn);
      if (lacking.length === 0) return { state: 'ok', detail: 'New records are recognised by a unique key.' };
      const detail = `Recommended: without the key field on ${lacking.join(', ')}, a create whose answer was lost is looked for by name, and waits ten minutes.`;
      return { state: 'ok', detail, who: administrator, fix };
    },
    { who: administrator, fix },
  );
}

/** A refusal is `missing` with the way out; what says nothing about permissions is `unknown`. */
async function attempt(
  base: Pick<ConnectionCheck, 'stage' | 'check'>,
  run: () => Promise<Pick<ConnectionCheck, 'state' | 'detail' | 'who' | 'fix'>>,
  wayOut: Required<Pick<ConnectionCheck, 'who' | 'fix'>>,
): Promise<ConnectionCheck> {
  try {
    const result = await run();
    return { ...base, ...(result.state === 'ok' ? {} : wayOut), ...result };
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    const isRefusal = ['auth', 'forbidden', 'schema'].includes(error.kind);
    return { ...base, state: isRefusal ? 'missing' : 'unknown', detail: error.message, ...wayOut };
  }
}
