import type { Clock } from '../store/clock.ts';
import { GraphError } from './errors.ts';

export interface ThrottleLimits {
  /** Requests of one application that one mailbox serves at a time. */
  concurrent: number;
  requests: number;
  windowSeconds: number;
}

/** Outlook service limits per application and mailbox (documentation: throttling limits). */
export const defaultLimits = (): ThrottleLimits => ({ concurrent: 4, requests: 10_000, windowSeconds: 600 });

interface Usage {
  running: number;
  /** Admitted requests by second, oldest first. */
  seconds: { second: number; count: number }[];
  total: number;
}

const overLimit = (limit: string, retryAfterSeconds: number) =>
  new GraphError(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
    'Retry-After': String(retryAfterSeconds),
  });

export class Throttle {
  limits = defaultLimits();
  readonly #clock: Clock;
  readonly #usage = new Map<string, Usage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  reset(): void {
    this.#usage.clear();
  }

  /** Admits a request, or throws the 429; the returned function tells that the request is over. */
  admit(clientId: string, mailbox: string): () => void {
    const key = `${clientId}/${mailbox}`;
    const usage = this.#usage.get(key) ?? { running: 0, seconds: [], total: 0 };
    this.#usage.set(key, usage);
    const second = Math.floor(this.#clock.now() / 1000);
    this.#forgetBefore(usage, second - this.limits.windowSeconds);
    if (usage.total >= this.limits.requests) {
      const oldest = usage.seconds[0]?.second ?? second;
      throw overLimit('RequestsPer10Minutes', Math.max(1, oldest + this.limits.windowSeconds - second + 1));
    }
    if (usage.running >= this.limits.concurrent) throw overLimit('MailboxConcurrency', 1);
    countIn(usage, second);
    usage.running++;
    return () => {
      usage.running--;
    };
  }

  #forgetBefore(usage: Usage, oldest: number): void {
    let first = usage.seconds[0];
    while (first && first.second < oldest) {
      usage.total -= first.count;
      usage.seconds.shift();
      first = usage.seconds[0];
    }
  }
}

function countIn(usage: Usage, second: number): void {
  const last = usage.seconds.at(-1);
  if (last?.second === second) last.count++;
  else usage.seconds.push({ second, count: 1 });
  usage.total++;
}
