import type { Letter } from './letter.ts';

/** Where a user put a message: `create:email`, `record:<id>`, `display:opportunities`, `inbox`, `filed`, `deleted` … */
export interface Placement {
  readonly place: string;
  readonly atMs: number;
}

/** One message of one mailbox. */
export interface Copy {
  readonly letter: string;
  readonly mailbox: string;
  readonly id: string;
  /** Before the pairing's first cycle was over. */
  readonly isEarly: boolean;
  readonly places: Placement[];
  /** When its user gave it the category. */
  readonly markedAtMs: number[];
  /** It was in a folder that its user deleted. */
  isDiscarded: boolean;
}

export interface SentLetter extends Letter {
  readonly sentAtMs: number;
}

/** What the users of one run did with their mail, and in the CRM. */
export class Memory {
  readonly letters = new Map<string, SentLetter>();
  readonly copies: Copy[] = [];
  /** Contacts that users made, by id: everybody else is the product's work. */
  readonly ownPeople = new Set<string>();
  /** Ids of records that were closed, given away or deleted. */
  readonly endedRecords = new Set<string>();
  readonly deletedRecords = new Set<string>();
  readonly deletedAddresses = new Set<string>();
  /** An admin switched something on or off. */
  hasSwitched = false;
  acts = 0;

  copyOf(letter: string, mailbox: string): Copy | undefined {
    return this.copies.findLast(copy => copy.letter === letter && copy.mailbox === mailbox);
  }
}

export const isDropPlace = (place: string) => /^(create|record):/.test(place);
export const lastPlace = ({ places }: Copy): Placement => places.at(-1) ?? { place: 'inbox', atMs: 0 };
