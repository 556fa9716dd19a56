import type { FieldName } from './fields.ts';

/** A value that a user entered somewhere. */
export interface Edit {
  readonly person: string;
  readonly field: FieldName;
  readonly value: string;
  /** In words: whose hand, and on which side. */
  readonly where: string;
  readonly atMs: number;
}

/** A user emptied a field of an item or record that had a partner. */
export interface Clearing {
  readonly person: string;
  readonly field: FieldName;
  readonly where: string;
  readonly thingId: string;
  readonly atMs: number;
}

/** A user took something out of a mailbox. */
export interface TakenOut {
  readonly mailbox: string;
  readonly itemId: string;
  readonly person: string;
  readonly how: 'deleted' | 'moved';
  readonly atMs: number;
  /** The record whose partner it was, as far as the product knew at that moment. */
  readonly recordId: string | null;
}

/** A record is no longer what it was: deleted, merged, converted, somebody else's. */
export interface Departure {
  readonly person: string;
  readonly recordId: string;
  readonly how: 'deleted' | 'merged' | 'converted' | 'given away';
  readonly atMs: number;
  /** Items that were its partners, as far as the product knew at that moment. */
  readonly itemIds: readonly string[];
}

/** A contact that a user made in Outlook. */
export interface OwnItem {
  readonly itemId: string;
  readonly mailbox: string;
  readonly person: string;
  /** Early: before the first cycle was over. */
  readonly hasAddress: boolean;
  readonly isEarly: boolean;
  readonly atMs: number;
}

/** What users did in a run. */
export class Memory {
  readonly edits: Edit[] = [];
  readonly clearings: Clearing[] = [];
  #takenOut: TakenOut[] = [];
  readonly departures: Departure[] = [];
  readonly ownItems: OwnItem[] = [];
  /** Records that users made, by id: everything else is the product's work. */
  readonly ownRecords = new Set<string>();
  /** Owners that a record had, by its id. */
  readonly owners = new Map<string, Set<string>>();
  /** When a user gave an item one of the product's categories. */
  readonly marked: { readonly itemId: string; readonly atMs: number }[] = [];
  /** Folders or categories of the product that a user laid hands on. */
  readonly furniture: { readonly mailbox: string; readonly atMs: number }[] = [];
  acts = 0;
  readonly #discarded = new Set<string>();

  get takenOut(): readonly TakenOut[] {
    return this.#takenOut;
  }

  takeOut(taken: TakenOut): void {
    this.#takenOut.push(taken);
  }

  forgetTakenOut(itemIds: readonly string[]): void {
    this.#takenOut = this.#takenOut.filter(({ itemId }) => !itemIds.includes(itemId));
  }

  /** Whoever overwrites or deletes a value sees it, and wants it no more. */
  discard(values: Iterable<string | null | undefined>): void {
    for (const value of values) if (value) this.#discarded.add(value);
  }

  isDiscarded(value: string): boolean {
    return this.#discarded.has(value);
  }

  madeRecord(recordId: string, ownerId: string): void {
    this.ownRecords.add(recordId);
    this.owned(recordId, ownerId);
  }

  owned(recordId: string, ownerId: string): void {
    const before = this.owners.get(recordId) ?? new Set();
    this.owners.set(recordId, before.add(ownerId));
  }
}
