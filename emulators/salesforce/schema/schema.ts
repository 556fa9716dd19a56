import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_PREFIXES } from './keyPrefixes.ts';
import { PICKLISTS, RESTRICTED } from './picklists.ts';
import type {
  ChildRelationship,
  Field,
  FieldDefinition,
  ObjectDefinition,
  ObjectType,
  PicklistValue,
} from './types.ts';

interface MutableObjectType extends ObjectType {
  readonly fields: Map<string, Field>;
  readonly children: ChildRelationship[];
}

/** The objects and fields of one org: the standard ones, and those an administrator has added. */
export interface Schema {
  /** Case-insensitive. */
  find(object: string): ObjectType | undefined;
  byKeyPrefix(prefix: string): ObjectType | undefined;
  all(): ObjectType[];
  define(definition: ObjectDefinition): ObjectType;
}

const CUSTOM_TYPE_LENGTHS: Record<string, number> = {
  string: 255,
  email: 80,
  phone: 40,
  url: 255,
  textarea: 255,
  picklist: 255,
  multipicklist: 4099,
  reference: 18,
};
const VIRTUAL = new Set(['UserRecordAccess']);
const DEFAULTS: Record<string, string> = {
  'User.TimeZoneSidKey': 'America/Los_Angeles',
  'User.LocaleSidKey': 'en_US',
  'User.LanguageLocaleKey': 'en_US',
  'User.EmailEncodingKey': 'UTF-8',
  'User.UserType': 'Standard',
  'User.DigestFrequency': 'D',
  'User.DefaultGroupNotificationFrequency': 'N',
};

function labelOf(name: string): string {
  const words = name
    .replace(/__c$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.replace(/ Id$/, ' ID');
}

function pluralOf(label: string): string {
  if (/[^aeiou]y$/.test(label)) return `${label.slice(0, -1)}ies`;
  return /s$/.test(label) ? `${label}es` : `${label}s`;
}

function relationshipNameOf(field: string): string | null {
  if (field.endsWith('__c')) return `${field.slice(0, -1)}r`;
  return field.endsWith('Id') && field !== 'Id' ? field.slice(0, -2) : null;
}

function picklistOf(values: readonly string[]): PicklistValue[] {
  return values.map(value => ({ value: value.replace(/\*$/, ''), isDefault: value.endsWith('*') }));
}

function defaultOf(path: string, type: string, picklist: readonly PicklistValue[]): Field['defaultValue'] {
  if (type === 'boolean') return false;
  return picklist.find(entry => entry.isDefault)?.value ?? DEFAULTS[path] ?? null;
}

function standardField(cells: readonly string[]): Field {
  const [object = '', name = '', type = '', length = '', nillable, createable, updateable, references = ''] =
    cells;
  const path = `${object}.${name}`;
  const picklist = picklistOf(PICKLISTS[path] ?? []);
  return {
    name,
    label: labelOf(name),
    type,
    length: Number(length),
    nillable: nillable === 'yes',
    createable: createable === 'yes',
    updateable: updateable === 'yes',
    referenceTo: references === '' ? [] : references.split(','),
    relationshipName: type === 'reference' && references !== '' ? relationshipNameOf(name) : null,
    picklist,
    restricted: RESTRICTED.has(path),
    externalId: false,
    unique: path === 'User.Username',
    caseSensitive: false,
    custom: false,
    defaultValue: defaultOf(path, type, picklist),
  };
}

function customField(definition: FieldDefinition): Field {
  const name = definition.name;
  const custom = name.endsWith('__c');
  const type = definition.type ?? 'string';
  const unique = definition.unique ?? false;
  return {
    name,
    label: definition.label ?? labelOf(name),
    type,
    length: definition.length ?? CUSTOM_TYPE_LENGTHS[type] ?? 0,
    nillable: !(definition.required ?? type === 'boolean'),
    createable: true,
    updateable: true,
    referenceTo: definition.referenceTo ?? [],
    relationshipName: type === 'reference' ? (definition.relationshipName ?? relationshipNameOf(name)) : null,
    picklist: picklistOf(definition.picklistValues ?? []),
    restricted: definition.restricted ?? false,
    externalId: definition.externalId ?? false,
    unique,
    caseSensitive: definition.caseSensitive ?? false,
    custom,
    defaultValue: definition.defaultValue ?? (type === 'boolean' ? false : null),
  };
}

function newObject(name: string, keyPrefix: string | null, label = labelOf(name)): MutableObjectType {
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

const SYSTEM_FIELDS = [
  ['Id', 'id', '18', 'no', 'no', 'no', ''],
  ['OwnerId', 'reference', '18', 'no', 'yes', 'yes', 'Group,User'],
  ['IsDeleted', 'boolean', '', 'no', 'no', 'no', ''],
  ['Name', 'string', '80', 'yes', 'yes', 'yes', ''],
  ['CreatedDate', 'datetime', '', 'no', 'no', 'no', ''],
  ['CreatedById', 'reference', '18', 'no', 'no', 'no', 'User'],
  ['LastModifiedDate', 'datetime', '', 'no', 'no', 'no', ''],
  ['LastModifiedById', 'reference', '18', 'no', 'no', 'no', 'User'],
  ['SystemModstamp', 'datetime', '', 'no', 'no', 'no', ''],
];

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

function loadStandard(objects: Map<string, MutableObjectType>): void {
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
}

export function createSchema(): Schema {
  const objects = new Map<string, MutableObjectType>();
  loadStandard(objects);
  const byPrefix = new Map<string, MutableObjectType>();
  for (const type of objects.values()) if (type.keyPrefix !== null) byPrefix.set(type.keyPrefix, type);
  let customObjects = 0;

  function addObject(definition: ObjectDefinition): MutableObjectType {
    const keyPrefix = `a${customObjects.toString(36).padStart(2, '0')}`;
    customObjects += 1;
    const type = newObject(definition.object, keyPrefix, definition.label);
    for (const cells of SYSTEM_FIELDS)
      type.fields.set((cells[0] ?? '').toLowerCase(), standardField([type.name, ...cells]));
    objects.set(type.name.toLowerCase(), type);
    byPrefix.set(keyPrefix, type);
    return type;
  }

  function addChildRelationship(child: ObjectType, field: Field): void {
    const relationshipName = child.custom
      ? `${child.name.slice(0, -1)}r`
      : child.labelPlural.replaceAll(' ', '');
    for (const target of field.referenceTo) {
      const parent = objects.get(target.toLowerCase());
      if (
        parent &&
        !parent.children.some(known => known.childObject === child.name && known.field === field.name)
      )
        parent.children.push({ relationshipName, childObject: child.name, field: field.name });
    }
  }

  return {
    find: object => objects.get(object.toLowerCase()),
    byKeyPrefix: prefix => byPrefix.get(prefix),
    all: () => [...objects.values()],
    define(definition) {
      const type = objects.get(definition.object.toLowerCase()) ?? addObject(definition);
      for (const fieldDefinition of definition.fields) {
        const field = customField(fieldDefinition);
        type.fields.set(field.name.toLowerCase(), field);
        addChildRelationship(type, field);
      }
      return type;
    },
  };
}
