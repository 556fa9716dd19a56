/**
 * Records histories of the workflows as they are now, for `replay.test.ts`. Run it before a release, and keep the files
 * of earlier ones:
 *
 *     npx node test/workflows/record-histories.ts
 *
 * They go to `histories/<version of package.json>/`. It takes a Temporal server as tests do, and two minutes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { readEnvironment } from '../../bin/environment.ts';
import { findTemporal } from '../../bin/temporal-binary.ts';
import {
  FEED_WORKFLOW,
  FLEET_WORKFLOW,
  LOOK_SIGNAL,
  PAIRING_WORKFLOW,
  SEARCH_ATTRIBUTES,
} from '../../workflows/messages.ts';
import { type Answers, DONE, FEED_STOPS, MORE, run, STOP, scripted, sleepUntil, WAIT } from './script.ts';
import { bundleOf, PAIRING, type Place, play, silence } from './worker.ts';

interface Story {
  readonly name: string;
  readonly workflow: string;
  readonly args: readonly unknown[];
  readonly answers: Answers;
  /** Until then the story is told; to its end without. */
  readonly during?: (handle: WorkflowHandle) => Promise<unknown>;
}

const SOON_MS = 20;
const rest = (delayMs: number) => new Promise(resolve => setTimeout(resolve, delayMs));

const pairing = (name: string, answers: Answers, during?: Story['during']): Story => ({
  name: `pairing-${name}`,
  workflow: PAIRING_WORKFLOW,
  args: [PAIRING],
  answers,
  ...(during ? { during } : {}),
});

const FEED = { organizationId: PAIRING.organizationId, connectionId: 'con_1' };

const STORIES: readonly Story[] = [
  pairing('idle', { detect: ({ nth, atMs }) => (nth > 4 ? STOP : sleepUntil(atMs + SOON_MS)) }),
  pairing('phases', {
    detect: ({ nth }) => (nth > 2 ? STOP : run(['prepare', 'load', 'contacts', 'leads'], nth)),
    prepare: () => DONE,
    load: ({ nth }) => (nth === 1 ? MORE : DONE),
    contacts: ({ nth }) => (nth === 2 ? { more: false, waitUntilMs: 1, reason: 'throttled' } : DONE),
    leads: () => DONE,
    finish: ({ atMs, nth }) => sleepUntil(atMs + SOON_MS, { cycle: nth, state: 'catching_up' }),
  }),
  pairing('blocked', {
    detect: ({ nth }) => (nth > 1 ? STOP : run(['prepare', 'load'])),
    prepare: () => ({ more: false, blocked: true }),
    finish: ({ atMs }) => sleepUntil(atMs + SOON_MS, { state: 'blocked', errorStreak: 1 }),
  }),
  pairing('failures', {
    detect: ({ nth }) => {
      if (nth > 4) return STOP;
      throw ApplicationFailure.create({
        message: 'detect: auth (crm)',
        type: 'auth',
        nonRetryable: nth > 1,
        details: [{ phase: 'detect', kind: 'auth', side: 'crm' }],
      });
    },
    finish: ({ atMs, nth }) => sleepUntil(atMs + SOON_MS, { state: 'degraded', errorStreak: nth }),
  }),
  pairing('unrecorded', {
    detect: ({ nth }) => (nth > 1 ? STOP : { ...STOP, next: 'hold', untilMs: 1, reason: 'throttled' }),
    finish: () => {
      throw new Error('no database');
    },
  }),
  pairing('paused', { detect: ({ nth }) => (nth > 2 ? STOP : WAIT) }, async handle => {
    await rest(500);
    await handle.signal(LOOK_SIGNAL);
    await rest(500);
    await handle.signal(LOOK_SIGNAL);
    await handle.result();
  }),
  pairing('continued', {
    detect: ({ nth }) => (nth > 2 ? STOP : run(['load'], nth)),
    load: ({ nth }) => (nth % 40 === 0 ? DONE : MORE),
    finish: ({ atMs, nth }) => sleepUntil(atMs + SOON_MS, { cycle: nth }),
  }),
  {
    name: 'feed-polls',
    workflow: FEED_WORKFLOW,
    args: [FEED],
    answers: {
      pollFeed: ({ nth, atMs }) =>
        nth > 4 ? FEED_STOPS : { next: 'sleep', dueAtMs: atMs + SOON_MS, note: '0 changes' },
    },
  },
  {
    name: 'feed-failures',
    workflow: FEED_WORKFLOW,
    args: [FEED],
    answers: {
      pollFeed: ({ nth }) => {
        if (nth > 3) return FEED_STOPS;
        throw new Error('no answer');
      },
    },
    during: async handle => {
      await rest(8_000);
      await handle.signal(LOOK_SIGNAL);
      await handle.result();
    },
  },
  {
    name: 'fleet-compares',
    workflow: FLEET_WORKFLOW,
    args: [],
    answers: { reconcileFleet: () => ({ started: 1, stopped: 0 }) },
    during: async handle => {
      for (let n = 0; n < 3; n++) {
        await rest(300);
        await handle.signal(LOOK_SIGNAL);
      }
      await rest(300);
    },
  },
];

/** Of its first run: later ones begin anew. */
async function recordingOf(place: Place, { workflow, args, answers, during }: Story): Promise<string> {
  return play(place, workflow, args, scripted(answers), async handle => {
    const first = (await handle.describe()).runId;
    await (during?.(handle) ?? handle.result());
    const history = await place.client.getHandle(handle.workflowId, first).fetchHistory();
    return `${JSON.stringify(plain(history))}\n`;
  });
}

/**
 * The client's messages as plain objects, which the worker takes for a replay; bytes are base64. The SDK's conversion
 * from and to the JSON of other tools fails where several of its packages have each a copy of protobufjs.
 */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isLong(value)) return value.toNumber();
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function isLong(value: object): value is { toNumber(): number } {
  return 'toNumber' in value;
}

function versionFolder(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(fileURLToPath(new URL('histories/', import.meta.url)), version);
  mkdirSync(folder, { recursive: true });
  return folder;
}

silence();
const path = findTemporal(readEnvironment());
if (!path) throw new Error('No Temporal server on this machine: `npm test` fetches or builds one first.');
const attributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => ({ name, type }));
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'existing-path', path }, searchAttributes: attributes },
});
try {
  const place = {
    connection: environment.nativeConnection,
    client: environment.client.workflow,
    bundle: await bundleOf(),
  };
  const folder = versionFolder();
  for (const story of STORIES)
    writeFileSync(join(folder, `${story.name}.json`), await recordingOf(place, story));
} finally {
  await environment.teardown();
}
