import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import type { SharingModel } from '../settings.ts';
import { type Row, text } from '../store/row.ts';
import { isActivity, isHidden, isInvited, isOwnInvitation } from './activities.ts';
import { isFile, levelOfFile } from './files.ts';
import { isSetupObject, mayModifyAll, mayUseObject, mayViewAll } from './permissions.ts';

/** Access to one record; each level includes the lower ones. */
export const LEVELS = ['None', 'Read', 'Edit', 'All'] as const;
export type Level = 0 | 1 | 2 | 3;
const NONE: Level = 0;
const READ: Level = 1;
const EDIT: Level = 2;
const ALL: Level = 3;

/** Detail objects without an owner of their own: access is that of the record they hang on. */
const PARENT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Attachment: ['ParentId'],
  EmailMessage: ['ParentId', 'RelatedToId', 'ActivityId'],
  EmailMessageRelation: ['EmailMessageId'],
  EventRelation: ['EventId'],
  OpportunityContactRole: ['OpportunityId'],
  TaskRelation: ['TaskId'],
};

/** The master of objects whose sharing can be `ControlledByParent`. */
const MASTER_FIELDS: Readonly<Record<string, string>> = { Contact: 'AccountId', Quote: 'OpportunityId' };
const MODEL_LEVEL: Record<SharingModel, Level> = {
  Private: NONE,
  Read: READ,
  ReadWrite: EDIT,
  ControlledByParent: NONE,
};

interface OwnerCache {
  key: string;
  readonly owners: Map<string, ReadonlySet<string>>;
}

const caches = new WeakMap<Org, OwnerCache>();

/** The users and queues whose records a user has in full: own, those of subordinate roles, those of own queues. */
function coveredOwners(org: Org, user: Row): ReadonlySet<string> {
  const key = ['User', 'UserRole', 'GroupMember'].map(object => org.store.table(object).version).join('/');
  let cache = caches.get(org);
  if (cache?.key !== key) {
    cache = { key, owners: new Map() };
    caches.set(org, cache);
  }
  let owners = cache.owners.get(user.Id);
  if (owners === undefined) {
    owners = findCoveredOwners(org, user);
    cache.owners.set(user.Id, owners);
  }
  return owners;
}

function findCoveredOwners(org: Org, user: Row): ReadonlySet<string> {
  const owners = new Set([user.Id]);
  const roles = subordinateRoles(org, text(user, 'UserRoleId'));
  for (const other of org.store.table('User').rows())
    if (roles.has(text(other, 'UserRoleId') ?? '')) owners.add(other.Id);
  for (const member of org.store.table('GroupMember').withValue('UserOrGroupId', user.Id))
    owners.add(text(member, 'GroupId') ?? '');
  return owners;
}

function subordinateRoles(org: Org, roleId: string | null): ReadonlySet<string> {
  const below = new Set<string>();
  const queue = roleId === null ? [] : [roleId];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const role of org.store.table('UserRole').withValue('ParentRoleId', id)) {
      if (below.has(role.Id)) continue;
      below.add(role.Id);
      queue.push(role.Id);
    }
  }
  return below;
}

function levelOfId(org: Org, user: Row, id: string | null): Level {
  const type = id === null ? undefined : org.schema.byKeyPrefix(id.slice(0, 3));
  const row = type && org.store.table(type.name).get(id ?? '');
  return type === undefined || row === undefined ? NONE : accessLevel(org, user, type, row);
}

function higher(a: Level, b: Level): Level {
  return a > b ? a : b;
}

function levelThroughParents(org: Org, user: Row, fields: readonly string[], row: Row): Level {
  const created =
    text(row, 'CreatedById') === user.Id && fields.every(field => text(row, field) === null) ? ALL : NONE;
  return fields.reduce(
    (level, field) => higher(level, levelOfId(org, user, text(row, field))),
    created as Level,
  );
}

