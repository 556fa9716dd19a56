import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { LOOK_SIGNAL, PAIRING_WORKFLOW } from '../../workflows/messages.ts';
import { until } from '../scenarios/product.ts';
import { DONE, run, scripted, sleepUntil, WAIT } from './script.ts';
import { bundleOf, PAIRING, type Place, play, silence } from './worker.ts';

/** Suggested by the server at 4,096; ours stay far below, for a wake beyond the cache replays all of them. */
const MOST_EVENTS = 500;

describe('histories on a real server (invariant 15)', () => {
  let place: Place;
  let client: Client;
  let close: () => Promise<void>;

  beforeAll(async () => {
    silence();
    const address = inject('temporalAddress');
    const [bundle, connection, ofClient] = await Promise.all([
      bundleOf(),
      NativeConnection.connect({ address }),
      Connection.connect({ address }),
    ]);
    client = new Client({ connection: ofClient });
    place = { connection, client: client.workflow, bundle };
    close = async () => {
      await Promise.all([connection.close(), ofClient.close()]);
    };
  });
  afterAll(() => close?.());

  it('an idle cycle is eleven events', async () => {
    const CYCLES = 12;
    const script = scripted({
      detect: ({ nth, atMs }) => (nth > CYCLES ? WAIT : sleepUntil(atMs + 20)),
    });
    await play(place, PAIRING_WORKFLOW, [PAIRING], script, async handle => {
      await until('the cycles to pass', () => script.calls.length > CYCLES);
      const { events } = await handle.fetchHistory();
      const looks = (events ?? []).flatMap((event, index) =>
        event.activityTaskScheduledEventAttributes ? [index] : [],
      );
      const sizes = looks.slice(1).map((at, cycle) => at - (looks[cycle] ?? 0));
      // The first one tells its state to the search attributes, and what operators read.
      expect(sizes.slice(1)).toEqual(Array(CYCLES - 1).fill(11));
      expect(sizes[0]).toBeLessThanOrEqual(13);
    });
  });

  it('a new run begins in time, and no signal is lost over many of them', async () => {
    const SIGNALS = 320;
    const BURST = 8;
    let wanted = 0;
    let seen = -1;
    const script = scripted({
      detect: () => {
        seen = wanted;
        return run(['contacts', 'leads']);
      },
      contacts: () => DONE,
      leads: () => DONE,
      finish: () => WAIT,
    });
    await play(place, PAIRING_WORKFLOW, [PAIRING], script, async handle => {
      const first = await handle.describe();
      while (wanted < SIGNALS) {
        for (let n = 0; n < BURST; n++) {
          wanted += 1;
          await handle.signal(LOOK_SIGNAL);
        }
        await until(`signal ${wanted} to be seen`, () => seen === wanted, 20_000, 5);
      }
      const last = await handle.describe();
      expect(last.status.name).toBe('RUNNING');
      expect(last.runId).not.toBe(first.runId);
      const lengths = await lengthsOfRuns(handle.workflowId, last.runId);
      expect(lengths.length).toBeGreaterThan(2);
      expect(Math.max(...lengths)).toBeLessThan(MOST_EVENTS);
    });
  });

  /** Of a run and those before it. */
  async function lengthsOfRuns(workflowId: string, runId: string): Promise<number[]> {
    const { events } = await place.client.getHandle(workflowId, runId).fetchHistory();
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    return [events?.length ?? 0, ...(before ? await lengthsOfRuns(workflowId, before) : [])];
  }

  it('PAIR-3: operators find state and error streak, and read what goes on', async () => {
    const script = scripted({
      detect: ({ nth, atMs }) =>
        nth === 1
          ? sleepUntil(atMs + 60_000, { state: 'degraded', errorStreak: 3, cycle: 9, note: 'quota' })
          : WAIT,
    });
    await play(place, PAIRING_WORKFLOW, [PAIRING], script, async handle => {
      const shown = () => attributesOf(handle.workflowId);
      await until('the state to be shown', async () => (await shown()).state === 'degraded');
      expect(await shown()).toEqual({ state: 'degraded', streak: 3 });
      const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      expect(metadata.currentDetails).toBe('**degraded** since cycle 9, errors in a row: 3. quota');
      await handle.signal(LOOK_SIGNAL);
      await until('the new state to be shown', async () => (await shown()).state === 'paused');
      expect(await shown()).toEqual({ state: 'paused', streak: 0 });
    });
  });

  async function attributesOf(workflowId: string) {
    const { typedSearchAttributes } = await place.client.getHandle(workflowId).describe();
    return {
      state: typedSearchAttributes.get(defineSearchAttributeKey('SyncState', 'KEYWORD')),
      streak: typedSearchAttributes.get(defineSearchAttributeKey('ErrorStreak', 'INT')),
    };
  }
});
