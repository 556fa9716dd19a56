import { failure } from '../failure.ts';
import type { Org } from '../org.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import type { Row, Value } from '../store/row.ts';

/** A record on its way into the store. */
export type Draft = Record<string, Value> & { Id: string };

const EMAIL = /^[^\s@<>()[\],;:"\\]+@[^\s@<>()[\],;:"\\.]+(\.[^\s@<>()[\],;:"\\.]+)+$/u;

function checkRequired(type: ObjectType, draft: Draft): void {
  const missing = [...type.fields.values()]
    .filter(
      field =>
        !field.nillable &&
        field.createable &&
        field.type !== 'boolean' &&
        (draft[field.name] ?? null) === null,
    )
    .map(field => field.name);
  if (missing.length > 0)
    throw failure('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
}

function checkText(field: Field, value: string): void {
  if (field.length > 0 && value.length > field.length)
    throw failure(
      'STRING_TOO_LONG',
      `${field.label}: data value too large: ${value} (max length=${field.length})`,
      [field.name],
    );
  if (field.type === 'email' && !EMAIL.test(value))
    throw failure('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${value}`, [field.name]);
  if (field.restricted && !field.picklist.some(entry => entry.value === value))
    throw failure(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `${field.label}: bad value for restricted picklist field: ${value}`,
      [field.name],
    );
}

function checkReference(org: Org, owned: ObjectType, field: Field, id: string): void {
  const type = org.schema.byKeyPrefix(id.slice(0, 3));
  if (type === undefined || (field.referenceTo.length > 0 && !field.referenceTo.includes(type.name)))
    throw failure('FIELD_INTEGRITY_EXCEPTION', `${field.label}: id value of incorrect type: ${id}`, [
      field.name,
    ]);
  const target = org.store.table(type.name).get(id);
  if (target === undefined)
    throw failure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name]);
  if (target.IsDeleted === true) throw failure('ENTITY_IS_DELETED', 'entity is deleted', [field.name]);
  if (field.name === 'OwnerId' && type.name === 'User' && target.IsActive !== true)
    throw failure(
      'INACTIVE_OWNER_OR_USER',
      `operation performed with inactive user [${id}] as owner of ${owned.label.toLowerCase()}`,
      [],
    );
}

function checkValue(org: Org, type: ObjectType, field: Field, value: Value): void {
  if (typeof value !== 'string') return;
  if (field.type === 'reference') checkReference(org, type, field, value);
  else checkText(field, value);
}

function checkUnique(org: Org, type: ObjectType, field: Field, draft: Draft): void {
  const value = draft[field.name];
  if (!field.unique || typeof value !== 'string') return;
  const twin = org.store
    .table(type.name)
    .withValue(field.name, value)
    .find(
      row =>
        row.Id !== draft.Id && row.IsDeleted !== true && (!field.caseSensitive || row[field.name] === value),
    );
  if (twin === undefined) return;
  if (field.name === 'Username')
    throw failure(
      'DUPLICATE_USERNAME',
      "Duplicate Username.The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address). ",
      ['Username'],
    );
  throw failure(
    'DUPLICATE_VALUE',
    `duplicate value found: ${field.name} duplicates value on record with id: ${twin.Id.slice(0, 15)}`,
    [],
  );
}

/** The rules that every field carries by its type. Values that did not change are not checked again. */
export function validate(org: Org, type: ObjectType, draft: Draft, previous: Row | undefined): void {
  checkRequired(type, draft);
  for (const field of type.fields.values()) {
    const value = draft[field.name] ?? null;
    if (value === null || value === (previous?.[field.name] ?? null)) continue;
    checkValue(org, type, field, value);
    checkUnique(org, type, field, draft);
  }
}