function levelOfSubject(org: Org, user: Row, row: Row): Level {
  return (['WhoId', 'WhatId'] as const)
    .map(field => levelOfId(org, user, text(row, field)))
    .reduce(higher, NONE);
}

/** An activity can be read by whoever can read the record it is about; controlled by parent, it can also be edited like it. */
function levelOfActivity(org: Org, user: Row, type: ObjectType, row: Row): Level {
  const invited = isInvited(org, user, type, row) ? READ : NONE;
  if (isHidden(user, row)) return invited;
  if (coveredOwners(org, user).has(text(row, 'OwnerId') ?? '')) return ALL;
  const model = org.settings.sharing[type.name] ?? 'Private';
  const subject = levelOfSubject(org, user, row);
  const byModel = model === 'ControlledByParent' ? subject : MODEL_LEVEL[model];
  return higher(higher(invited, byModel), subject > NONE ? READ : NONE);
}

/** Whoever has a contact, opportunity or case of an account may read the account. */
function levelThroughChildren(org: Org, owners: ReadonlySet<string>, account: Row): Level {
  const hasChild = ['Contact', 'Opportunity', 'Case'].some(object =>
    org.store
      .table(object)
      .withValue('AccountId', account.Id)
      .some(child => child.IsDeleted !== true && owners.has(text(child, 'OwnerId') ?? '')),
  );
  return hasChild ? READ : NONE;
}

function levelByModel(org: Org, user: Row, type: ObjectType, row: Row): Level {
  const model = org.settings.sharing[type.name] ?? (type.custom ? 'ReadWrite' : 'Private');
  const master = MASTER_FIELDS[type.name];
  if (model !== 'ControlledByParent' || master === undefined) return MODEL_LEVEL[model];
  return levelOfId(org, user, text(row, master)) >= EDIT ? ALL : levelOfId(org, user, text(row, master));
}

function levelOfOwned(org: Org, user: Row, type: ObjectType, row: Row): Level {
  const owners = coveredOwners(org, user);
  if (owners.has(text(row, 'OwnerId') ?? '')) return ALL;
  const level = levelByModel(org, user, type, row);
  if (level > NONE) return level;
  return type.name === 'Account' ? levelThroughChildren(org, owners, row) : NONE;
}

/** An e-mail is its creator's in full, whatever it hangs on (object reference, EmailMessage). */
function ownLevel(org: Org, user: Row, type: ObjectType, row: Row): Level {
  if (isActivity(type)) return levelOfActivity(org, user, type, row);
  if (isFile(type)) return levelOfFile(org, user, type, row, id => levelOfId(org, user, id));
  if (type.name === 'EmailMessage' && text(row, 'CreatedById') === user.Id) return ALL;
  if (type.name === 'EmailMessage' && row.IsPrivateDraft === true) return NONE;
  const parents = PARENT_FIELDS[type.name];
  return parents ? levelThroughParents(org, user, parents, row) : levelOfOwned(org, user, type, row);
}

/** What a user may do with one record, by ownership, role hierarchy and the defaults of the org. */
export function accessLevel(org: Org, user: Row, type: ObjectType, row: Row): Level {
  if (mayModifyAll(org, user)) return ALL;
  if (!mayUseObject(org, user, type, 'read')) return NONE;
  if (isSetupObject(type) || type.virtual) return READ;
  const own = higher(ownLevel(org, user, type, row), isOwnInvitation(user, type, row) ? EDIT : NONE);
  return mayViewAll(org, user) ? higher(own, READ) : own;
}

export const canRead = (org: Org, user: Row, type: ObjectType, row: Row): boolean =>
  accessLevel(org, user, type, row) >= READ;

export const canEdit = (org: Org, user: Row, type: ObjectType, row: Row): boolean =>
  accessLevel(org, user, type, row) >= EDIT && mayUseObject(org, user, type, 'edit');

export const canDelete = (org: Org, user: Row, type: ObjectType, row: Row): boolean =>
  accessLevel(org, user, type, row) >= ALL && mayUseObject(org, user, type, 'delete');
