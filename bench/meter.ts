import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

/** A request as it left the process. */
export interface SentRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  /** Names and values in turns. */
  readonly headers: readonly string[];
  readonly body: string | null;
}

/** What one activity did outside of its process. */
export interface Metered {
  readonly activity: string;
  readonly statements: string[];
  readonly requests: SentRequest[];
  /** Requests under way, by origin, and the most of them at once. */
  readonly inFlight: Map<string, number>;
  readonly mostInFlight: Map<string, number>;
  wallMs: number;
}

const running = new AsyncLocalStorage<Metered>();
const senders = new WeakMap<object, Metered>();

export function countStatement(sql: string): void {
  running.getStore()?.statements.push(sql);
}

/** undici tells of every request before it is sent (undici documentation, "Diagnostics Channel Support"). */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Uint8Array | null;
}

subscribe('undici:request:create', message => {
  const meter = running.getStore();
  if (!meter) return;
  const { request } = message as { request: UndiciRequest };
  const { origin, method, path, headers, body } = request;
  const sent = body && Buffer.from(body).toString('utf8');
  meter.requests.push({ origin: String(origin), method, path, headers: [...headers], body: sent });
  senders.set(request, meter);
  underWay(meter, String(origin), 1);
});

for (const end of ['undici:request:trailers', 'undici:request:error'])
  subscribe(end, message => {
    const { request } = message as { request: UndiciRequest };
    const meter = senders.get(request);
    if (meter) underWay(meter, String(request.origin), -1);
  });

function underWay({ inFlight, mostInFlight }: Metered, origin: string, more: 1 | -1): void {
  const count = (inFlight.get(origin) ?? 0) + more;
  inFlight.set(origin, count);
  mostInFlight.set(origin, Math.max(mostInFlight.get(origin) ?? 0, count));
}

type Activity = (input: unknown) => Promise<unknown>;
type Report = (metered: Metered, input: unknown, result: unknown) => void;

/** The same activities, each telling what it did when it has ended well. */
export function metered<T extends object>(activities: T, report: Report): T {
  const around = (activity: string, run: Activity) => async (input: unknown) => {
    const counts = { inFlight: new Map<string, number>(), mostInFlight: new Map<string, number>() };
    const meter = { activity, statements: [], requests: [], ...counts, wallMs: 0 };
    const startedMs = performance.now();
    const result = await running.run(meter, () => run(input));
    report({ ...meter, wallMs: performance.now() - startedMs }, input, result);
    return result;
  };
  const entries = Object.entries(activities) as [string, Activity][];
  return Object.fromEntries(entries.map(([name, run]) => [name, around(name, run)])) as T;
}
