import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, RunningBench } from './bench.ts';
import { seat } from './bench.ts';
import { pollOfOne, pollsOfMany } from './cases/feed.ts';
import { firstCycles } from './cases/first-cycle.ts';
import { freshStatistics } from './cases/fresh-statistics.ts';
import { idleAlone, idleCycles } from './cases/idle.ts';
import { droppedMessages } from './cases/mail.ts';
import { idleWithFolders, manyCases } from './cases/mail-folders.ts';
import { memory } from './cases/memory.ts';
import { longSeries } from './cases/series.ts';
import { CAN_MEASURE_PROCESSES } from './cpu.ts';
import { Neighbours } from './neighbours.ts';
import { liftLimits } from './people.ts';
import { type Figure, hasMissedCount, judge, tableOf } from './report.ts';
import { startServers } from './servers.ts';
import { FULL, QUICK } from './sizes.ts';
import { createTenant } from './tenant.ts';
import { MeteredWorker } from './worker.ts';

const { values: wanted } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const sizes = wanted.quick ? QUICK : FULL;
const say = (line: string) => void process.stderr.write(`${line}\n`);

async function inThisProcess(bench: Bench): Promise<Figure[]> {
  const worker = await MeteredWorker.start(bench.servers);
  const running: RunningBench = { ...bench, worker };
  try {
    const few = await seat(bench, 'few', sizes.few);
    await worker.firstCycle(few.input);
    const poll = await pollOfOne(running);
    const neighbours = await Neighbours.moveIn(running, few.input);
    const alone = await idleAlone(running, few);
    const first = [
      ...(await firstCycles(running, 'people', sizes.contacts)),
      ...(await firstCycles(running, 'agenda', sizes.calendar)),
    ];
    const series = await longSeries(running);
    const all = await seat(bench, 'all', sizes.all);
    await worker.firstCycle(all.input);
    const idle = await idleCycles(running, alone, few, all);
    const fresh = await freshStatistics(running, all);
    const polls = await pollsOfMany(running, neighbours, all);
    await neighbours.moveOut();
    // Records with folders are heard of by the feed from now on: no poll is counted after this.
    const mail = [
      ...(await droppedMessages(running)),
      ...(await idleWithFolders(running, alone, few)),
      ...(await manyCases(running)),
    ];
    return [...idle, poll, ...polls, ...first, ...series, fresh, ...mail];
  } finally {
    await worker.close();
  }
}

async function measure(): Promise<Figure[]> {
  const servers = await startServers();
  try {
    const tenant = await createTenant(servers);
    await liftLimits(servers);
    const bench: Bench = { servers, tenant, sizes, say };
    const figures = await inThisProcess(bench);
    if (CAN_MEASURE_PROCESSES) figures.push(...(await memory(bench)));
    else say("The worker's memory and others' CPU time are measured on Linux only.");
    await tenant.database.close();
    return figures;
  } finally {
    await servers.stop();
  }
}

const startedMs = performance.now();
const figures = (await measure()).map(judge);
const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
const seconds = Math.round((performance.now() - startedMs) / 1_000);
process.stdout.write(
  wanted.json
    ? `${JSON.stringify({ machine, seconds, sizes, figures }, null, 2)}\n`
    : `${tableOf(figures)}\n\n${machine}; ${seconds} s. In brackets: least and most of the repeats.\n`,
);
process.exitCode = hasMissedCount(figures) ? 1 : 0;
