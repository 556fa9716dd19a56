import type { Attendee, CrmRecord, CrmRef, RecordKind } from '../../sync/record.ts';
import type { Draft } from './systems.ts';

export const USER = 'u-own';
export const COLLEAGUE = 'u-other';

export interface RecordInCrm {
  readonly id: string;
  readonly kind: RecordKind;
  readonly who: number;
  readonly createdAtMs: number;
  readonly key: string | undefined;
  ownerId: string;
  accountId: string | null;
  fields: Draft;
  /** Of appointments: the user takes part in it, and another pairing may write it (CAL-2). */
  invited: boolean;
  led: boolean;
  attendees: readonly Attendee[];
  visible: boolean;
  editable: boolean;
  /** Whether there was a time when the user could not edit it. */
  wasLocked: boolean;
  deleted: boolean;
  successor: CrmRef | null;
  modifiedAtMs: number;
  changedTick: number;
  readTick: number;
  /** What we were told last: null when it was not among the answers. */
  told: CrmRecord | null;
}

/** The user's, seen and free to edit, unless it says otherwise. */
export function newRecord(
  more: Partial<RecordInCrm> &
    Pick<RecordInCrm, 'id' | 'kind' | 'who' | 'fields' | 'createdAtMs' | 'modifiedAtMs'>,
): RecordInCrm {
  return {
    key: undefined,
    ownerId: USER,
    accountId: null,
    invited: false,
    led: false,
    attendees: [],
    visible: true,
    editable: true,
    wasLocked: false,
    deleted: false,
    successor: null,
    changedTick: 0,
    readTick: 0,
    told: null,
    ...more,
  };
}
