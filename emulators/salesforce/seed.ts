import type { Org } from './org.ts';
import { systemSave } from './records/save.ts';
import type { ObjectType } from './schema/types.ts';
import type { Row, Value } from './store/row.ts';

interface ProfileSeed {
  readonly Name: string;
  readonly isAdministrator: boolean;
}

const PROFILES: readonly ProfileSeed[] = [
  { Name: 'System Administrator', isAdministrator: true },
  { Name: 'Standard User', isAdministrator: false },
  { Name: 'Minimum Access - Salesforce', isAdministrator: false },
];

/** Status tables repeat the picklists, with what each value means. */
const STATUS_TABLES: readonly (readonly [table: string, object: string, field: string])[] = [
  ['CaseStatus', 'Case', 'Status'],
  ['LeadStatus', 'Lead', 'Status'],
  ['OpportunityStage', 'Opportunity', 'StageName'],
  ['TaskPriority', 'Task', 'Priority'],
  ['TaskStatus', 'Task', 'Status'],
];
const CLOSED = /^(Closed|Completed)/;

/** Probability in percent, and what the forecast makes of it. */
const STAGES: Readonly<Record<string, readonly [probability: number, category: string, name: string]>> = {
  Prospecting: [10, 'Pipeline', 'Pipeline'],
  Qualification: [10, 'Pipeline', 'Pipeline'],
  'Needs Analysis': [20, 'Pipeline', 'Pipeline'],
  'Value Proposition': [50, 'Pipeline', 'Pipeline'],
  'Id. Decision Makers': [60, 'Pipeline', 'Pipeline'],
  'Perception Analysis': [70, 'Pipeline', 'Pipeline'],
  'Proposal/Price Quote': [75, 'Pipeline', 'Pipeline'],
  'Negotiation/Review': [90, 'Pipeline', 'Pipeline'],
  'Closed Won': [100, 'Closed', 'Closed'],
  'Closed Lost': [0, 'Omitted', 'Omitted'],
};

function typeOf(org: Org, name: string): ObjectType {
  const type = org.schema.find(name);
  if (type === undefined) throw new Error(`The schema has no object ${name}`);
  return type;
}

/** Puts a record of the system's own, stamped now by the integration user. */
function plant(
  org: Org,
  object: string,
  values: Readonly<Record<string, Value>>,
  userId: string,
  id?: string,
): Row {
  const type = typeOf(org, object);
  const now = org.now();
  const defaults = [...type.fields.values()].flatMap(field =>
    field.defaultValue === null ? [] : [[field.name, field.defaultValue]],
  );
  const stamps = {
    CreatedDate: now,
    CreatedById: userId,
    LastModifiedDate: now,
    LastModifiedById: userId,
    SystemModstamp: now,
  };
  const row: Row = { ...Object.fromEntries(defaults), ...stamps, ...values, Id: id ?? org.nextId(type) };
  org.store.put(object, row);
  return row;
}

function plantStatuses(org: Org, userId: string): void {
  for (const [table, object, fieldName] of STATUS_TABLES) {
    const field = typeOf(org, object).fields.get(fieldName.toLowerCase());
    for (const [i, { value, isDefault }] of (field?.picklist ?? []).entries()) {
      const [probability, category, categoryName] = STAGES[value] ?? [];
      const meaning = {
        IsClosed: CLOSED.test(value),
        IsHighPriority: value === 'High',
        IsWon: value === 'Closed Won',
        IsConverted: value === 'Closed - Converted',
        IsDefault: isDefault,
        IsActive: true,
        DefaultProbability: probability ?? null,
        ForecastCategory: category ?? null,
        ForecastCategoryName: categoryName ?? null,
      };
      const known = Object.fromEntries(
        Object.entries(meaning).filter(([name]) => typeOf(org, table).fields.has(name.toLowerCase())),
      );
      plant(org, table, { MasterLabel: value, ApiName: value, SortOrder: i + 1, ...known }, userId);
    }
  }
}

/** What every org has from its first day: itself, profiles, status tables and the user that integrates. */
export function seed(org: Org): void {
  if (org.store.table('Organization').size > 0) return;
  org.settings.schemaChangedMs = org.clock.nowMs();
  org.saveSettings();
  const { organizationId, username } = org.identity;
  const userId = org.nextId(typeOf(org, 'User'));
  plant(
    org,
    'Organization',
    {
      Name: 'Example Company',
      OrganizationType: 'Enterprise Edition',
      InstanceName: 'EMU1',
      IsSandbox: false,
      TimeZoneSidKey: 'America/Los_Angeles',
      DefaultLocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
    },
    userId,
    organizationId,
  );
  const profiles = PROFILES.map(({ Name, isAdministrator }) =>
    plant(
      org,
      'Profile',
      {
        Name,
        UserType: 'Standard',
        PermissionsApiEnabled: true,
        PermissionsViewAllData: isAdministrator,
        PermissionsModifyAllData: isAdministrator,
      },
      userId,
    ),
  );
  const user = plant(
    org,
    'User',
    {
      Username: username,
      Email: username,
      FirstName: 'Integration',
      LastName: 'User',
      ProfileId: profiles[0]?.Id ?? null,
      IsActive: true,
    },
    userId,
    userId,
  );
  systemSave({ org, user, allowDuplicates: true }, typeOf(org, 'User'), user.Id, {});
  plantStatuses(org, user.Id);
}
