import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { colleagues } from './company.ts';
import { request } from './request.ts';

const LOOK_EVERY_MS = 500;
const SETTLED_WITHIN_MS = 180_000;

const listed = z.object({
  data: z.array(z.object({ id: z.string(), mailbox: z.string(), state: z.string() })),
});

/** Waits until the first cycles of the colleagues are over; false when that takes too long. */
export async function settled(api: string, token: string, stopping: AbortSignal): Promise<boolean> {
  const untilMs = performance.now() + SETTLED_WITHIN_MS;
  while (performance.now() < untilMs) {
    const pairings = await pairingsOf(api, token);
    if (pairings.length === colleagues.length && pairings.every(({ state }) => state === 'in_sync'))
      return true;
    await sleep(LOOK_EVERY_MS, undefined, { signal: stopping });
  }
  return false;
}

/** A cycle at once, so that nobody waits for the schedule. */
export async function synchronize(api: string, token: string): Promise<void> {
  for (const { id } of await pairingsOf(api, token))
    await request('POST', `${api}/v1/pairings/${id}/sync`, { token, body: {} });
}

async function pairingsOf(api: string, token: string) {
  const { data } = listed.parse(await request('GET', `${api}/v1/pairings`, { token }));
  return data.filter(({ mailbox }) => colleagues.some(({ mail }) => mail === mailbox));
}
