import type {
  MailboxItemState,
  MailboxItems,
  MailboxWrite,
  MailboxWritten,
  Outcome,
} from '../../connectors/connector.ts';
import { SyncFailure } from '../../sync/failure.ts';
import { differing, withFields } from '../../sync/items/compare.ts';
import type { Field, Fields, MailboxItem, Meeting } from '../../sync/record.ts';
import { meetingOf } from './meeting.ts';
import type { Container } from './scenario.ts';
import { lostAnswer, refusal, type Surroundings } from './surroundings.ts';
import { type Draft, kept, moduleIn, type System } from './systems.ts';

export interface ItemInMailbox {
  readonly id: string;
  /** Whom or what it is about. */
  readonly who: number;
  readonly createdAtMs: number;
  container: Container;
  /** Of events. */
  meeting: Meeting | undefined;
  categories: readonly string[];
  fields: Draft;
  version: number;
  modifiedAtMs: number;
  stamp: string | undefined;
  dead: boolean;
  /** Moments of a user's last change and of our last look. */
  changedTick: number;
  readTick: number;
  /** We wrote, got no answer, and have not looked since. */
  unanswered: boolean;
}

/** Who checks what we write before it is carried out. */
export interface MailboxWatcher {
  mailboxWrite(operation: MailboxWrite, item: ItemInMailbox | null): void;
  whoIs(key: string): number;
  standsElsewhere(where: string, field: Field, value: string | null): boolean;
}

export class PretendedMailbox implements MailboxItems {
  readonly items = new Map<string, ItemInMailbox>();
  /** Changed since it was asked last, with the containers that it was in. */
  readonly touched = new Map<string, Set<Container>>();
  watcher: MailboxWatcher | null = null;
  writes = 0;
  readonly #system: System;
  readonly #around: Surroundings;

  constructor(system: System, around: Surroundings) {
    this.#system = system;
    this.#around = around;
  }

  put(
    who: number,
    fields: Fields,
    place: Pick<ItemInMailbox, 'container' | 'categories'> & { readonly meeting?: Meeting | undefined },
    stamp?: string,
  ): ItemInMailbox {
    const item: ItemInMailbox = {
      id: `i${this.items.size + 1}`,
      who,
      ...place,
      meeting: place.container === 'calendar' ? (place.meeting ?? meetingOf('alone', who)) : undefined,
      fields: kept(this.#system, fields, moduleIn(place.container)),
      createdAtMs: this.#around.nowMs,
      modifiedAtMs: this.#around.nowMs,
      version: 1,
      stamp,
      dead: false,
      changedTick: 0,
      readTick: 0,
      unanswered: false,
    };
    this.items.set(item.id, item);
    this.touch(item);
    return item;
  }

  /** Whether the mailbox holds less of a value. */
  cuts(field: Field, value: string): boolean {
    return this.#system.stored(field, value).length < value.length;
  }

  /** A new version of the item, whoever made it. */
  touch(item: ItemInMailbox): void {
    item.version += 1;
    item.modifiedAtMs = this.#around.nowMs;
    this.touched.set(item.id, (this.touched.get(item.id) ?? new Set()).add(item.container));
  }

  /** A user's hand. */
  edit(item: ItemInMailbox, fields: Fields, compared: boolean): void {
    const before = item.fields;
    item.fields = kept(this.#system, withFields(item.fields, fields), moduleIn(item.container));
    for (const field of differing(before, item.fields))
      this.#around.authorship.edited(item.id, field, before, item.fields, compared);
    if (item.unanswered) this.#unseen(item, before);
    this.handled(item);
  }

  /** Nobody can tell our write from what its user did just after it. */
  #unseen(item: ItemInMailbox, before: Fields): void {
    this.#around.reach('edit raced an unanswered write');
    for (const field of differing(before, item.fields)) this.#around.authorship.carried(item.id, field);
  }

  handled(item: ItemInMailbox): void {
    this.#around.tick += 1;
    item.changedTick = this.#around.tick;
    this.touch(item);
  }

  move(item: ItemInMailbox, container: Container): void {
    this.touch(item);
    item.container = container;
    this.handled(item);
  }

  seen(item: ItemInMailbox): MailboxItem {
    return {
      itemId: item.id,
      containerId: item.container,
      etag: `${item.id}.${item.version}`,
      categories: item.categories,
      fields: item.fields,
      createdAtMs: item.createdAtMs,
      modifiedAtMs: item.modifiedAtMs,
      ...(item.stamp === undefined ? {} : { stamp: item.stamp }),
      ...(item.meeting === undefined ? {} : { meeting: item.meeting }),
    };
  }

  async read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]> {
    return itemIds.map(id => {
      const item = this.items.get(id);
      if (!item || item.dead) return { ok: true, value: { type: 'deleted' } };
      item.readTick = this.#around.tick;
      item.unanswered = false;
      return { ok: true, value: { type: 'present', item: this.seen(item) } };
    });
  }

