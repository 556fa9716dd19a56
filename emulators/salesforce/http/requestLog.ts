export interface LoggedSubrequest {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

export interface LoggedRequest {
  readonly time: string;
  readonly method: string;
  readonly target: string;
  readonly route: string;
  readonly user: string | null;
  readonly status: number;
  readonly subrequests: readonly LoggedSubrequest[];
  /** What it cost of the daily limit. */
  readonly apiCalls: number;
}

/** What was asked of the emulator, control calls left out. */
export interface RequestLog {
  add(request: LoggedRequest): void;
  entries(): readonly LoggedRequest[];
  /** Counts by route, with totals. */
  counts(): { routes: Record<string, number>; total: number; apiCalls: number };
  reset(): void;
}

const MAX_ENTRIES = 50_000;

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let routes = new Map<string, number>();
  let total = 0;
  let apiCalls = 0;
  return {
    add(request) {
      if (entries.length >= MAX_ENTRIES) entries = entries.slice(MAX_ENTRIES / 2);
      entries.push(request);
      routes.set(request.route, (routes.get(request.route) ?? 0) + 1);
      total += 1;
      apiCalls += request.apiCalls;
    },
    entries: () => entries,
    counts: () => ({ routes: Object.fromEntries(routes), total, apiCalls }),
    reset() {
      entries = [];
      routes = new Map();
      total = 0;
      apiCalls = 0;
    },
  };
}
