import type { Clock } from '../clock.ts';

const HOUR_MS = 3_600_000;
const WINDOW_HOURS = 24;

/** API calls in the rolling day, counted by the hour. */
export interface Usage {
  add(calls: number): void;
  used(): number;
  reset(): void;
  /** For keeping over a restart. */
  snapshot(): Record<string, number>;
}

export function createUsage(clock: Clock, initial: Record<string, number> = {}): Usage {
  const hours = new Map(Object.entries(initial).map(([hour, calls]) => [Number(hour), calls]));
  const currentHour = (): number => Math.floor(clock.nowMs() / HOUR_MS);
  const isInWindow = (hour: number): boolean => hour > currentHour() - WINDOW_HOURS && hour <= currentHour();

  return {
    add(calls) {
      const hour = currentHour();
      if (!hours.has(hour)) for (const old of hours.keys()) if (!isInWindow(old)) hours.delete(old);
      hours.set(hour, (hours.get(hour) ?? 0) + calls);
    },
    used: () => [...hours].reduce((sum, [hour, calls]) => (isInWindow(hour) ? sum + calls : sum), 0),
    reset: () => hours.clear(),
    snapshot: () => Object.fromEntries(hours),
  };
}
