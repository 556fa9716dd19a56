/** How much of everything one run takes. */
export interface Sizes {
  /** Contacts of the first cycle that is timed. */
  readonly contacts: number;
  /** Contacts of a small first cycle: warms everything up and is the other end of the flatness. */
  readonly fewContacts: number;
  /** Contacts of the first cycle whose memory is compared with that of `contacts`. */
  readonly manyContacts: number;
  /** How often the product and its floors are timed, in turns. */
  readonly repeats: number;
  /** Idle cycles, or rounds of the empty workflow, per repeat. */
  readonly rounds: number;
  /** Pairings of one CRM connection. */
  readonly pairings: number;
  /** Records that change before a poll of the feed; more than two pages. */
  readonly changedRecords: number;
}

export const FULL: Sizes = {
  contacts: 5_000,
  fewContacts: 500,
  manyContacts: 20_000,
  repeats: 3,
  rounds: 20,
  pairings: 200,
  changedRecords: 4_500,
};

/** Shows that everything works; its ratios of wall times say little. */
export const QUICK: Sizes = {
  contacts: 400,
  fewContacts: 100,
  manyContacts: 1_600,
  repeats: 3,
  rounds: 20,
  pairings: 50,
  changedRecords: 450,
};
