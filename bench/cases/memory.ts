import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentForChild, readEnvironment } from '../../bin/environment.ts';
import { nodeProcess, type RunningProcess, startProcess } from '../../bin/processes.ts';
import { openServices } from '../../bin/services.ts';
import { asAdmin, type Bench, seat } from '../bench.ts';
import { peakMemoryMb } from '../cpu.ts';
import { described, type Portfolio } from '../portfolio.ts';
import type { Figure } from '../report.ts';
import { sampleOf } from '../statistics.ts';

const LOOK_EVERY_MS = 250;
const DONE_WITHIN_MS = 240_000;

/** Peak memory of fresh worker processes that do one first cycle each: small, large, small. */
export async function memory(bench: Bench): Promise<Figure[]> {
  const { few, contacts, many, calendar } = bench.sizes;
  // The very first process still parses and caches code for those after it.
  await peakOf(bench, 'warmup', few);
  const small: number[] = [];
  small.push(await peakOf(bench, 'small1', contacts));
  const large = await peakOf(bench, 'large', many);
  small.push(await peakOf(bench, 'small2', contacts));
  const agenda = await peakOf(bench, 'agenda', calendar);
  const base = sampleOf(small);
  return [
    {
      metric: `Worker's peak memory, ${described(contacts)}`,
      ...{ unit: 'MB', kind: 'machine', measured: base },
    },
    {
      metric: `Worker's peak memory, growth to ${described(many)}`,
      ...{ unit: `MB (to ${Math.round(large)})`, kind: 'machine', measured: large - base.median },
      target: { of: 'measured', atMost: 30 },
    },
    {
      metric: `Worker's peak memory, ${described(calendar)}`,
      ...{ unit: 'MB', kind: 'machine', measured: agenda },
    },
  ];
}

async function peakOf(bench: Bench, name: string, owned: Portfolio): Promise<number> {
  const { input } = await seat(bench, name, owned);
  const worker = await startWorker(bench, name);
  const services = await openServices(readEnvironment(bench.servers.variables), 'api');
  try {
    await services.workflows.startOrSignalPairing(input);
    await untilInitialized(bench, input.pairingId);
    const peakMb = peakMemoryMb(worker.pid);
    bench.say(`first cycle of ${described(owned)} in a process of its own: ${Math.round(peakMb)} MB`);
    return peakMb;
  } finally {
    await services.close();
    await worker.stop();
  }
}

function startWorker({ servers }: Bench, name: string): Promise<RunningProcess> {
  return startProcess({
    name: `worker ${name}`,
    ...nodeProcess('bin/tandem.ts', ['worker']),
    environment: environmentForChild(servers.variables),
    logFile: join(servers.folder, `worker-${name}.log`),
    ready: 'message',
    readyWithinMs: 60_000,
    graceMs: 40_000,
  });
}

async function untilInitialized(bench: Bench, pairingId: string): Promise<void> {
  const untilMs = performance.now() + DONE_WITHIN_MS;
  while (performance.now() < untilMs) {
    const { rows } = await asAdmin(bench, client =>
      client.query<{ done: boolean }>(
        'select initialized_at is not null as done from pairings where id = $1',
        [pairingId],
      ),
    );
    if (rows[0]?.done) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`The first cycle of ${pairingId} was not over after ${DONE_WITHIN_MS / 1_000} s.`);
}
