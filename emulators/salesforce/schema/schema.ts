import { customField, standardField } from './fields.ts';
import { newObject, STANDARD_OBJECTS } from './standard.ts';
import type { Field, ObjectDefinition, ObjectType } from './types.ts';

/** The objects and fields of one org: the standard ones, and those an administrator has added. */
export interface Schema {
  /** Case-insensitive. */
  find(object: string): ObjectType | undefined;
  byKeyPrefix(prefix: string): ObjectType | undefined;
  all(): ObjectType[];
  /** Adds an object, or fields to one. A type that was found before stays as it was. */
  define(definition: ObjectDefinition): void;
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

type Target = readonly [object: string, field: string, childRelationship: string];

/** Where an object with activities becomes a target. */
const ACTIVITY_TARGETS: readonly Target[] = [
  ['Event', 'WhatId', 'Events'],
  ['Task', 'WhatId', 'Tasks'],
  ['EventRelation', 'RelationId', 'EventRelations'],
  ['TaskRelation', 'RelationId', 'TaskRelations'],
  ['EmailMessage', 'RelatedToId', 'Emails'],
];

/** Where every custom object becomes a target. */
const FILE_TARGETS: readonly Target[] = [
  ['Attachment', 'ParentId', 'Attachments'],
  ['ContentDocumentLink', 'LinkedEntityId', 'ContentDocumentLinks'],
  ['ContentVersion', 'FirstPublishLocationId', 'PublishedVersions'],
];

const STANDARD_NAMES = new Map(
  [...STANDARD_OBJECTS].flatMap(([name, { keyPrefix }]) => (keyPrefix === null ? [] : [[keyPrefix, name]])),
);

export function createSchema(): Schema {
  const objects = new Map(STANDARD_OBJECTS);
  const namesByPrefix = new Map(STANDARD_NAMES);
  let customObjects = 0;

  const find = (object: string): ObjectType | undefined => objects.get(object.toLowerCase());

  function replace(type: ObjectType): void {
    objects.set(type.name.toLowerCase(), type);
  }

  function newCustomObject(definition: ObjectDefinition): ObjectType {
    const keyPrefix = `a${customObjects.toString(36).padStart(2, '0')}`;
    customObjects += 1;
    const type = newObject(definition.object, keyPrefix, definition.label);
    for (const cells of SYSTEM_FIELDS)
      type.fields.set((cells[0] ?? '').toLowerCase(), standardField([type.name, ...cells]));
    namesByPrefix.set(keyPrefix, type.name.toLowerCase());
    return type;
  }

  function addChildRelationship(child: ObjectType, field: Field): void {
    const relationshipName = child.custom
      ? `${child.name.slice(0, -1)}r`
      : child.labelPlural.replaceAll(' ', '');
    for (const target of field.referenceTo) {
      const parent = find(target);
      const isKnown = parent?.children.some(
        known => known.childObject === child.name && known.field === field.name,
      );
      if (parent && !isKnown)
        replace({
          ...parent,
          children: [...parent.children, { relationshipName, childObject: child.name, field: field.name }],
        });
    }
  }

  /** Adds an object to those that a reference of another may lead to. */
  function addTarget([object, fieldName, relationshipName]: Target, target: string): void {
    const type = find(object);
    const field = type?.fields.get(fieldName.toLowerCase());
    if (type === undefined || field === undefined || field.referenceTo.includes(target)) return;
    const extended = { ...field, referenceTo: [...field.referenceTo, target] };
    replace({ ...type, fields: new Map([...type.fields, [fieldName.toLowerCase(), extended]]) });
    const parent = find(target);
    if (parent)
      replace({
        ...parent,
        children: [...parent.children, { relationshipName, childObject: object, field: fieldName }],
      });
  }

  return {
    find,
    byKeyPrefix: prefix => objects.get(namesByPrefix.get(prefix) ?? ''),
    all: () => [...objects.values()],
    define(definition) {
      const type = find(definition.object) ?? newCustomObject(definition);
      const added = definition.fields.map(customField);
      const fields = new Map(type.fields);
      for (const field of added) fields.set(field.name.toLowerCase(), field);
      replace({ ...type, fields });
      for (const field of added) addChildRelationship(type, field);
      if (type.custom) for (const target of FILE_TARGETS) addTarget(target, type.name);
      if (definition.hasActivities) for (const target of ACTIVITY_TARGETS) addTarget(target, type.name);
    },
  };
}
