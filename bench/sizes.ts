import { type Portfolio, portfolio } from './portfolio.ts';

/** How much of everything one run takes. */
export interface Sizes {
  /** The first cycles that are timed. */
  readonly contacts: Portfolio;
  readonly calendar: Portfolio;
  /** A small first cycle: warms everything up and is the other end of the flatness. */
  readonly few: Portfolio;
  /** All modules in earnest: whose idle cycles are counted. */
  readonly all: Portfolio;
  /** The first cycle whose memory is compared with that of `contacts`. */
  readonly many: Portfolio;
  /** Occurrences of one series in a mailbox. */
  readonly occurrences: number;
  /** Messages in a drop folder. */
  readonly messages: number;
  /** Open cases of a user who sees them for the first time. */
  readonly cases: number;
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
  contacts: portfolio({ contacts: 5_000 }),
  calendar: portfolio({ appointments: 2_000, tasks: 500 }),
  few: portfolio({ contacts: 500, appointments: 200, tasks: 50 }),
  all: portfolio({ contacts: 5_000, appointments: 2_000, tasks: 500 }),
  many: portfolio({ contacts: 20_000 }),
  occurrences: 1_000,
  messages: 1_000,
  cases: 150,
  repeats: 3,
  rounds: 20,
  pairings: 200,
  changedRecords: 4_500,
};

/** Shows that everything works; its ratios of wall times say little. */
export const QUICK: Sizes = {
  contacts: portfolio({ contacts: 400 }),
  calendar: portfolio({ appointments: 200, tasks: 50 }),
  few: portfolio({ contacts: 100, appointments: 40, tasks: 10 }),
  all: portfolio({ contacts: 450, appointments: 200, tasks: 50 }),
  many: portfolio({ contacts: 1_600 }),
  occurrences: 100,
  messages: 60,
  cases: 150,
  repeats: 3,
  rounds: 20,
  pairings: 200,
  changedRecords: 450,
};
