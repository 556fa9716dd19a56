/** A value that a user entered, and that nobody else enters. */
export interface Edit {
  readonly name: string;
  readonly field: string;
  readonly value: string;
  /** In words: whose hand, and on which side. */
  readonly where: string;
}

/** A user took something out of a mailbox, or said that it is none of theirs. */
export interface TakenOut {
  readonly mailbox: string;
  readonly itemId: string;
  readonly name: string;
  readonly how: 'deleted' | 'moved' | 'declined' | 'cancelled' | 'private';
  readonly atMs: number;
  /** The record whose partner it was, as far as the product knew at that moment. */
  readonly recordId: string | null;
}

/** A record was deleted, or became somebody else's. */
export interface Departure {
  readonly name: string;
  readonly recordId: string;
  readonly how: 'deleted' | 'given away' | 'private';
  readonly atMs: number;
  readonly itemIds: readonly string[];
}

/** An item that a user made, or that has another id since its user moved it. */
export interface OwnItem {
  readonly itemId: string;
  readonly mailbox: string;
  readonly name: string;
  /** The product made it, before it was moved. */
  readonly wasOurs: boolean;
  /** Exchange brought it: others have the same meeting. */
  readonly isCopy: boolean;
  readonly atMs: number;
}

/** What the users of one module did in a run. */
export class Memory {
  readonly edits: Edit[] = [];
  readonly takenOut: TakenOut[] = [];
  readonly #editors = new Map<string, Set<string>>();
  readonly departures: Departure[] = [];
  readonly ownItems: OwnItem[] = [];
  /** Records that users made, by id: everything else is the product's work. */
  readonly ownRecords = new Set<string>();
  /** Users who had a record or were invited, by its id. */
  readonly audience = new Map<string, Set<string>>();
  /** When a user gave an item the product's category. */
  readonly marked: { readonly itemId: string; readonly atMs: number }[] = [];
  /** Names of meetings. */
  readonly meetings = new Set<string>();
  acts = 0;
  readonly #discarded = new Set<string>();

  /** Whoever overwrites or deletes a value sees it, and wants it no more. */
  discard(values: Iterable<string | null | undefined>): void {
    for (const value of values) if (value) this.#discarded.add(value);
  }

  isDiscarded(value: string): boolean {
    return this.#discarded.has(value);
  }

  /** Somebody entered values, or took some out. */
  edited(name: string, where: string): void {
    this.#editors.set(name, (this.#editors.get(name) ?? new Set()).add(where));
  }

  hasEdited(name: string, where: string): boolean {
    return this.#editors.get(name)?.has(where) === true;
  }

  /** What was declined, and is wanted after all. */
  takeBack(itemId: string): void {
    const kept = this.takenOut.filter(taken => taken.itemId !== itemId);
    this.takenOut.splice(0, this.takenOut.length, ...kept);
  }

  madeRecord(recordId: string, ownerId: string): void {
    this.ownRecords.add(recordId);
    this.mayHave(recordId, ownerId);
  }

  mayHave(recordId: string, userId: string): void {
    this.audience.set(recordId, (this.audience.get(recordId) ?? new Set()).add(userId));
  }
}
