import { fieldAccess, isSetupObject, mayUseObject, readableFields } from '../access/permissions.ts';
import { type Answer, ok } from '../http/message.ts';
import { isIdLookup } from '../schema/fields.ts';
import type { ChildRelationship, Field, ObjectType } from '../schema/types.ts';
import { type Call, type Route, typeNamed } from './call.ts';
import { isNotModified } from './conditional.ts';
import { isReplicable } from './replication.ts';

const SOAP_TYPES: Record<string, string> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  base64: 'xsd:base64Binary',
  address: 'urn:address',
  junctionidlist: 'xsd:string',
};
const AUTO_NUMBERS = new Set(['Case.CaseNumber', 'Quote.QuoteNumber']);
/** Types that can only be read and written. */
const OPAQUE = new Set(['address', 'base64', 'junctionidlist']);
const NUMERIC = new Set(['double', 'currency', 'percent']);

function sobjectSummary(call: Call, type: ObjectType): Record<string, unknown> {
  const { org } = call.emulator;
  const may = (right: 'create' | 'edit' | 'delete'): boolean =>
    !type.virtual && mayUseObject(org, call.user, type, right);
  const base = `/services/data/${call.version}/sobjects/${type.name}`;
  return {
    activateable: false,
    createable: may('create'),
    custom: type.custom,
    customSetting: false,
    deletable: may('delete') && type.name !== 'User',
    deprecatedAndHidden: false,
    feedEnabled: !isSetupObject(type),
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: type.keyPrefix,
    label: type.label,
    labelPlural: type.labelPlural,
    layoutable: !isSetupObject(type),
    mergeable: ['Account', 'Contact', 'Lead', 'Case'].includes(type.name),
    mruEnabled: !isSetupObject(type),
    name: type.name,
    queryable: true,
    replicateable: isReplicable(type),
    retrieveable: !type.virtual,
    searchable: !type.virtual,
    triggerable: !type.virtual,
    undeletable: may('delete') && type.fields.has('isdeleted'),
    updateable: may('edit'),
    urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  };
}

const NAME_PARTS = new Set(['FirstName', 'LastName', 'Salutation']);
const ADDRESS_PART = /^(.*?)(Street|City|State|PostalCode|Country|Latitude|Longitude|GeocodeAccuracy)$/;

/** The compound field that a part belongs to. */
function compoundOf(type: ObjectType, field: Field): string | null {
  if (NAME_PARTS.has(field.name) && type.fields.has('lastname')) return 'Name';
  const prefix = ADDRESS_PART.exec(field.name)?.[1];
  return prefix === undefined ? null : (type.fields.get(`${prefix.toLowerCase()}address`)?.name ?? null);
}

function fieldDescription(call: Call, type: ObjectType, field: Field): Record<string, unknown> {
  const { editable } = fieldAccess(call.emulator.org, call.user, type, field);
  const isLongText = field.type === 'textarea' && field.length >= 256;
  const isNumeric = NUMERIC.has(field.type);
  const isText =
    !['boolean', 'int', 'date', 'datetime'].includes(field.type) && !OPAQUE.has(field.type) && !isNumeric;
  return {
    aggregatable: !isLongText && !OPAQUE.has(field.type),
    autoNumber: AUTO_NUMBERS.has(`${type.name}.${field.name}`),
    byteLength: isText ? field.length * 3 : 0,
    calculated: false,
    caseSensitive: field.caseSensitive,
    compoundFieldName: compoundOf(type, field),
    createable: field.createable && editable,
    custom: field.custom,
    defaultValue: field.defaultValue,
    defaultedOnCreate:
      field.defaultValue !== null || field.name === 'OwnerId' || (!field.createable && !field.nillable),
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? 8 : 0,
    externalId: field.externalId,
    filterable: !isLongText && !OPAQUE.has(field.type),
    groupable: !isLongText && field.type !== 'datetime' && !OPAQUE.has(field.type),
    idLookup: isIdLookup(field),
    inlineHelpText: null,
    label: field.label,
    length: field.length,
    name: field.name,
    nameField: field.name === 'Name',
    namePointing: field.referenceTo.length > 1,
    nillable: field.nillable,
    permissionable: field.nillable && field.createable,
    picklistValues: field.picklist.map(entry => ({
      active: true,
      defaultValue: entry.isDefault,
      label: entry.label,
      validFor: null,
      value: entry.value,
    })),
    polymorphicForeignKey: field.referenceTo.length > 1,
    precision: isNumeric ? 18 : 0,
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName,
    restrictedPicklist: field.restricted,
    scale: isNumeric ? 2 : 0,
    soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
    sortable: !isLongText && !OPAQUE.has(field.type),
    type: field.type,
    unique: field.unique,
    updateable: field.updateable && editable,
  };
}

function schemaHeaders(call: Call): Record<string, string> {
  const changed = new Date(call.emulator.org.settings.schemaChangedMs);
  return { 'last-modified': changed.toUTCString() };
}

const notModified = (call: Call): Answer => ({ status: 304, headers: schemaHeaders(call) });
const isUnchanged = (call: Call): boolean => isNotModified(call, call.emulator.org.settings.schemaChangedMs);

function describeGlobal(call: Call): Answer {
  if (isUnchanged(call)) return notModified(call);
  const { org } = call.emulator;
  const types = org.schema.all().filter(type => mayUseObject(org, call.user, type, 'read'));
  const sobjects = types
    .map(type => sobjectSummary(call, type))
    .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  return {
    status: 200,
    headers: schemaHeaders(call),
    body: { encoding: 'UTF-8', maxBatchSize: 200, sobjects },
  };
}

function childDescription(childType: ObjectType, { field, relationshipName }: ChildRelationship): object {
  const deletion = childType.fields.get(field.toLowerCase())?.onParentDeletion;
  return {
    cascadeDelete: deletion === 'Cascade',
    childSObject: childType.name,
    deprecatedAndHidden: false,
    field,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName,
    restrictedDelete: deletion === 'Restrict',
  };
}

function describeObject(call: Call): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  if (isUnchanged(call)) return notModified(call);
  const fields = readableFields(call.emulator.org, call.user, type).map(field =>
    fieldDescription(call, type, field),
  );
  const { org } = call.emulator;
  const childRelationships = type.children.flatMap(child => {
    const childType = org.schema.find(child.childObject);
    const isKnown = childType !== undefined && mayUseObject(org, call.user, childType, 'read');
    return isKnown ? childDescription(childType, child) : [];
  });
  const master = {
    active: true,
    available: true,
    defaultRecordTypeMapping: true,
    developerName: 'Master',
    master: true,
    name: 'Master',
    recordTypeId: '012000000000000AAA',
    urls: {},
  };
  const body = {
    ...sobjectSummary(call, type),
    actionOverrides: [],
    childRelationships,
    fields,
    recordTypeInfos: [master],
    supportedScopes: [
      { label: `All ${type.labelPlural}`, name: 'everything' },
      { label: `My ${type.labelPlural}`, name: 'mine' },
    ],
  };
  return { status: 200, headers: schemaHeaders(call), body };
}

function basicInformation(call: Call): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  return ok({ objectDescribe: sobjectSummary(call, type), recentItems: [] });
}

export const describeRoutes: readonly Route[] = [
  ['GET', '/sobjects', describeGlobal],
  ['GET', '/sobjects/:object', basicInformation],
  ['GET', '/sobjects/:object/describe', describeObject],
];
