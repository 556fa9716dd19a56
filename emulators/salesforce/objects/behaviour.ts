import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import type { Row, Value } from '../store/row.ts';

type Values = Readonly<Record<string, Value>>;

/** Writing on behalf of the system, past permissions and rules. */
export interface SystemWriter {
  /** A new record, or changes to one. */
  save(object: string, id: string | undefined, values: Values): Row;
  /** Changes that leave the stamps as they are. */
  amend(object: string, row: Row, values: Values): void;
  /** Into the recycle bin, with all that goes with it. */
  remove(object: string, row: Row): void;
  /** Deletes a relation by itself, as its user would. */
  unrelate(object: string, row: Row): void;
}

interface Acts {
  readonly org: Org;
  readonly user: Row;
  readonly system: SystemWriter;
}

export interface SaveContext extends Acts {
  /** Undefined when the record is new. */
  readonly previous: Row | undefined;
  /** Whether the system itself saves (conversion, merge), which may do more than a user. */
  readonly isSystem: boolean;
  /** Fields that the caller has given. */
  readonly given: ReadonlySet<string>;
}

export type RemoveContext = Acts;

/** What one object does beyond its fields. */
export interface Behaviour {
  /** Completes the draft, or throws the failure of a rule. Comes before the rules of the fields. */
  beforeSave?(draft: Draft, context: SaveContext): void;
  afterSave?(row: Row, context: SaveContext): void;
  /** Throws the failure of a rule when a user deletes the record by itself. */
  beforeRemove?(row: Row, context: RemoveContext): void;
  /** Comes after the record and its dependents were removed; `row` is the record as it was. */
  afterRemove?(row: Row, context: RemoveContext): void;
  /** The records that go with a deleted one: objects with their field that points to it. */
  readonly cascade?: readonly (readonly [object: string, field: string])[];
}
