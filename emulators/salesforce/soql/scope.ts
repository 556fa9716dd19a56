import type { FieldType } from '@jetstreamapp/soql-parser-js';
import { readableField } from '../access/permissions.ts';
import { canRead } from '../access/sharing.ts';
import type { Org } from '../org.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import { type Row, text, type Value } from '../store/row.ts';
import { noSuchColumn, noSuchRelationship } from './malformed.ts';

/** What names in one query level mean: for whom, on which object, under which alias. */
export interface Scope {
  readonly org: Org;
  readonly user: Row;
  readonly soql: string;
  readonly type: ObjectType;
  readonly alias: string | undefined;
}

/** A step from a record to the one its reference points to; several targets are seen as the common `Name` object. */
export interface Step {
  readonly relationshipName: string;
  readonly field: Field;
  readonly targets: readonly ObjectType[];
}

/** A resolved field path. */
export interface Column {
  readonly steps: readonly Step[];
  readonly field: Field;
  /** The object that carries the field. */
  readonly object: string;
  value(row: Row): Value;
}

/** Fields of the pseudo-object behind a reference with several targets. */
const NAME_FIELDS = [
  'Id',
  'Name',
  'FirstName',
  'LastName',
  'Email',
  'Phone',
  'Title',
  'Alias',
  'Username',
  'IsActive',
  'ProfileId',
  'UserRoleId',
];
/** Of a reference with several targets, `Type` is the target's object. */
export const TYPE_FIELD: Field = {
  name: 'Type',
  label: 'Type',
  type: 'picklist',
  length: 40,
  nillable: true,
  createable: false,
  updateable: false,
  referenceTo: [],
  relationshipName: null,
  picklist: [],
  restricted: false,
  externalId: false,
  unique: false,
  caseSensitive: false,
  custom: false,
  defaultValue: null,
};
const MAX_STEPS = 5;

export function stepFrom(scope: Scope, types: readonly ObjectType[], relationship: string): Step | undefined {
  const wanted = relationship.toLowerCase();
  for (const type of types) {
    for (const field of type.fields.values()) {
      if (field.relationshipName?.toLowerCase() !== wanted) continue;
      if (readableField(scope.org, scope.user, type, field.name) === undefined) continue;
      const targets = field.referenceTo.flatMap(name => scope.org.schema.find(name) ?? []);
      return { relationshipName: field.relationshipName ?? relationship, field, targets };
    }
  }
  return undefined;
}

/** The record that a reference leads to, as far as the user may see it. */
export function follow(scope: Scope, step: Step, row: Row): { type: ObjectType; row: Row } | undefined {
  const id = text(row, step.field.name);
  const type = id === null ? undefined : scope.org.schema.byKeyPrefix(id.slice(0, 3));
  const target = type === undefined || id === null ? undefined : scope.org.store.table(type.name).get(id);
  if (type === undefined || target === undefined || !canRead(scope.org, scope.user, type, target))
    return undefined;
  return { type, row: target };
}

function fieldOnTargets(scope: Scope, targets: readonly ObjectType[], name: string): Field | undefined {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return readableField(scope.org, scope.user, only, name);
  if (name.toLowerCase() === 'type') return TYPE_FIELD;
  const common = NAME_FIELDS.find(each => each.toLowerCase() === name.toLowerCase());
  return common === undefined
    ? undefined
    : targets.flatMap(type => readableField(scope.org, scope.user, type, common) ?? [])[0];
}

/** A path without the alias or object name it may begin with. */
function withoutAlias(scope: Scope, path: readonly string[]): readonly string[] {
  const first = path[0]?.toLowerCase();
  const isPrefix =
    path.length > 1 && (first === scope.alias?.toLowerCase() || first === scope.type.name.toLowerCase());
  return isPrefix ? path.slice(1) : path;
}

function valueAlong(scope: Scope, steps: readonly Step[], field: Field, row: Row): Value {
  let current: { type: ObjectType; row: Row } = { type: scope.type, row };
  for (const step of steps) {
    const next = follow(scope, step, current.row);
    if (next === undefined) return null;
    current = next;
  }
  return field === TYPE_FIELD ? current.type.name : (current.row[field.name] ?? null);
}

/** The dotted path of a selected field, as written. */
export function fieldPath(item: Extract<FieldType, { type: 'Field' | 'FieldRelationship' }>): string {
  return 'relationships' in item ? [...item.relationships, item.field].join('.') : item.field;
}

export function resolve(scope: Scope, dotted: string): Column {
  const path = withoutAlias(scope, dotted.split('.'));
  const steps: Step[] = [];
  let targets: readonly ObjectType[] = [scope.type];
  for (const relationship of path.slice(0, -1)) {
    const step = stepFrom(scope, targets, relationship);
    if (step === undefined || steps.length === MAX_STEPS)
      throw noSuchRelationship(scope.soql, dotted, relationship);
    steps.push(step);
    targets = step.targets;
  }
  const name = path.at(-1) ?? '';
  const field = fieldOnTargets(scope, targets, name);
  const object = targets.length === 1 ? (targets[0]?.name ?? '') : 'Name';
  if (field === undefined) throw noSuchColumn(scope.soql, dotted, name, object);
  const value =
    steps.length === 0
      ? (row: Row) => row[field.name] ?? null
      : (row: Row) => valueAlong(scope, steps, field, row);
  return { steps, field, object, value };
}
