import { participantsOfText } from '../../sync/calendar/text-form.ts';
import { kindOfContainer, placeOf, windowOf } from '../../sync/containers.ts';
import { SyncFailure } from '../../sync/failure.ts';
import {
  APPOINTMENT_FIELDS,
  type Field,
  type Fields,
  type ItemKind,
  type MailboxItem,
  type Meeting,
  PERSON_FIELDS,
  TASK_FIELDS,
} from '../../sync/record.ts';
import type {
  MailboxChange,
  MailboxItemState,
  MailboxItems,
  MailboxPage,
  MailboxWrite,
  MailboxWritten,
} from '../connector.ts';
import { ChangeLog } from './change-log.ts';
import { outcomeOf } from './outcome.ts';
import { overlaps, required, requireSpan, requireStorable, wholeFields } from './values.ts';

export const itemFields: Readonly<Record<ItemKind, ReadonlySet<Field>>> = {
  contact: new Set(PERSON_FIELDS),
  event: new Set(APPOINTMENT_FIELDS),
  task: new Set(TASK_FIELDS),
};

/** The items of a mailbox, of all kinds. Deltas are read from one log; the newest state of an item counts. */
export class MemoryItems {
  readonly #ownerAddress: string;
  readonly #now: () => number;
  readonly #isContainer: (id: string) => boolean;
  readonly #items = new Map<string, MailboxItem>();
  readonly #log = new ChangeLog<MailboxItem>();
  #lastId = 0;

  constructor(ownerAddress: string, now: () => number, isContainer: (id: string) => boolean) {
    this.#ownerAddress = ownerAddress;
    this.#now = now;
    this.#isContainer = isContainer;
  }

  of(kind: ItemKind): MailboxItems {
    return {
      read: async ids => ids.map(id => ({ ok: true, value: this.#stateOf(kind, id) })),
      findByKeys: async (containerId, keys) => this.#byKeys(placeOf(containerId), keys),
      write: async operations => operations.map(operation => outcomeOf(() => this.#apply(kind, operation))),
    };
  }

  changes(containerId: string, cursor: string | null): MailboxPage {
    if (!this.#isContainer(containerId)) return { type: 'container-gone' };
    return this.#log.page(cursor, (itemId, before) => this.#changeIn(containerId, itemId, before));
  }

  /** The user's hand: drags the item to another folder. */
  move(itemId: string, containerId: string): void {
    this.#store({ ...required(this.#items.get(itemId)), containerId });
  }

  /** The hands of who takes part, and of Exchange, which knows what belongs to a series. */
  setMeeting(itemId: string, meeting: Partial<Meeting>): void {
    const item = required(this.#items.get(itemId));
    this.#store({ ...item, meeting: { ...item.meeting!, ...meeting } });
  }

  removeAll(containerId: string): void {
    for (const item of [...this.#items.values()])
      if (item.containerId === containerId) this.#remove(item.itemId);
  }

  #stateOf(kind: ItemKind, id: string): MailboxItemState {
    const item = this.#items.get(id);
    const isOfKind = item !== undefined && kindOfContainer(item.containerId) === kind;
    return isOfKind ? { type: 'present', item } : { type: 'deleted' };
  }

  #byKeys(place: string, keys: readonly string[]): Map<string, MailboxItem> {
    const found = [...this.#items.values()].filter(
      ({ containerId, stamp }) => containerId === place && keys.includes(stamp ?? ''),
    );
    return new Map(found.map(item => [item.stamp!, item]));
  }

  #apply(kind: ItemKind, operation: MailboxWrite): MailboxWritten {
    if (operation.op === 'delete') return this.#remove(operation.itemId);
    requireStorable(operation.fields);
    return operation.op === 'create' ? this.#create(kind, operation) : this.#update(operation);
  }

  #create(kind: ItemKind, operation: Extract<MailboxWrite, { op: 'create' }>): MailboxItem {
    const { containerId, fields, categories, key } = operation;
    if (!this.#isContainer(containerId)) required(undefined);
    const itemId = this.#nextId();
    return this.#store({
      itemId,
      containerId: placeOf(containerId),
      etag: '',
      categories,
      fields: wholeFields(itemFields[kind], fields),
      createdAtMs: this.#now(),
      modifiedAtMs: 0,
      stamp: key,
      ...(kind === 'event' && { meeting: ownMeeting(itemId, this.#ownerAddress) }),
    });
  }

  #update(operation: Extract<MailboxWrite, { op: 'update' }>): MailboxItem {
    const item = required(this.#items.get(operation.itemId));
    if (operation.etag !== undefined && operation.etag !== item.etag) {
      throw new SyncFailure('conflict', 'the item has changed since it was read');
    }
    const { stamp: _, ...unstamped } = item;
    const stamp = operation.key === undefined ? item.stamp : operation.key;
    return this.#store({
      ...unstamped,
      fields: { ...item.fields, ...operation.fields },
      categories: operation.categories ?? item.categories,
      ...(stamp != null && { stamp }),
      ...(item.meeting?.type === 'occurrence' && { meeting: { ...item.meeting, type: 'exception' } }),
    });
  }

  #store(item: MailboxItem): MailboxItem {
    if (item.meeting) requireSpan(item.fields);
    this.#log.add(item.itemId, this.#items.get(item.itemId));
    const stored = {
      ...item,
      ...(item.meeting && { meeting: withAttendees(item.meeting, item.fields) }),
      etag: this.#log.version,
      modifiedAtMs: this.#now(),
    };
    this.#items.set(item.itemId, stored);
    return stored;
  }

  #remove(itemId: string): null {
    const before = this.#items.get(itemId);
    if (before === undefined) return null;
    this.#items.delete(itemId);
    this.#log.add(itemId, before);
    for (const { itemId: occurrenceId, meeting } of [...this.#items.values()])
      if (meeting?.seriesId === itemId) this.#remove(occurrenceId);
    return null;
  }

  #changeIn(containerId: string, itemId: string, before: MailboxItem | undefined): MailboxChange | null {
    const item = this.#items.get(itemId);
    if (item !== undefined && isIn(containerId, item)) return { type: 'present', item, partial: false };
    return before !== undefined && isIn(containerId, before) ? { type: 'removed', itemId } : null;
  }

  #nextId(): string {
    this.#lastId += 1;
    return `item-${this.#lastId}`;
  }
}

/** An event is in a window that it overlaps. */
function isIn(containerId: string, item: MailboxItem): boolean {
  if (item.containerId !== placeOf(containerId)) return false;
  const window = windowOf(containerId);
  return (
    window === null ||
    overlaps(item.fields, { fromMs: Date.parse(window.fromDay), toMs: Date.parse(window.toDay) })
  );
}

function ownMeeting(itemId: string, organizer: string): Meeting {
  return {
    uid: `uid of ${itemId}`,
    type: 'single',
    seriesId: null,
    originalStartMs: null,
    isOrganizer: true,
    organizer: organizer.toLowerCase(),
    hasAttendees: false,
    response: 'accepted',
    isCancelled: false,
  };
}

function withAttendees(meeting: Meeting, fields: Fields): Meeting {
  const participants = participantsOfText(fields.participants ?? '[]');
  return { ...meeting, hasAttendees: participants.some(({ role }) => role !== 'organizer') };
}
