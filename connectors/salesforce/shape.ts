import { SyncFailure } from '../../sync/failure.ts';
import type { CrmKind, RecordKind } from '../../sync/record.ts';
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

export const recordKinds: readonly RecordKind[] = ['contact', 'lead', 'event', 'call', 'task'];

/** Objects whose rows are records of the core. */
export const recordObjects = ['Contact', 'Lead', 'Event', 'Task'] as const;
export type RecordObject = (typeof recordObjects)[number];
/** Objects whose columns differ by org, edition and field security. */
export type DescribedObject = RecordObject | 'EventRelation';

interface Column {
  readonly maxLength: number | null;
}
/** An object as its user may see it. */
export interface ObjectShape {
  readonly columns: ReadonlyMap<string, Column>;
  /** Our external id field, where an administrator has added it (also as part of a package). */
  readonly keyColumn: string | null;
}
/** A collection takes 200 records. */
export const recordsPerCollection = 200;

export type Shapes<O extends DescribedObject> = Readonly<Record<O, ObjectShape>>;

/** As an administrator adds it, and as a package brings it. */
export const keyColumns: readonly string[] = ['Tandem_Key__c', 'tandem__Key__c'];

interface Described {
  readonly fields: readonly {
    readonly name: string;
    readonly length?: number;
    readonly externalId?: boolean;
    readonly unique?: boolean;
  }[];
}

export async function describeObject(wire: SalesforceWire, object: DescribedObject): Promise<ObjectShape> {
  const { fields } = await wire.get(`${apiPath}/sobjects/${object}/describe`).then(
    body => body as Described,
    (error: unknown) => withoutObject(error),
  );
  return {
    columns: new Map(fields.map(field => [field.name, { maxLength: field.length || null }])),
    keyColumn: keyColumns.find(name => fields.some(field => isKey(field, name))) ?? null,
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

function isKey(field: Described['fields'][number], name: string): boolean {
  return field.name === name && field.externalId === true && field.unique === true;
}
