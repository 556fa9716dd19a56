import type { Fields, Meeting } from '../record.ts';
import type { Bases, Loss } from './merge.ts';
import type { OutsideWhy } from './scope.ts';

/** A remembered partnership of a mailbox item and a CRM record. */
export interface Link {
  readonly bases: Bases;
  /** Of events: what it was among others when it was seen last. */
  readonly meeting?: Meeting | null;
  /** Another pairing writes the CRM's record of this meeting; this one only takes part (CAL-2). */
  readonly follows?: boolean;
  /** The item was the user's before we met it: it is released, never deleted (PAIR-7). */
  readonly adopted: boolean;
}

export type MailboxSide =
  /** Nothing was heard: the base stands. */
  | { readonly state: 'unchanged' }
  | {
      readonly state: 'present';
      readonly fields: Fields;
      readonly categories: readonly string[];
      readonly modifiedAtMs: number;
      readonly meeting?: Meeting | undefined;
    }
  /** Proven by a GET of the id: in Deleted Items, or not found, or found outside the synced folder (invariant 5). */
  | { readonly state: 'gone'; readonly how: 'deleted' | 'moved' };

/** Why a record is no longer this mailbox's, although it lives (CON-4). */
export type LeftWhy = OutsideWhy | 'access' | 'limit';

export type CrmSide =
  | { readonly state: 'unchanged' }
  | {
      readonly state: 'present';
      readonly fields: Fields;
      readonly modifiedAtMs: number;
      readonly editable: boolean;
      /** The acting user takes part in somebody else's appointment. */
      readonly invited?: boolean;
    }
  | { readonly state: 'left'; readonly why: LeftWhy }
  | { readonly state: 'deleted' };

export type RemovalReason = 'crm_deleted' | 'user_deleted' | 'cancelled' | 'private' | `left_${LeftWhy}`;
export type StayAwayHow = 'deleted' | 'moved' | 'declined' | 'cancelled';

/** What has to be done; carried out by the activities, shown by preview, log and tests. */
export type Operation =
  | { readonly op: 'update-mailbox'; readonly fields: Fields; readonly categories?: readonly string[] }
  /** The category goes to all occurrences of the series at once. */
  | { readonly op: 'mark-series'; readonly seriesId: string; readonly categories: readonly string[] }
  | { readonly op: 'update-crm'; readonly fields: Fields }
  | { readonly op: 'delete-mailbox'; readonly reason: RemovalReason }
  /** The item stays, as the user's own, without category and stamp; untouched where writing it would mail somebody. */
  | {
      readonly op: 'release';
      readonly reason: RemovalReason;
      readonly categories: readonly string[] | null;
      readonly untouched?: boolean;
    }
  /** The user took it out of the mailbox: it stays away, the record lives (CON-3, CAL-1). */
  | { readonly op: 'stay-away'; readonly how: StayAwayHow }
  /** The user took it out of the mailbox, and so out of the CRM (CAL-1, TASK-1). */
  | { readonly op: 'delete-crm'; readonly reason: 'user_deleted' | 'cancelled' }
  /** The CRM must not have it any more; the item stays its user's own (POL-17). */
  | { readonly op: 'withdraw'; readonly reason: 'private'; readonly isGone: boolean }
  /** It comes back into the mailbox: the deletion may not go on, or an edit beats it (POL-10, invariant 6). */
  | { readonly op: 'restore-mailbox'; readonly why: 'not_writable' | 'edited' }
  /** The CRM's values do not reach the mailbox: Exchange would mail the attendees (POL-18). */
  | { readonly op: 'withhold'; readonly fields: Fields }
  /** Neither side has it any more. */
  | { readonly op: 'forget'; readonly reason: RemovalReason }
  | { readonly op: 'keep-loser'; readonly loss: Loss };
