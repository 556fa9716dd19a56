import type {
  FieldSubquery,
  FieldType,
  FieldTypeOf,
  FieldTypeOfCondition,
} from '@jetstreamapp/soql-parser-js';
import { readableFields } from '../access/permissions.ts';
import { failure } from '../failure.ts';
import { attributesOf, fieldValue } from '../records/representation.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';
import { functionColumn } from './functions.ts';
import { malformed, noSuchRelationship, noSuchType } from './malformed.ts';
import {
  type Column,
  fieldPath,
  follow,
  resolve,
  type Scope,
  type Step,
  stepFrom,
  TYPE_FIELD,
} from './scope.ts';

/** How a row becomes the JSON of a query result. */
export type Projection = (row: Row, version: string) => Record<string, unknown>;
/** Runs a child subquery for one parent; null when there are no children. */
export type ChildRows = (item: FieldSubquery) => { name: string; of: (row: Row, version: string) => unknown };

type Writer = (output: Record<string, unknown>, row: Row, type: ObjectType, version: string) => void;

interface Level {
  readonly writers: Writer[];
  readonly parents: Map<string, { step: Step; level: Level }>;
}

const newLevel = (): Level => ({ writers: [], parents: new Map() });

function levelFor(root: Level, steps: readonly Step[]): Level {
  let level = root;
  for (const step of steps) {
    const known = level.parents.get(step.relationshipName);
    const next = known?.level ?? newLevel();
    if (known === undefined) {
      level.parents.set(step.relationshipName, { step, level: next });
      level.writers.push(parentWriter(step.relationshipName));
    }
    level = next;
  }
  return level;
}

/** Holds the parent's place in the order of keys; `writeLevel` fills it. */
const parentWriter =
  (name: string): Writer =>
  output => {
    output[name] = null;
  };

function fieldWriter(field: Field): Writer {
  return (output, row, type, version) => {
    output[field.name] = field === TYPE_FIELD ? type.name : fieldValue(type, field, row, version);
  };
}

function writeLevel(
  scope: Scope,
  level: Level,
  type: ObjectType,
  row: Row,
  version: string,
): Record<string, unknown> {
  const output: Record<string, unknown> = { attributes: attributesOf(type, row.Id, version) };
  for (const write of level.writers) write(output, row, type, version);
  for (const [name, parent] of level.parents) {
    const target = follow(scope, parent.step, row);
    output[name] =
      target === undefined ? null : writeLevel(scope, parent.level, target.type, target.row, version);
  }
  return output;
}

function addColumn(root: Level, column: Column): void {
  levelFor(root, column.steps).writers.push(fieldWriter(column.field));
}

const FIELDS_LIMIT = 200;

function fieldsOf(scope: Scope, group: string, limit: number | undefined): Field[] {
  if (group !== 'STANDARD' && (limit === undefined || limit > FIELDS_LIMIT))
    throw malformed(`The SOQL FIELDS function must have a LIMIT of at most ${FIELDS_LIMIT}`);
  return readableFields(scope.org, scope.user, scope.type).filter(
    field => group === 'ALL' || field.custom === (group === 'CUSTOM'),
  );
}

interface Branch {
  /** Undefined for ELSE. */
  readonly type: ObjectType | undefined;
  readonly level: Level;
}

/** The fields of one type, or of what all types have in common; each list is one like that of SELECT itself (SOQL guide, TYPEOF). */
function branchOf(scope: Scope, item: FieldTypeOf, step: Step, condition: FieldTypeOfCondition): Branch {
  const { objectType, fieldList } = condition;
  const level = newLevel();
  if (objectType === undefined) {
    for (const name of fieldList) {
      const { steps, field } = resolve(scope, `${item.field}.${name}`);
      levelFor(level, steps.slice(1)).writers.push(fieldWriter(field));
    }
    return { type: undefined, level };
  }
  const type = step.targets.find(target => target.name.toLowerCase() === objectType.toLowerCase());
  if (type === undefined) throw noSuchType(scope.soql, objectType);
  for (const name of fieldList) addColumn(level, resolve({ ...scope, type, alias: undefined }, name));
  return { type, level };
}

function typeOfWriter(scope: Scope, item: FieldTypeOf): Writer {
  const step = stepFrom(scope, [scope.type], item.field);
  if (step === undefined) throw noSuchRelationship(scope.soql, item.field, item.field);
  const branches = item.conditions.map(condition => branchOf(scope, item, step, condition));
  return (output, row, _type, version) => {
    const target = follow(scope, step, row);
    output[step.relationshipName] = null;
    if (target === undefined) return;
    const { level } = branches.find(each => each.type === target.type) ??
      branches.find(each => each.type === undefined) ?? { level: newLevel() };
    output[step.relationshipName] = writeLevel(scope, level, target.type, target.row, version);
  };
}

function addFunction(
  scope: Scope,
  root: Level,
  item: Extract<FieldType, { type: 'FieldFunctionExpression' }>,
  limit: number | undefined,
): void {
  if (item.functionName.toUpperCase() === 'FIELDS') {
    const group = String(item.parameters[0] ?? '').toUpperCase();
    for (const field of fieldsOf(scope, group, limit)) root.writers.push(fieldWriter(field));
    return;
  }
  const column = functionColumn(scope, item);
  const { alias } = item;
  if (alias === undefined) addColumn(root, column);
  else
    root.writers.push((output, row) => {
      output[alias] = column.value(row);
    });
}

function addItem(
  scope: Scope,
  root: Level,
  item: FieldType,
  limit: number | undefined,
  childRows: ChildRows,
): void {
  switch (item.type) {
    case 'Field':
    case 'FieldRelationship':
      addColumn(root, resolve(scope, fieldPath(item)));
      break;
    case 'FieldFunctionExpression':
      addFunction(scope, root, item, limit);
      break;
    case 'FieldTypeof':
      root.writers.push(typeOfWriter(scope, item));
      break;
    case 'FieldSubquery':
      root.writers.push(childWriter(childRows(item)));
  }
}

function childWriter({ name, of }: ReturnType<ChildRows>): Writer {
  return (output, row, _type, version) => {
    output[name] = of(row, version);
  };
}

function checkDuplicates(items: readonly FieldType[]): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.type !== 'Field' && item.type !== 'FieldRelationship') continue;
    const name = fieldPath(item);
    if (seen.has(name.toLowerCase())) throw failure('INVALID_FIELD', `duplicate field selected: ${name}`);
    seen.add(name.toLowerCase());
  }
}

/** A relationship is asked for by TYPEOF or by paths, not by both (SOQL guide, TYPEOF). */
function checkTypeOf(items: readonly FieldType[]): void {
  const paths = new Set(
    items.flatMap(item => ('relationships' in item ? (item.relationships[0]?.toLowerCase() ?? []) : [])),
  );
  for (const item of items)
    if (item.type === 'FieldTypeof' && paths.has(item.field.toLowerCase()))
      throw malformed(`The relationship ${item.field} of TYPEOF cannot be used in the field list as well`);
}

/** Checks the select list and says how a row is written. */
export function compileProjection(
  scope: Scope,
  items: readonly FieldType[],
  limit: number | undefined,
  childRows: ChildRows,
): Projection {
  checkDuplicates(items);
  checkTypeOf(items);
  const root = newLevel();
  for (const item of items) addItem(scope, root, item, limit, childRows);
  return (row, version) => writeLevel(scope, root, scope.type, row, version);
}
