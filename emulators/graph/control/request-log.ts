export interface LoggedSubrequest {
  method: string;
  url: string;
  status: number;
}

export interface LoggedRequest {
  time: string;
  method: string;
  target: string;
  /** Whose mailbox it was about; of a batch, when all its requests are about the same. */
  mailbox?: string;
  status: number;
  /** True when the answer was never sent. */
  lost?: true;
  subrequests?: LoggedSubrequest[];
}

const CAPACITY = 200_000;

/** What was asked, as the vendor counts it: each request inside a batch is one, the batch itself none. */
export class RequestLog {
  readonly #routes = new Map<string, number>();
  #entries: LoggedRequest[] = [];
  #http = 0;
  #counted = 0;

  count(route: string): void {
    this.#counted++;
    this.#routes.set(route, (this.#routes.get(route) ?? 0) + 1);
  }

  add(entry: LoggedRequest): void {
    this.#http++;
    this.#entries.push(entry);
    if (this.#entries.length > 2 * CAPACITY) this.#entries = this.#entries.slice(-CAPACITY);
  }

  entries(): LoggedRequest[] {
    return this.#entries.slice(-CAPACITY);
  }

  counts(): { totals: { http: number; counted: number }; routes: Record<string, number> } {
    const routes = Object.fromEntries([...this.#routes].sort(([one], [other]) => (one < other ? -1 : 1)));
    return { totals: { http: this.#http, counted: this.#counted }, routes };
  }

  reset(): void {
    this.#routes.clear();
    this.#entries = [];
    this.#http = 0;
    this.#counted = 0;
  }
}
