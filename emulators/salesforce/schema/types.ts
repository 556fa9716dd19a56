export interface PicklistValue {
  readonly value: string;
  readonly label: string;
  readonly isDefault: boolean;
}

/** What becomes of a record whose custom lookup loses its target. */
export type LookupDeletion = 'SetNull' | 'Restrict' | 'Cascade';

/** One field as `describe` tells it. `length` is 0 where the type has none. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly referenceTo: readonly string[];
  readonly relationshipName: string | null;
  readonly picklist: readonly PicklistValue[];
  readonly restricted: boolean;
  readonly externalId: boolean;
  readonly unique: boolean;
  readonly caseSensitive: boolean;
  readonly custom: boolean;
  readonly defaultValue: string | number | boolean | null;
  /** Of custom references. */
  readonly onParentDeletion?: LookupDeletion;
}

export interface ChildRelationship {
  readonly relationshipName: string;
  readonly childObject: string;
  /** The child's field that points to the parent. */
  readonly field: string;
}

export interface ObjectType {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly keyPrefix: string | null;
  readonly custom: boolean;
  /** Not stored, only looked at (UserRecordAccess). */
  readonly virtual: boolean;
  /** By lower-case name: names are case-insensitive everywhere. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly children: readonly ChildRelationship[];
}

/** What a control call gives for a field of its own. */
export interface FieldDefinition {
  name: string;
  type?: string | undefined;
  label?: string | undefined;
  length?: number | undefined;
  required?: boolean | undefined;
  externalId?: boolean | undefined;
  unique?: boolean | undefined;
  caseSensitive?: boolean | undefined;
  referenceTo?: string[] | undefined;
  relationshipName?: string | undefined;
  onParentDeletion?: LookupDeletion | undefined;
  picklistValues?: string[] | undefined;
  restricted?: boolean | undefined;
  defaultValue?: string | number | boolean | undefined;
}

export interface ObjectDefinition {
  object: string;
  label?: string | undefined;
  /** Whether events and tasks can be about its records. */
  hasActivities?: boolean | undefined;
  fields: FieldDefinition[];
}
