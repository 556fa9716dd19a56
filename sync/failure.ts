/** What can go wrong with a remote call, told apart by what is to be done about it. Connectors classify once. */
export const failureKinds = [
  'auth', // the credential is dead: a person must renew it, the whole connection waits
  'forbidden', // this user may not do this to this item
  'gone', // the target is not there (a question, not evidence of a deletion)
  'conflict', // the target changed since it was read
  'duplicate', // the other side holds this item already, see `matches`
  'validation', // the other side refuses these values, see `fields`
  'locked', // someone else holds the item for a moment
  'throttled', // too fast: wait for `retryAfterMs`
  'quota', // the day's or the mailbox's allowance is used up
  'schema', // an object, field or folder that the configuration relies on does not exist
  'transient', // may work the next time
  'permanent', // will not work however often it is tried
] as const;

export type FailureKind = (typeof failureKinds)[number];

export interface FailureFacts {
  /** The vendor's own code, for logs and support: `INVALID_FIELD`, `ErrorItemNotFound`. */
  native?: string;
  retryAfterMs?: number;
  /** The call may have taken effect although it failed: look it up by its key before repeating it. */
  maybeApplied?: boolean;
  /** Of a create that took effect and cannot be seen yet: the id of what it made. */
  madeId?: string;
  /** The fields that the other side refused, by its own names. */
  fields?: string[];
  /** Ids of the items that a `duplicate` collides with. */
  matches?: string[];
  /** What a person can do about it. */
  fix?: string;
  cause?: unknown;
}

export class SyncFailure extends Error {
  override readonly name = 'SyncFailure';
  readonly kind: FailureKind;
  readonly native?: string;
  readonly retryAfterMs?: number;
  readonly maybeApplied?: boolean;
  readonly madeId?: string;
  readonly fields?: string[];
  readonly matches?: string[];
  readonly fix?: string;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}) {
    const { cause, ...data } = facts;
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    Object.assign(this, data);
  }
}

const kindsOfItem: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'forbidden',
  'gone',
  'conflict',
  'duplicate',
  'validation',
  'locked',
  'permanent',
]);

/** The failure is that item's own: it is quarantined and everything else goes on (PAIR-10, invariant 10). */
export function isErrorOfItem(kind: FailureKind): boolean {
  return kindsOfItem.has(kind);
}

/** Waiting is not an error: it is neither counted in the error streak nor alerted (PAIR-10). */
export function isWaiting(kind: FailureKind): boolean {
  return kind === 'throttled' || kind === 'quota';
}

const minuteMs = 60_000;
const firstDelayMs = 15 * minuteMs;
const longestDelayMs = 24 * 60 * minuteMs;

/** How long a quarantined item rests after its n-th failure (1, 2, 3 …): four times longer each time, a day at most. */
export function quarantineDelayMs(attempt: number): number {
  return Math.min(firstDelayMs * 4 ** Math.max(0, attempt - 1), longestDelayMs);
}
