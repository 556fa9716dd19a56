import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedStanding } from '../../activities/types.ts';
import { FEED_WORKFLOW, FLEET_WORKFLOW, LOOK_SIGNAL } from '../../workflows/messages.ts';
import { createTimeSkipping, timeSkippingMissing } from '../setup/time-skipping.ts';
import { FEED_STOPS, type Script, scripted, steps } from './script.ts';
import { bundleOf, type Place, play, silence } from './worker.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FEED = { organizationId: 'org_1', connectionId: 'con_1' };
/** Next to intervals of minutes and hours, what a busy machine adds to a timer. */
const PROMPT_MS = 20_000;
const after = (atMs: number, delayMs: number): FeedStanding => ({
  next: 'sleep',
  dueAtMs: atMs + delayMs,
  note: '',
});

describe.skipIf(timeSkippingMissing)('workflows of the installation', () => {
  let time: TestWorkflowEnvironment;
  let place: Place;

  beforeAll(async () => {
    silence();
    const bundle = await bundleOf();
    time = await createTimeSkipping();
    place = { connection: time.nativeConnection, client: time.client.workflow, bundle };
  });
  afterAll(() => time?.teardown());

  const gaps = ({ calls }: Script) => calls.slice(1).map((call, n) => call.atMs - (calls[n]?.atMs ?? 0));

  it('a feed polls when it is due, over many runs, and ends when nobody needs it', async () => {
    const script = scripted({
      pollFeed: ({ nth, atMs }) => (nth > 100 ? FEED_STOPS : after(atMs, MINUTE_MS)),
    });
    await play(place, FEED_WORKFLOW, [FEED], script, handle => handle.result());
    expect(script.calls).toHaveLength(101);
    expect(Math.min(...gaps(script))).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(Math.max(...gaps(script))).toBeLessThan(MINUTE_MS + PROMPT_MS);
  });

  it('a feed polls at once when a pairing asks for it, also while it polls', async () => {
    let tell = async () => {};
    const script = scripted({
      pollFeed: async ({ nth, atMs }) => {
        if (nth === 2) await tell();
        return nth === 3 ? FEED_STOPS : after(atMs, HOUR_MS);
      },
    });
    await play(place, FEED_WORKFLOW, [FEED], script, async handle => {
      tell = () => handle.signal(LOOK_SIGNAL);
      await time.sleep(MINUTE_MS);
      await handle.signal(LOOK_SIGNAL);
      await handle.result();
    });
    expect(gaps(script)[0]).toBeLessThan(MINUTE_MS + PROMPT_MS);
    expect(gaps(script)[1]).toBeLessThan(PROMPT_MS);
  });

  it('a feed whose poll fails goes on after a minute', async () => {
    const script = scripted({
      pollFeed: ({ nth }) => {
        if (nth <= 3) throw new Error('no answer');
        return FEED_STOPS;
      },
    });
    await play(place, FEED_WORKFLOW, [FEED], script, handle => handle.result());
    expect(script.calls).toHaveLength(4);
    expect(gaps(script)[2]).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  it('the fleet is compared every six hours and at every start of a worker, and goes on after failures', async () => {
    const script = scripted({
      reconcileFleet: ({ nth }) => {
        if (nth <= 3) throw new Error('no database');
        return { started: 0, stopped: 0 };
      },
    });
    await play(place, FLEET_WORKFLOW, [], script, async handle => {
      await time.sleep(25 * HOUR_MS);
      const regular = script.calls.length;
      expect(regular).toBe(3 + 4);
      await handle.signal(LOOK_SIGNAL);
      await time.sleep(MINUTE_MS);
      expect(script.calls.length).toBe(regular + 1);
    });
    expect(new Set(steps(script))).toEqual(new Set(['reconcileFleet']));
  });
});
