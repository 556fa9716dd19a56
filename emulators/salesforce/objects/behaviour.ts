import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import type { Row } from '../store/row.ts';

interface SaveContext {
  readonly org: Org;
  readonly user: Row;
  /** Undefined when the record is new. */
  readonly previous: Row | undefined;
  /** Whether the system itself saves (conversion, merge), which may do more than a user. */
  readonly isSystem: boolean;
  /** Fields that the caller has given. */
  readonly given: ReadonlySet<string>;
}

/** What one object does beyond its fields. */
export interface Behaviour {
  /** Completes the draft, or throws the failure of a rule. Comes before the rules of the fields. */
  beforeSave?(draft: Draft, context: SaveContext): void;
  afterSave?(row: Row, context: SaveContext): void;
  /** The records that go with a deleted one: objects with their field that points to it. */
  readonly cascade?: readonly (readonly [object: string, field: string])[];
}