  async findByKeys(containerId: string, keys: readonly string[]): Promise<Map<string, MailboxItem>> {
    const live = [...this.items.values()].filter(item => !item.dead && item.container === containerId);
    return new Map(
      keys.flatMap(key => {
        const item = live.find(({ stamp }) => stamp === key);
        return item ? [[key, this.seen(item)] as const] : [];
      }),
    );
  }

  async write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    this.#around.meanwhile();
    return operations.map(operation => {
      const failure = refusal(this.#around) ?? this.#impossible(operation);
      if (failure) return { ok: false, failure };
      const value = this.#carryOut(operation);
      const lost = lostAnswer(this.#around);
      const item = operation.op === 'update' && lost ? this.items.get(operation.itemId) : undefined;
      if (item) item.unanswered = true;
      return lost ? { ok: false, failure: lost } : { ok: true, value };
    });
  }

  #impossible(operation: MailboxWrite): SyncFailure | null {
    if (operation.op !== 'update') return null;
    const item = this.items.get(operation.itemId);
    if (!item || item.dead) return new SyncFailure('gone', 'There is no such item.');
    return operation.etag !== undefined && operation.etag !== `${item.id}.${item.version}`
      ? new SyncFailure('conflict', 'The item changed since it was read.')
      : null;
  }

  #carryOut(operation: MailboxWrite): MailboxWritten {
    const item = operation.op === 'create' ? null : (this.items.get(operation.itemId) ?? null);
    this.watcher?.mailboxWrite(operation, item);
    this.writes += 1;
    this.#around.tell(`  we write to the mailbox: ${JSON.stringify(operation)}`);
    if (operation.op === 'create') {
      const { containerId, categories, key, fields } = operation;
      const place = { container: containerId as Container, categories };
      return this.seen(this.put(this.watcher?.whoIs(key) ?? -1, fields, place, key));
    }
    if (!item || item.dead) return null;
    if (operation.op === 'delete') this.#remove(item);
    else this.#update(item, operation);
    return item.dead ? null : this.seen(item);
  }

  /**
   * Deleting takes no version: what was edited after the last look is gone unseen. A mailbox cannot do better, so the
   * story does not ask for it.
   */
  #remove(item: ItemInMailbox): void {
    if (item.changedTick > item.readTick) this.#around.reach('edit raced a deletion');
    else
      for (const [field, value] of Object.entries(item.fields))
        this.#replaced(item, field as Field, value ?? null, GONE);
    item.dead = true;
    this.touch(item);
  }

  #replaced(item: ItemInMailbox, field: Field, before: string | null, after: string | null): void {
    const elsewhere = this.watcher?.standsElsewhere(item.id, field, before) ?? false;
    this.#around.authorship.replaced(item.id, field, before, after, elsewhere);
  }

  #update(item: ItemInMailbox, { fields, categories, key }: Extract<MailboxWrite, { op: 'update' }>): void {
    const before = item.fields;
    item.fields = kept(this.#system, withFields(before, fields), moduleIn(item.container));
    for (const field of differing(before, item.fields))
      this.#replaced(item, field, before[field] ?? null, item.fields[field] ?? null);
    if (categories) item.categories = categories;
    if (key === null) item.stamp = undefined;
    this.touch(item);
  }
}

/** No value: what is deleted is like nothing. */
const GONE = '\u0000gone';
