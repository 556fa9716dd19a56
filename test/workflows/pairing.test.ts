import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FinishInput, StepFailure } from '../../activities/types.ts';
import { LOOK_SIGNAL, PAIRING_WORKFLOW } from '../../workflows/messages.ts';
import { createTimeSkipping, timeSkippingMissing } from '../setup/time-skipping.ts';
import {
  type Answers,
  DONE,
  MORE,
  run,
  type Script,
  STOP,
  scripted,
  sleepUntil,
  steps,
  WAIT,
} from './script.ts';
import { bundleOf, PAIRING, type Place, play, silence } from './worker.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Next to intervals of minutes and days, what a busy machine adds to a timer. */
const PROMPT_MS = 20_000;

describe.skipIf(timeSkippingMissing)('a pairing’s workflow (PAIR-2)', () => {
  let time: TestWorkflowEnvironment;
  let place: Place;

  beforeAll(async () => {
    silence();
    const bundle = await bundleOf();
    time = await createTimeSkipping();
    place = { connection: time.nativeConnection, client: time.client.workflow, bundle };
  });
  afterAll(() => time?.teardown());

  const start = <T>(script: Script, during: Parameters<typeof play<T>>[4]) =>
    play(place, PAIRING_WORKFLOW, [PAIRING], script, during);

  /** Until the script says stop. */
  async function toTheEnd(answers: Answers): Promise<Script> {
    const script = scripted(answers);
    await start(script, handle => handle.result());
    return script;
  }

  const finished = (script: Script) =>
    script.calls.flatMap(call => (call.step === 'finish' ? [call.input as FinishInput] : []));

  it('runs cycles at their due times, for two weeks and over many runs', async () => {
    const due: number[] = [];
    const { calls } = await toTheEnd({
      detect: ({ atMs, nth }) => {
        if (nth > 14 * 24) return STOP;
        due.push(atMs + HOUR_MS);
        return sleepUntil(atMs + HOUR_MS);
      },
    });
    expect(calls).toHaveLength(14 * 24 + 1);
    const late = due.map((dueAtMs, cycle) => (calls[cycle + 1]?.atMs ?? 0) - dueAtMs);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(PROMPT_MS);
  });

  it('sleeps on the machines’ clock although the product’s clock runs ahead of it', async () => {
    const { calls } = await toTheEnd({
      detect: ({ nth, atMs }) =>
        nth === 1 ? sleepUntil(atMs + 3 * HOUR_MS, { clockAheadMs: 2 * HOUR_MS }) : STOP,
    });
    const slept = (calls[1]?.atMs ?? 0) - (calls[0]?.atMs ?? 0);
    expect(slept).toBeGreaterThanOrEqual(HOUR_MS);
    expect(slept).toBeLessThan(HOUR_MS + PROMPT_MS);
  });

  it('PAIR-4: while paused it sets no timer, and goes on when it is told to look', async () => {
    const script = scripted({ detect: ({ nth }) => (nth === 1 ? WAIT : STOP) });
    await start(script, async handle => {
      await time.sleep(30 * DAY_MS);
      expect(steps(script)).toEqual(['detect']);
      const { events } = await handle.fetchHistory();
      expect(events?.some(event => event.timerStartedEventAttributes)).toBe(false);
      await handle.signal(LOOK_SIGNAL);
      await handle.result();
    });
    expect(steps(script)).toEqual(['detect', 'detect']);
  });

  it('PAIR-4: sync now ends its sleep', async () => {
    const script = scripted({
      detect: ({ nth, atMs }) => (nth === 1 ? sleepUntil(atMs + DAY_MS) : STOP),
    });
    await start(script, async handle => {
      await time.sleep(HOUR_MS);
      const askedAtMs = await time.currentTimeMs();
      await handle.signal(LOOK_SIGNAL);
      await handle.result();
      expect((script.calls[1]?.atMs ?? 0) - askedAtMs).toBeLessThan(PROMPT_MS);
    });
  });

  it('PAIR-4: what comes during a phase is looked at right after the cycle', async () => {
    let tell = async () => {};
    const script = scripted({
      detect: ({ nth }) => (nth === 1 ? run(['contacts', 'leads']) : STOP),
      contacts: async () => {
        await tell();
        return DONE;
      },
      leads: () => DONE,
      finish: ({ atMs }) => sleepUntil(atMs + DAY_MS),
    });
    await start(script, async handle => {
      tell = () => handle.signal(LOOK_SIGNAL);
      await handle.result();
    });
    expect(steps(script)).toEqual(['detect', 'contacts', 'leads', 'finish', 'detect']);
    expect((script.calls[4]?.atMs ?? 0) - (script.calls[3]?.atMs ?? 0)).toBeLessThan(PROMPT_MS);
  });

  it('POL-4: a change of the policy moves the next cycle', async () => {
    let startedMs = 0;
    const script = scripted({
      detect: ({ nth, atMs }) => {
        if (nth === 1) startedMs = atMs;
        if (nth === 3) return STOP;
        return sleepUntil(startedMs + (nth === 1 ? DAY_MS : 2 * HOUR_MS));
      },
    });
    await start(script, async handle => {
      await time.sleep(HOUR_MS);
      await handle.signal(LOOK_SIGNAL);
      await handle.result();
    });
    const at = script.calls.map(({ atMs }) => atMs - startedMs);
    expect(at[1]).toBeLessThan(HOUR_MS + PROMPT_MS);
    expect(at[2]).toBeGreaterThanOrEqual(2 * HOUR_MS);
    expect(at[2]).toBeLessThan(2 * HOUR_MS + PROMPT_MS);
  });

  it('calls the phases in their order, each until it wants no more', async () => {
    const script = await toTheEnd({
      detect: () => run(['prepare', 'load', 'contacts', 'leads'], 7),
      prepare: () => DONE,
      load: ({ nth }) => (nth < 3 ? MORE : DONE),
      contacts: ({ nth }) => (nth < 2 ? MORE : DONE),
      leads: () => DONE,
      finish: () => STOP,
    });
    const order = ['detect', 'prepare', 'load', 'load', 'load', 'contacts', 'contacts', 'leads', 'finish'];
    expect(steps(script)).toEqual(order);
    expect(script.calls[1]?.input).toEqual({ ...PAIRING, cycle: 7 });
    expect(finished(script)).toEqual([{ ...PAIRING, cycle: 7 }]);
  });

  it('PAIR-3: a phase that needs a person ends the cycle', async () => {
    const script = await toTheEnd({
      detect: () => run(['prepare', 'load', 'contacts'], 2),
      prepare: () => ({ more: false, blocked: true }),
      finish: () => STOP,
    });
    expect(steps(script)).toEqual(['detect', 'prepare', 'finish']);
    expect(finished(script)).toEqual([
      { ...PAIRING, cycle: 2, failure: { phase: 'prepare', kind: 'blocked' } },
    ]);
  });

  it('PAIR-10: throttling is told to the end of the cycle as waiting', async () => {
    const untilMs = Date.now() + HOUR_MS;
    const script = await toTheEnd({
      detect: ({ nth }) => (nth === 1 ? run(['contacts', 'leads'], 3) : STOP),
      contacts: () => ({ more: false, waitUntilMs: untilMs, reason: 'quota' }),
      finish: ({ atMs }) => sleepUntil(atMs + HOUR_MS),
    });
    expect(steps(script)).toEqual(['detect', 'contacts', 'finish', 'detect']);
    expect(finished(script)).toEqual([{ ...PAIRING, cycle: 3, waited: { untilMs, reason: 'quota' } }]);
  });

  it('PAIR-10: so is throttling before the cycle has a number', async () => {
    const script = await toTheEnd({
      detect: () => ({ ...STOP, next: 'hold', untilMs: 1, reason: 'throttled' }),
      finish: () => STOP,
    });
    expect(finished(script)).toEqual([{ ...PAIRING, waited: { untilMs: 1, reason: 'throttled' } }]);
  });

  const fail = (told: StepFailure, nonRetryable: boolean): never => {
    throw ApplicationFailure.create({ type: told.kind, nonRetryable, details: [told] });
  };

  it('PAIR-10: a step that fails is tried three times, then the cycle ends with the reason', async () => {
    const told = { phase: 'load', kind: 'transient', side: 'mailbox' } as const;
    const script = await toTheEnd({
      detect: ({ nth }) => (nth === 1 ? run(['load', 'contacts'], 4) : STOP),
      load: () => fail(told, false),
      finish: ({ atMs }) => sleepUntil(atMs + HOUR_MS),
    });
    expect(steps(script)).toEqual(['detect', 'load', 'load', 'load', 'finish', 'detect']);
    expect(finished(script)).toEqual([{ ...PAIRING, cycle: 4, failure: told }]);
  });

  it('PAIR-10: what trying again cannot help is not tried again', async () => {
    const told = { phase: 'detect', kind: 'auth', side: 'crm', fix: 'Renew it.' } as const;
    const script = await toTheEnd({ detect: () => fail(told, true), finish: () => STOP });
    expect(steps(script)).toEqual(['detect', 'finish']);
    expect(finished(script)).toEqual([{ ...PAIRING, failure: told }]);
  });

  it('OPS-5: an error that nobody classified is told without its text', async () => {
    const script = await toTheEnd({
      detect: () => {
        throw new Error('ann@contoso.example');
      },
      finish: () => STOP,
    });
    expect(finished(script)).toEqual([{ ...PAIRING, failure: { phase: 'detect', kind: 'internal' } }]);
  });

  it('PAIR-10: goes on after five failures in a row, each of them told', async () => {
    const told = { phase: 'detect', kind: 'permanent' } as const;
    const script = await toTheEnd({
      detect: ({ nth }) => (nth > 6 ? STOP : fail(told, true)),
      finish: ({ atMs, nth }) => sleepUntil(atMs + MINUTE_MS, { state: 'degraded', errorStreak: nth }),
    });
    expect(finished(script)).toEqual(Array(6).fill({ ...PAIRING, failure: told }));
  });

  it('rests a minute and goes on when not even the end of a cycle can be recorded', async () => {
    const script = await toTheEnd({
      detect: ({ nth }) => (nth === 1 ? run(['contacts'], 5) : STOP),
      contacts: () => DONE,
      finish: () => {
        throw new Error('no database');
      },
    });
    expect(steps(script)).toEqual(['detect', 'contacts', ...Array(6).fill('finish'), 'detect']);
    const rested = (script.calls[8]?.atMs ?? 0) - (script.calls[7]?.atMs ?? 0);
    expect(rested).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(rested).toBeLessThan(MINUTE_MS + PROMPT_MS);
  });
});
