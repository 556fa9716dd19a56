import type { Participant } from '../../sync/calendar/appointment.ts';
import { participantsOfText } from '../../sync/calendar/text-form.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { Fields, RecordKind } from '../../sync/record.ts';
import type { CrmAnswered, CrmWrite, Outcome } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import type { CrmForms } from './forms.ts';
import type { Guests } from './guests.ts';
import type { Persons } from './persons.ts';
import type { Records } from './records.ts';
import type { UserSchema } from './schema.ts';
import type { RecordObject, Shapes } from './shape.ts';
import type { Row, SalesforceWire } from './wire.ts';

/** What the writes of one user work with. */
export interface Writing {
  readonly userId: string;
  readonly wire: SalesforceWire;
  readonly schema: UserSchema;
  readonly records: Records;
  readonly forms: CrmForms;
  readonly persons: Persons;
  readonly access: CheckedAccess | null;
}

export type WriteShapes = Shapes<RecordObject | 'EventRelation'>;
export type Outcomes = Map<CrmWrite, Outcome<CrmAnswered>>;

/** An operation with what is sent for it. */
export interface Prepared<T> {
  readonly operation: T;
  readonly kind: RecordKind;
  readonly object: RecordObject;
  readonly record: Row;
  /** Of events whose participants are written. */
  readonly guests?: Guests;
}

/** What cannot be sent is the failure of its operation alone. */
export function prepare<T extends CrmWrite>(
  operations: readonly T[],
  outcomes: Outcomes,
  prepareOne: (operation: T) => Omit<Prepared<T>, 'operation'>,
): Prepared<T>[] {
  return operations.flatMap(operation => {
    try {
      return [{ operation, ...prepareOne(operation) }];
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      outcomes.set(operation, { ok: false, failure: error });
      return [];
    }
  });
}

export function groupsByObject<T>(
  prepared: readonly Prepared<T>[],
): { object: RecordObject; entries: Prepared<T>[] }[] {
  const objects = [...new Set(prepared.map(({ object }) => object))];
  return objects.map(object => ({ object, entries: prepared.filter(entry => entry.object === object) }));
}

/** undefined: they are not written. */
export function participantsIn(fields: Fields): Participant[] | undefined {
  return fields.participants === undefined ? undefined : participantsOfText(fields.participants ?? '[]');
}
