import type { z } from 'zod';
import type { Emulator } from '../emulator.ts';
import { Failure, failure } from '../failure.ts';
import { userNamed } from '../oauth/token.ts';
import type { Org } from '../org.ts';
import { coerce } from '../records/coerce.ts';
import { type Acting, createRecord, type Input, systemSave } from '../records/save.ts';
import { ReferenceFailure, substitute } from '../rest/references.ts';
import type { ObjectDefinition, ObjectType } from '../schema/types.ts';
import { matchesCondition } from '../soql/condition.ts';
import { type Row, text } from '../store/row.ts';
import type { loadInput } from './inputs.ts';

type Load = z.infer<typeof loadInput>;
type UserInput = Load['users'][number];

export function typeOf(org: Org, name: string): ObjectType {
  const type = org.schema.find(name);
  if (type === undefined)
    throw failure('INVALID_TYPE', `There is no object ${name}: define it with POST /_emulator/schema first`);
  return type;
}

/** Control acts as the integration user. */
export function systemActing(org: Org): Acting {
  const user = userNamed(org, org.identity.username);
  if (user === undefined)
    throw failure('INVALID_INPUT', 'The integration user is missing: POST /_emulator/reset');
  return { org, user, allowDuplicates: true };
}

function rowNamed(org: Org, object: string, name: string): Row | undefined {
  return [...org.store.table(object).rows()].find(row => text(row, 'Name') === name);
}

function idNamed(org: Org, object: string, name: string): string {
  const row = rowNamed(org, object, name);
  if (row === undefined) throw failure('INVALID_INPUT', `There is no ${object} named ${name}`);
  return row.Id;
}

function loadRole(acting: Acting, role: Load['roles'][number]): string {
  const { org } = acting;
  const parent = role.ParentRole === undefined ? null : idNamed(org, 'UserRole', role.ParentRole);
  return systemSave(acting, typeOf(org, 'UserRole'), rowNamed(org, 'UserRole', role.Name)?.Id, {
    Name: role.Name,
    DeveloperName: role.Name.replace(/\W+/g, '_'),
    ParentRoleId: parent,
    OpportunityAccessForAccountOwner: 'None',
  }).Id;
}

function loadUser(acting: Acting, given: UserInput): { id: string; Id: string; Username: string } {
  const { org } = acting;
  const { Role, Profile, ...fields } = given;
  const type = typeOf(org, 'User');
  const known = userNamed(org, given.Username);
  const values = Object.entries(fields).map(([name, value]) => {
    const field = type.fields.get(name.toLowerCase());
    if (field === undefined)
      throw failure('INVALID_FIELD', `No such column '${name}' on sobject of type User`);
    return [field.name, coerce(field, value)] as const;
  });
  const row = systemSave(acting, type, known?.Id, {
    Email: given.Username,
    LastName: given.Username.split('@')[0] ?? given.Username,
    ...(known === undefined ? { ProfileId: idNamed(org, 'Profile', Profile ?? 'Standard User') } : {}),
    ...(known !== undefined && Profile !== undefined ? { ProfileId: idNamed(org, 'Profile', Profile) } : {}),
    ...(Role === undefined ? {} : { UserRoleId: idNamed(org, 'UserRole', Role) }),
    ...Object.fromEntries(values),
  });
  return { id: row.Id, Id: row.Id, Username: given.Username };
}

export function defineObjects(org: Org, definitions: readonly ObjectDefinition[]): void {
  for (const definition of definitions) {
    org.schema.define(definition);
    org.settings.definitions.push(definition);
  }
  org.settings.schemaChangedMs = org.clock.nowMs();
  org.saveSettings();
}

/** A condition that cannot be read is refused now, not at the first save. */
function checkConditions(acting: Acting, load: Load): void {
  for (const rule of load.validationRules ?? []) {
    try {
      matchesCondition(acting.org, acting.user, typeOf(acting.org, rule.object), rule.condition, { Id: '' });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw failure(
        'INVALID_INPUT',
        `The condition of the validation rule on ${rule.object} cannot be read: ${error.message}`,
      );
    }
  }
}

/** Later records name earlier ones by `@{referenceId.id}`, as in a composite request. */
function loadRecords(acting: Acting, given: Load['records']): object[] {
  const known = new Map<string, unknown>();
  return given.map(record => {
    const type = typeOf(acting.org, record.attributes.type);
    const { Id } = createRecord(acting, type, resolved(record, known));
    const { referenceId } = record.attributes;
    if (typeof referenceId === 'string') known.set(referenceId, { id: Id });
    return { Id, type: type.name };
  });
}

function resolved(record: Input, known: ReadonlyMap<string, unknown>): Input {
  try {
    return substitute(record, known) as Input;
  } catch (error) {
    if (!(error instanceof ReferenceFailure)) throw error;
    throw failure('INVALID_INPUT', error.message);
  }
}

/** Brings people, rules and records into the org; what is already there by name is updated. Rules replace the earlier ones. */
export function load(emulator: Emulator, input: Load): object {
  const { org } = emulator;
  const acting = systemActing(org);
  if (input.schema.length > 0) defineObjects(org, input.schema);
  checkConditions(acting, input);
  const roles = input.roles.map(role => ({ Id: loadRole(acting, role), Name: role.Name }));
  const users = input.users.map(user => loadUser(acting, user));
  const records = loadRecords(acting, input.records);
  if (input.validationRules) org.settings.validationRules = input.validationRules;
  if (input.duplicateRules) org.settings.duplicateRules = input.duplicateRules;
  if (input.rewriteRules) org.settings.rewriteRules = input.rewriteRules;
  org.saveSettings();
  return { roles, users, records };
}
