import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Clock, followClock } from '../../bin/clock.ts';
import { startGraphEmulator } from '../../emulators/graph/server.ts';
import { startSalesforceEmulator } from '../../emulators/salesforce/server.ts';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const emulators = { graph: () => startGraphEmulator(), salesforce: () => startSalesforceEmulator() };
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

beforeAll(() => {
  vi.setConfig({ testTimeout: 30_000 });
});

async function followed(start: () => Promise<{ url: string; close(): unknown }>) {
  const emulator = await start();
  const url = `${emulator.url}/_emulator/clock`;
  const set = (body: object) => fetch(url, { method: 'PUT', body: JSON.stringify(body) });
  const follow = async (): Promise<Clock> => {
    const clock = await followClock(url);
    closing.push(() => clock.close());
    return clock;
  };
  closing.push(() => emulator.close());
  return { url, set, follow };
}

test.each(Object.entries(emulators))(
  'follows the clock of %s: shifted, stopped, set back',
  async (_, start) => {
    const { set, follow } = await followed(start);
    await set({ offsetMs: YEAR_MS });
    const clock = await follow();
    expect(clock.now() - Date.now()).toBeGreaterThan(YEAR_MS / 2);

    const jumped = vi.fn();
    clock.onJump(jumped);
    await set({ now: '2031-05-01T08:00:00Z' });
    await vi.waitFor(() => expect(clock.now()).toBe(Date.parse('2031-05-01T08:00:00Z')), 20_000);
    expect(jumped).toHaveBeenCalledOnce();

    await set({});
    await vi.waitFor(() => expect(Math.abs(clock.now() - Date.now())).toBeLessThan(YEAR_MS), 20_000);
    expect(jumped).toHaveBeenCalledTimes(2);
  },
);

test('runs on by itself while the clock is away', async () => {
  const { set, follow } = await followed(emulators.graph);
  await set({ offsetMs: YEAR_MS });
  const clock = await follow();
  await closing.shift()!();
  const before = clock.now();
  await vi.waitFor(() => expect(clock.now()).toBeGreaterThan(before), 20_000);
});

test('an address without a clock is told at the start', async () => {
  await expect(followClock('http://127.0.0.1:1/clock')).rejects.toThrow(/TANDEM_CLOCK_URL/);
});
