import { PICKLISTS, RESTRICTED } from './picklists.ts';
import type { Field, FieldDefinition, LookupDeletion, PicklistValue } from './types.ts';

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
const DEFAULTS: Record<string, string> = {
  'User.TimeZoneSidKey': 'America/Los_Angeles',
  'User.LocaleSidKey': 'en_US',
  'User.LanguageLocaleKey': 'en_US',
  'User.EmailEncodingKey': 'UTF-8',
  'User.UserType': 'Standard',
  'User.DigestFrequency': 'D',
  'User.DefaultGroupNotificationFrequency': 'N',
};

/** Whether records are found by the field's value: external ids, and the address of people (REST guide, upsert). */
export const isIdLookup = (field: Field): boolean =>
  field.type === 'id' || field.externalId || (field.type === 'email' && field.name === 'Email');

export function labelOf(name: string): string {
  const words = name
    .replace(/__c$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.replace(/ Id$/, ' ID');
}

export function pluralOf(label: string): string {
  if (/[^aeiou]y$/.test(label)) return `${label.slice(0, -1)}ies`;
  return /s$/.test(label) ? `${label}es` : `${label}s`;
}

function relationshipNameOf(field: string): string | null {
  if (field.endsWith('__c')) return `${field.slice(0, -1)}r`;
  return field.endsWith('Id') && field !== 'Id' ? field.slice(0, -2) : null;
}

function picklistOf(values: readonly string[]): PicklistValue[] {
  return values.map(entry => {
    const [value = '', label = value] = entry.replace(/\*$/, '').split('=');
    return { value, label, isDefault: entry.endsWith('*') };
  });
}

function defaultOf(path: string, type: string, picklist: readonly PicklistValue[]): Field['defaultValue'] {
  if (type === 'boolean') return false;
  return picklist.find(entry => entry.isDefault)?.value ?? DEFAULTS[path] ?? null;
}

/** A field from its line in a table: object, name, type, length, nillable, createable, updateable, references. */
export function standardField(cells: readonly string[]): Field {
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

/** A required lookup cannot be cleared. */
const lookupDeletionOf = (definition: FieldDefinition): LookupDeletion =>
  definition.onParentDeletion ?? (definition.required === true ? 'Restrict' : 'SetNull');

export function customField(definition: FieldDefinition): Field {
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
    ...(type === 'reference' ? { onParentDeletion: lookupDeletionOf(definition) } : {}),
  };
}
