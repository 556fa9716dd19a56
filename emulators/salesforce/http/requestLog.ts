export interface LoggedSubrequest {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

interface LoggedRequest {
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
  /** How often each route was asked, HTTP requests in all, and how many API calls the vendor counts for them. */
  counts(): { routes: Record<string, number>; totals: { http: number; counted: number } };
  reset(): void;
}

const MAX_ENTRIES = 200_000;

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let routes = new Map<string, number>();
  let http = 0;
  let counted = 0;
  return {
    add(request) {
      if (entries.length >= MAX_ENTRIES) entries = entries.slice(MAX_ENTRIES / 2);
      entries.push(request);
      routes.set(request.route, (routes.get(request.route) ?? 0) + 1);
      http += 1;
      counted += request.apiCalls;
    },
    entries: () => entries,
    counts: () => ({ routes: Object.fromEntries(routes), totals: { http, counted } }),
    reset() {
      entries = [];
      routes = new Map();
      http = 0;
      counted = 0;
    },
  };
}
