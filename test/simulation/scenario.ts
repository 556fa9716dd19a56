/** What one seed chose. Plain data: it is printed, made smaller, and run again. */
export interface Scenario {
  readonly seed: number;
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

export interface Setting {
  /** Mail addresses: one mailbox and one CRM user each. */
  readonly users: readonly string[];
  /** Names of the modules whose users do something. */
  readonly modules: readonly string[];
  /** Whether the CRM has a unique field for our keys. */
  readonly hasKeyField: boolean;
  /** Beyond what is required. */
  readonly policy: object;
  /** What Graph's documentation leaves open, as its emulator has it. */
  readonly behaviour: Readonly<Record<string, boolean | string>>;
}

export type Step =
  /** A user does something while nothing runs. */
  | { readonly kind: 'act'; readonly act: Act }
  | { readonly kind: 'rest'; readonly delayMs: number }
  /** Cycles of these users, side by side, with the feed. */
  | {
      readonly kind: 'cycles';
      readonly users: readonly number[];
      readonly trigger: 'asked' | 'schedule';
      readonly interruptions: readonly Interruption[];
    };

/** What a user does: named by its module, with everything that it takes to do it again. */
export interface Act {
  readonly module: string;
  readonly name: string;
  /** Which of the setting's users. */
  readonly user: number;
  readonly [detail: string]: string | number | boolean | null;
}

/** Something in the middle of cycles: before the n-th effect from their beginning. */
export interface Interruption {
  readonly effect: number;
  readonly what: Event;
}

export type Event =
  | { readonly kind: 'act'; readonly act: Act }
  /** Something goes wrong outside; `chance` decides its details. */
  | { readonly kind: 'mishap'; readonly name: string; readonly chance: number }
  /** The process ends, or (`lost`) only the answer does not arrive. */
  | { readonly kind: 'crash'; readonly mode: CrashMode }
  /** The attempt hangs and is taken for dead; so many effects later it goes on. */
  | { readonly kind: 'stall'; readonly effects: number };

export type CrashMode = 'before' | 'lost' | 'after';
