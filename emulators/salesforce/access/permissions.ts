import type { Org } from '../org.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';
import { text } from '../store/row.ts';
import { hasField, hasObject } from './presence.ts';

/** What the profile of a user allows, before any single record is looked at. */
function profileOf(org: Org, user: Row): Row | undefined {
  return org.store.table('Profile').get(text(user, 'ProfileId') ?? '');
}

export const mayModifyAll = (org: Org, user: Row): boolean =>
  profileOf(org, user)?.PermissionsModifyAllData === true;

export const mayViewAll = (org: Org, user: Row): boolean =>
  profileOf(org, user)?.PermissionsViewAllData === true || mayModifyAll(org, user);

interface Scoped {
  readonly user?: string | undefined;
  readonly profile?: string | undefined;
}

function concerns(org: Org, rule: Scoped, user: Row): boolean {
  if (rule.user !== undefined) return text(user, 'Username')?.toLowerCase() === rule.user.toLowerCase();
  if (rule.profile !== undefined) return text(profileOf(org, user) ?? user, 'Name') === rule.profile;
  return !mayModifyAll(org, user);
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export interface FieldAccess {
  readonly readable: boolean;
  readonly editable: boolean;
}

const NO_FIELD_ACCESS: FieldAccess = { readable: false, editable: false };
const FULL_FIELD_ACCESS: FieldAccess = { readable: true, editable: true };

/** Field-level security: the last rule that concerns the user decides. */
export function fieldAccess(org: Org, user: Row, type: ObjectType, field: Field): FieldAccess {
  if (!hasField(org, type, field)) return NO_FIELD_ACCESS;
  const rule = org.settings.fieldPermissions.findLast(
    each => sameName(each.object, type.name) && sameName(each.field, field.name) && concerns(org, each, user),
  );
  return rule ?? FULL_FIELD_ACCESS;
}

/** The field if the user may know of it. */
export function readableField(org: Org, user: Row, type: ObjectType, name: string): Field | undefined {
  const field = type.fields.get(name.toLowerCase());
  return field !== undefined && fieldAccess(org, user, type, field).readable ? field : undefined;
}

export function readableFields(org: Org, user: Row, type: ObjectType): Field[] {
  return [...type.fields.values()].filter(field => fieldAccess(org, user, type, field).readable);
}

export type ObjectRight = 'read' | 'create' | 'edit' | 'delete';

/** Objects that only an administrator changes. */
const SETUP_OBJECTS = new Set([
  'Organization',
  'Profile',
  'User',
  'UserRole',
  'Group',
  'GroupMember',
  'RecordType',
  'CaseStatus',
  'LeadStatus',
  'OpportunityStage',
  'TaskPriority',
  'TaskStatus',
  'Period',
]);

export const isSetupObject = (type: ObjectType): boolean => SETUP_OBJECTS.has(type.name);

/** Calls that the vendor does not offer: documents come and go with their versions (object reference, ContentDocument and ContentVersion). */
const UNSUPPORTED = new Set(['ContentDocument create', 'ContentVersion delete']);

export function mayUseObject(org: Org, user: Row, type: ObjectType, right: ObjectRight): boolean {
  if (!hasObject(org, type) || UNSUPPORTED.has(`${type.name} ${right}`)) return false;
  if (right !== 'read' && isSetupObject(type) && !mayModifyAll(org, user)) return false;
  const rule = org.settings.objectPermissions.findLast(
    each => sameName(each.object, type.name) && concerns(org, each, user),
  );
  return rule === undefined || (rule.read && rule[right]);
}
