import { heartbeat } from '@temporalio/activity';

const BEAT_EVERY_MS = 5_000;

/**
 * The same activities, each telling Temporal that its process lives for as long as it runs: a killed worker's steps are
 * given to another one within seconds, however long a single remote call may take.
 */
export function beating<T extends object>(activities: T): T {
  const entries = Object.entries(activities) as [string, (input: unknown) => Promise<unknown>][];
  return Object.fromEntries(
    entries.map(([name, run]) => [name, (input: unknown) => whileBeating(() => run(input))]),
  ) as T;
}

async function whileBeating(run: () => Promise<unknown>): Promise<unknown> {
  const timer = setInterval(() => heartbeat(), BEAT_EVERY_MS);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}
