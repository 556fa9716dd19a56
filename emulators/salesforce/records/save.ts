import { fieldAccess, mayUseObject } from '../access/permissions.ts';
import { checkReferences } from '../access/references.ts';
import { accessLevel, canEdit } from '../access/sharing.ts';
import { entityIsDeleted, failure, insufficientAccess } from '../failure.ts';
import type { SystemWriter } from '../objects/behaviour.ts';
import { behaviourOf } from '../objects/registry.ts';
import type { Org } from '../org.ts';
import { isIdLookup } from '../schema/fields.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';
import { coerce } from './coerce.ts';
import { marksOfDeletion, removeWithDependents } from './recycle.ts';
import { applyDuplicateRules, applyRewriteRules, applyValidationRules } from './rules.ts';
import { type Draft, validate } from './validate.ts';
import { writeRow } from './write.ts';

/** On whose behalf and how a record is written. */
export interface Acting {
  readonly org: Org;
  readonly user: Row;
  /** Sforce-Duplicate-Rule-Header: allowSave. */
  readonly allowDuplicates: boolean;
}

export type Input = Readonly<Record<string, unknown>>;

const noSuchColumn = (name: string, type: ObjectType): Error =>
  failure('INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`, []);

function unwritable(fields: readonly string[]): Error {
  const names = fields.join(', ');
  return failure(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${names}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
    fields,
  );
}

/** `{"Account": {"Ext__c": "x"}}`: the reference to the one record that has this external id. */
function referenceByExternalId(acting: Acting, field: Field, value: Input): string {
  const keys = Object.keys(value).filter(key => key !== 'attributes' && key !== 'type');
  const [key = ''] = keys;
  for (const target of field.referenceTo) {
    const type = acting.org.schema.find(target);
    const external = type?.fields.get(key.toLowerCase());
    if (type === undefined || external === undefined || !isIdLookup(external)) continue;
    const rows = acting.org.store.table(type.name).withValue(external.name, String(value[key]));
    const [match] = rows.filter(row => row.IsDeleted !== true);
    if (match !== undefined) return match.Id;
  }
  throw failure(
    'INVALID_FIELD',
    `Foreign key external ID: ${String(value[key])} not found for field ${key} in entity ${field.referenceTo[0] ?? ''}`,
    [],
  );
}

function fieldByRelationship(type: ObjectType, name: string): Field | undefined {
  return [...type.fields.values()].find(
    field => field.relationshipName?.toLowerCase() === name.toLowerCase(),
  );
}

interface GivenValue {
  readonly field: Field;
  readonly value: unknown;
}

function resolveGiven(acting: Acting, type: ObjectType, name: string, value: unknown): GivenValue {
  const field = type.fields.get(name.toLowerCase());
  if (field !== undefined && fieldAccess(acting.org, acting.user, type, field).readable)
    return { field, value };
  const relation = fieldByRelationship(type, name);
  if (relation === undefined || typeof value !== 'object') throw noSuchColumn(name, type);
  return {
    field: relation,
    value: value === null ? null : referenceByExternalId(acting, relation, value as Input),
  };
}

/** The fields that the caller gives, in stored form. */
function readInput(
  acting: Acting,
  type: ObjectType,
  input: Input,
  isNew: boolean,
): Map<string, Draft[string]> {
  const given = new Map<string, Draft[string]>();
  const refused: string[] = [];
  for (const [name, raw] of Object.entries(input)) {
    if (name === 'attributes') continue;
    const { field, value } = resolveGiven(acting, type, name, raw);
    const writable = isNew ? field.createable : field.updateable;
    if (!writable || !fieldAccess(acting.org, acting.user, type, field).editable) refused.push(field.name);
    else given.set(field.name, coerce(field, value));
  }
  if (refused.length > 0) throw unwritable(refused);
  return given;
}

function newDraft(acting: Acting, type: ObjectType): Draft {
  const draft: Draft = { Id: acting.org.nextId(type) };
  for (const field of type.fields.values())
    if (field.defaultValue !== null) draft[field.name] = field.defaultValue;
  if (type.fields.has('ownerid')) draft.OwnerId = acting.user.Id;
  return draft;
}

function stamp(acting: Acting, type: ObjectType, draft: Draft, isNew: boolean): void {
  const now = acting.org.now();
  const put = (name: string, value: string): void => {
    if (type.fields.has(name.toLowerCase())) draft[name] = value;
  };
  if (isNew) {
    put('CreatedDate', now);
    put('CreatedById', acting.user.Id);
  }
  put('LastModifiedDate', now);
  put('LastModifiedById', acting.user.Id);
  put('SystemModstamp', now);
}

function withoutNulls(draft: Draft): Row {
  const row: Draft = { Id: draft.Id };
  for (const [name, value] of Object.entries(draft)) if (value !== null) row[name] = value;
  return row;
}

/** Relations of activities know neither validation rules nor triggers (object reference, EventRelation). */
const WITHOUT_RULES = new Set(['EventRelation', 'TaskRelation']);

function save(
  acting: Acting,
  type: ObjectType,
  draft: Draft,
  previous: Row | undefined,
  given: ReadonlySet<string>,
  isSystem: boolean,
): Row {
  const { org, user } = acting;
  const behaviour = behaviourOf(type);
  const context = { org, user, previous, isSystem, given, system: systemOf(acting) };
  checkReferences(type, draft, context);
  behaviour?.beforeSave?.(draft, context);
  validate(org, type, draft, previous);
  stamp(acting, type, draft, previous === undefined);
  if (!isSystem && !WITHOUT_RULES.has(type.name)) {
    applyValidationRules(org, user, type, draft);
    applyDuplicateRules(org, type, draft, acting.allowDuplicates);
  }
  applyRewriteRules(org, type, draft);
  const row = withoutNulls(draft);
  writeRow(org, type, row);
  behaviour?.afterSave?.(row, context);
  return row;
}

export function createRecord(acting: Acting, type: ObjectType, input: Input): Row {
  if (type.virtual || !mayUseObject(acting.org, acting.user, type, 'create'))
    throw failure(
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      `entity type cannot be inserted: ${type.label}`,
      [],
    );
  const given = readInput(acting, type, input, true);
  const draft = newDraft(acting, type);
  for (const [name, value] of given) if (value !== null || draft[name] === undefined) draft[name] = value;
  return save(acting, type, draft, undefined, new Set(given.keys()), false);
}

export function updateRecord(acting: Acting, type: ObjectType, id: string, input: Input): Row {
  const previous = acting.org.store.table(type.name).get(id);
  if (previous === undefined) throw failure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  if (!canEdit(acting.org, acting.user, type, previous)) throw insufficientAccess();
  if (previous.IsDeleted === true) throw entityIsDeleted();
  const given = readInput(acting, type, input, false);
  const isTransfer = given.has('OwnerId') && given.get('OwnerId') !== previous.OwnerId;
  if (isTransfer && accessLevel(acting.org, acting.user, type, previous) < 3) throw insufficientAccess();
  const draft: Draft = { ...(previous as Draft), ...Object.fromEntries(given) };
  return save(acting, type, draft, previous, new Set(given.keys()), false);
}

/** A change that the system makes to one of its records, past permissions and rules: any field may be given. */
export function systemSave(
  acting: Acting,
  type: ObjectType,
  id: string | undefined,
  values: Readonly<Record<string, Draft[string]>>,
): Row {
  const previous = id === undefined ? undefined : acting.org.store.table(type.name).get(id);
  const draft: Draft = { ...(previous ?? newDraft(acting, type)), ...values } as Draft;
  return save(acting, type, draft, previous, new Set(Object.keys(values)), true);
}

/** The system's own hand inside an action of a user, for what objects do beyond their fields. */
export function systemOf(acting: Acting): SystemWriter {
  const { org, user } = acting;
  const typeNamed = (object: string): ObjectType => {
    const type = org.schema.find(object);
    if (type === undefined) throw new Error(`The schema has no object ${object}`);
    return type;
  };
  const system: SystemWriter = {
    save: (object, id, values) => systemSave(acting, typeNamed(object), id, values),
    amend: (object, row, values) => writeRow(org, typeNamed(object), { ...row, ...values }),
    remove: (object, row) => removeWithDependents({ org, user, system }, typeNamed(object), row),
    unrelate(object, row) {
      const type = typeNamed(object);
      removeWithDependents({ org, user, system }, type, row, marksOfDeletion(org, type));
    },
  };
  return system;
}
