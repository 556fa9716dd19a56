import type { Participant } from '../../sync/calendar/appointment.ts';
import { participantsOfText } from '../../sync/calendar/text-form.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { Fields, RecordKind } from '../../sync/record.ts';
import type { CrmAnswered, CrmWrite, Outcome } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import type { WholeEvent } from './event-records.ts';
import type { CrmForms } from './forms.ts';
import { type Guests, guestsOf, guestsWithoutRelations } from './guests.ts';
import type { Persons } from './persons.ts';
import type { Records } from './records.ts';
import type { UserSchema } from './schema.ts';
import { isVisible, type ObjectShape, type RecordObject } from './shape.ts';
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

export interface Seated extends Guests {
  readonly whoId?: string | null;
}

/** Where those who take part in an event stand in the CRM; whom it is related to already comes first. */
export function seat(
  participants: readonly Participant[],
  idByAddress: ReadonlyMap<string, string>,
  ownerId: string,
  event: WholeEvent | undefined,
  relationShape: ObjectShape,
): Seated {
  const own = new Map<string, string>();
  for (const id of namedIn(event)) {
    const address = event?.people.get(id)?.Email;
    if (typeof address === 'string') own.set(address.toLowerCase(), id);
  }
  const idOf = (address: string) => own.get(address) ?? idByAddress.get(address);
  if (isVisible(relationShape)) return guestsOf(participants, idOf, ownerId);
  const whoId = typeof event?.row.WhoId === 'string' ? event.row.WhoId : null;
  return guestsWithoutRelations(participants, idOf, ownerId, whoId);
}

function namedIn(event: WholeEvent | undefined): string[] {
  if (event === undefined) return [];
  const related = event.relations.map(({ RelationId }) => RelationId);
  return [...related, event.row.WhoId, event.row.OwnerId].filter(id => typeof id === 'string');
}
