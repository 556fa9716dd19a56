import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelOf, pluralOf, standardField } from './fields.ts';
import { KEY_PREFIXES } from './keyPrefixes.ts';
import type { ChildRelationship, Field, ObjectType } from './types.ts';

interface NewObjectType extends ObjectType {
  readonly fields: Map<string, Field>;
  readonly children: ChildRelationship[];
}

const VIRTUAL = new Set(['EventWhoRelation', 'TaskWhoRelation', 'UserRecordAccess']);

export function newObject(name: string, keyPrefix: string | null, label = labelOf(name)): NewObjectType {
  const custom = name.endsWith('__c');
  return {
    name,
    label,
    labelPlural: pluralOf(label),
    keyPrefix,
    custom,
    virtual: VIRTUAL.has(name),
    fields: new Map(),
    children: [],
  };
}

function tsvRows(file: string): string[][] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  return text.split('\n').flatMap(line => (line === '' || line.startsWith('#') ? [] : [line.split('\t')]));
}

/** The child's field behind a child relationship: the only one of its references that leads to the parent by its usual name. */
function foreignKey(parent: string, relationship: string, child: ObjectType): string | undefined {
  const special: Record<string, string> = {
    'Account.ChildAccounts': 'ParentId',
    'Case.Cases': 'ParentId',
    'Case.EmailMessages': 'ParentId',
    'User.DelegatedUsers': 'DelegatedApproverId',
    'User.ManagedUsers': 'ManagerId',
  };
  const named = special[`${parent}.${relationship}`];
  if (named !== undefined) return named;
  const candidates = [...child.fields.values()].filter(
    field => field.referenceTo.includes(parent) && field.name !== 'MasterRecordId',
  );
  return (candidates.find(field => field.name === `${parent}Id`) ?? candidates[0])?.name;
}

function readStandardObjects(): Map<string, NewObjectType> {
  const objects = new Map<string, NewObjectType>();
  const rows = [...tsvRows('standard.tsv'), ...tsvRows('supplement.tsv')];
  const relationships: string[][] = [];
  for (const cells of rows) {
    const [first = '', second = ''] = cells;
    if (first === '>') {
      relationships.push(cells);
      continue;
    }
    const type = objects.get(first.toLowerCase()) ?? newObject(first, KEY_PREFIXES[first] ?? null);
    objects.set(first.toLowerCase(), type);
    type.fields.set(second.toLowerCase(), standardField(cells));
  }
  for (const [, parent = '', relationshipName = '', childObject = ''] of relationships) {
    const parentType = objects.get(parent.toLowerCase());
    const childType = objects.get(childObject.toLowerCase());
    const field = childType && foreignKey(parent, relationshipName, childType);
    if (
      field !== undefined &&
      !parentType?.children.some(child => child.relationshipName === relationshipName)
    )
      parentType?.children.push({ relationshipName, childObject, field });
  }
  return objects;
}

/** The objects of a new org by lower-case name: read once, shared by all orgs of the process. */
export const STANDARD_OBJECTS: ReadonlyMap<string, ObjectType> = readStandardObjects();
