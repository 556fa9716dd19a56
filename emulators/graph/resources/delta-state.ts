const MAX_PAGE_SIZE = 200;
const DEFAULT_GENERATIONS = 10;

export interface SyncState {
  collection: string;
  /** The sequence up to which this client has everything. */
  cursor: number;
  /** Where the round began. */
  since: number;
  generation: number;
  round: string;
  page: number;
  pageSize: number;
  select: string;
  expand?: string;
  filter?: string;
  /** The only kind of changes that is told: created, updated or deleted. */
  changeType?: string;
  /** The range of time that a calendar view shows, in milliseconds. */
  window?: { from: number; to: number };
  /** The sequence of the mailbox when the first round began. */
  began: number;
  /** How much of the change after the cursor was told, where one has many rows. */
  told?: { sequence: number; rows: number };
}

/** How long sync states live: by the number of later ones, as in the service's token cache. */
export class DeltaRounds {
  generationLimit = DEFAULT_GENERATIONS;
  readonly #lastPages = new Map<string, number>();

  reset(): void {
    this.generationLimit = DEFAULT_GENERATIONS;
    this.#lastPages.clear();
  }

  enter(round: string, page: number): void {
    const last = this.#lastPages.get(round) ?? 0;
    this.#lastPages.delete(round);
    this.#lastPages.set(round, Math.max(last, page));
    if (this.#lastPages.size > 1000) this.#lastPages.delete(this.#lastPages.keys().next().value!);
  }

  isOver({ round, page, generation }: SyncState, current: number): boolean {
    const laterPages = (this.#lastPages.get(round) ?? page) - page;
    return current - generation > this.generationLimit || laterPages > this.generationLimit;
  }
}

/** The sequence of the last change that the client was told, be it in part. */
export const toldUpTo = ({ cursor, told }: SyncState) => Math.max(cursor, told?.sequence ?? cursor);

export const effectivePageSize = (wanted: number) => Math.max(1, Math.min(wanted, MAX_PAGE_SIZE));

export const encodeToken = (state: SyncState) => Buffer.from(JSON.stringify(state)).toString('base64url');

export function decodeToken(token: string): SyncState | undefined {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as SyncState;
  } catch {
    return undefined;
  }
}
