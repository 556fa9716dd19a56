import { SyncFailure } from '../../sync/failure.ts';
import { apiPath, type SalesforceWire } from './wire.ts';

export type PersonKind = 'contact' | 'lead';
export const objectOf = { contact: 'Contact', lead: 'Lead' } as const;

interface Column {
  readonly maxLength: number | null;
}
/** An object as its user may see it. */
export interface ObjectShape {
  readonly columns: ReadonlyMap<string, Column>;
  /** Our external id field, where an administrator has added it (also as part of a package). */
  readonly keyColumn: string | null;
}
export type Shapes = Readonly<Record<PersonKind, ObjectShape>>;

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

/** Which columns there are differs by org, edition and the user's field security. */
export async function describeShapes(wire: SalesforceWire): Promise<Shapes> {
  const [contact, lead] = await Promise.all([describe(wire, 'contact'), describe(wire, 'lead')]);
  return { contact, lead };
}

async function describe(wire: SalesforceWire, kind: PersonKind): Promise<ObjectShape> {
  const { fields } = await wire.get(`${apiPath}/sobjects/${objectOf[kind]}/describe`).then(
    body => body as Described,
    (error: unknown) => withoutObject(error),
  );
  return {
    columns: new Map(fields.map(field => [field.name, { maxLength: field.length || null }])),
    keyColumn: keyColumns.find(name => fields.some(field => isKey(field, name))) ?? null,
  };
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
