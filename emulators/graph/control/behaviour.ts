import { type CalendarBehaviour, defaultCalendarBehaviour } from './calendar-behaviour.ts';
import { defaultMailBehaviour, type MailBehaviour } from './mail-behaviour.ts';
import { defaultTodoBehaviour, type TodoBehaviour } from './todo-behaviour.ts';

/** Ways in which the service may behave that its documentation leaves open or calls possible. */
export interface Behaviour extends CalendarBehaviour, MailBehaviour, TodoBehaviour {
  /** Delta rounds name items twice. */
  deltaDuplicates: boolean;
  /** A delta round begins with a page without items. */
  deltaEmptyPages: boolean;
  /** Delta rows of changed items carry the id and little more. */
  deltaPartialRows: boolean;
  /** What a second POST of an event with the same transactionId answers. */
  transactionIdDuplicate: 'existing' | 'conflict';
  /** Whether a deleted item still opens by its immutable id outside Deleted Items. */
  deletedItemsOpenById: boolean;
  /** Whether NUL in a text is refused or kept. */
  nulCharacters: 'refused' | 'kept';
  /** The order of the answers in a batch, which the service does not promise. */
  batchOrder: 'shuffled' | 'kept';
  /** Seeds what is left to chance: the order of answers and the probability of faults. Drawn, until it is set. */
  seed: number;
}

export type BehaviourChange = { [Name in keyof Behaviour]?: Behaviour[Name] | undefined };

export const defaultBehaviour = (seed: number): Behaviour => ({
  deltaDuplicates: false,
  deltaEmptyPages: false,
  deltaPartialRows: false,
  transactionIdDuplicate: 'existing',
  deletedItemsOpenById: false,
  nulCharacters: 'refused',
  batchOrder: 'shuffled',
  ...defaultCalendarBehaviour(),
  ...defaultMailBehaviour(),
  ...defaultTodoBehaviour(),
  seed,
});
