import { SyncFailure } from '../../sync/failure.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmKind, RecordKind } from '../../sync/record.ts';
import type { FeedKind } from '../connector.ts';
import { apiPath, type SalesforceWire } from './wire.ts';

export type PersonKind = 'contact' | 'lead';
export const objectOf = {
  contact: 'Contact',
  lead: 'Lead',
  event: 'Event',
  call: 'Task',
  task: 'Task',
  account: 'Account',
  user: 'User',
  invitation: 'EventRelation',
} as const satisfies Record<CrmKind, string>;

/** Objects of the vendor's whose records have folders in the mailbox. It knows no projects and no service calls (POL-9). */
const folderObjects: ReadonlyMap<FolderKind, string> = new Map([
  ['opportunities', 'Opportunity'],
  ['cases', 'Case'],
  ['quotes', 'Quote'],
]);
const customPrefix = 'custom:';
/** What an administrator can name an object (Salesforce Help, Custom Object Fields), with a package's namespace. */
const apiName = /^[A-Za-z]\w{0,79}$/;

/** Null where there is no such object in any org. */
export function folderObjectOf(kind: FolderKind): string | null {
  if (!kind.startsWith(customPrefix)) return folderObjects.get(kind) ?? null;
  const name = kind.slice(customPrefix.length);
  return apiName.test(name) ? name : null;
}

export function isFolderKind(kind: FeedKind | 'email'): kind is FolderKind {
  return !(kind in objectOf) && kind !== 'email';
}

/** What is not there by any name is answered as not there under this one. */
export function feedObjectOf(kind: FeedKind): string {
  return isFolderKind(kind) ? (folderObjectOf(kind) ?? kind.replaceAll(/\W/g, '_')) : objectOf[kind];
}

export const recordKinds: readonly RecordKind[] = ['contact', 'lead', 'event', 'call', 'task'];

/** Objects whose rows are records of the core. */
export const recordObjects = ['Contact', 'Lead', 'Event', 'Task'] as const;
export type RecordObject = (typeof recordObjects)[number];
/** Objects whose columns differ by org, edition and field security, by their API names. */
export type DescribedObject = string;

interface Column {
  readonly maxLength: number | null;
}
/** An object as its user may see it. */
export interface ObjectShape {
  readonly columns: ReadonlyMap<string, Column>;
  /** Our external id field, where an administrator has added it (also as part of a package). */
  readonly keyColumn: string | null;
}

export interface DescribedColumn extends Column {
  readonly type: string;
  readonly isCreateable: boolean;
  /** Whether a new record needs a value that nobody but its author gives. */
  readonly isRequired: boolean;
  readonly referenceTo: readonly string[];
  /** Leads to the record that a reference names. */
  readonly relationship: string | null;
  /** Active values of a picklist, in their order. */
  readonly values: readonly string[];
  readonly defaultValue: string | null;
}
/** An object with all that its description tells and we rely on. */
export interface DescribedShape extends ObjectShape {
  readonly columns: ReadonlyMap<string, DescribedColumn>;
  readonly label: string;
  readonly nameColumn: string | null;
}
/** A collection takes 200 records. */
export const recordsPerCollection = 200;

export type Shapes<O extends DescribedObject> = Readonly<Record<O, DescribedShape>>;

/** As an administrator adds it, and as a package brings it. */
export const keyColumns: readonly string[] = ['Tandem_Key__c', 'tandem__Key__c'];

interface DescribedField {
  readonly name: string;
  readonly type?: string;
  readonly length?: number;
  readonly externalId?: boolean;
  readonly unique?: boolean;
  readonly createable?: boolean;
  readonly nillable?: boolean;
  readonly defaultedOnCreate?: boolean;
  readonly nameField?: boolean;
  readonly referenceTo?: readonly string[];
  readonly relationshipName?: string | null;
  readonly picklistValues?: readonly {
    readonly value: string;
    readonly active?: boolean;
    readonly defaultValue?: boolean;
  }[];
}
interface Described {
  readonly label?: string;
  readonly fields: readonly DescribedField[];
}

export async function describeObject(wire: SalesforceWire, object: DescribedObject): Promise<DescribedShape> {
  const { fields, label } = await wire.get(`${apiPath}/sobjects/${object}/describe`).then(
    body => body as Described,
    (error: unknown) => withoutObject(error),
  );
  return {
    columns: new Map(fields.map(field => [field.name, columnOf(field)])),
    keyColumn: keyColumns.find(name => fields.some(field => isKey(field, name))) ?? null,
    label: label ?? object,
    nameColumn: fields.find(({ nameField }) => nameField)?.name ?? null,
  };
}

function columnOf(field: DescribedField): DescribedColumn {
  const { type = 'string', length, createable = false, nillable = false, defaultedOnCreate = false } = field;
  const active = (field.picklistValues ?? []).filter(value => value.active !== false);
  return {
    maxLength: length || null,
    type,
    isCreateable: createable,
    // A flag that nobody sets is not set.
    isRequired: createable && !nillable && !defaultedOnCreate && type !== 'boolean',
    referenceTo: field.referenceTo ?? [],
    relationship: field.relationshipName ?? null,
    values: active.map(({ value }) => value),
    defaultValue: active.find(({ defaultValue }) => defaultValue)?.value ?? null,
  };
}

export function isRecordObject(object: string): object is RecordObject {
  return recordObjects.some(known => known === object);
}

export function isVisible(shape: ObjectShape): boolean {
  return shape.columns.size > 0;
}

/** An object that the user may not see at all is described as not found. */
function withoutObject(error: unknown): Described {
  if (error instanceof SyncFailure && (error.kind === 'gone' || error.kind === 'schema'))
    return { fields: [] };
  throw error;
}

function isKey(field: DescribedField, name: string): boolean {
  return field.name === name && field.externalId === true && field.unique === true;
}
