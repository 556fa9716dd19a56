import { setTimeout as sleep } from 'node:timers/promises';
import { pairingWorkflowId } from '../../workflows/messages.ts';
import { asAdmin, type RunningBench, type Seat } from '../bench.ts';
import { callsOf, statementsOf } from '../calls.ts';
import { EmptyRounds } from '../floors/empty-rounds.ts';
import type { Metered } from '../meter.ts';
import { itemsOf } from '../portfolio.ts';
import type { Figure } from '../report.ts';
import { growth, modeOf, sampleOf } from '../statistics.ts';
import { type Timing, timed } from '../timing.ts';

/** The cycles after the first one, in which the echoes of our own writes come and go. */
export const SETTLING_CYCLES = 4;
/** The root and the folder of contacts, the categories, and the deltas of both folders, the calendar and the task list. */
export const REQUESTS = 7;
/** PostgreSQL's backends tell their counters at most this late (PostgreSQL documentation, "Cumulative Statistics"). */
const COUNTERS_LATE_MS = 1_200;

export interface IdleRun extends Timing {
  readonly result: Metered[];
  /** Rows that PostgreSQL read from our tables. */
  readonly rowsRead: number;
}

/** Idle cycles of the first pairing there is: what comes later must not make them dearer. */
export async function idleAlone(bench: RunningBench, few: Seat): Promise<IdleRun[]> {
  await bench.worker.cycles(few.input, SETTLING_CYCLES);
  return [await idle(bench, few), await idle(bench, few)];
}

/** Idle cycles of a pairing with many items among others, in turns with a workflow that does nothing. */
export async function idleCycles(
  bench: RunningBench,
  alone: readonly IdleRun[],
  few: Seat,
  many: Seat,
): Promise<Figure[]> {
  const { sizes, worker, servers, say } = bench;
  await worker.cycles(many.input, SETTLING_CYCLES);
  const floor = await EmptyRounds.start(worker);
  const runs = { few: alone, many: [] as IdleRun[], empty: [] as Timing[] };
  try {
    await floor.run(sizes.rounds);
    for (let repeat = 1; repeat <= sizes.repeats; repeat++) {
      runs.many.push(await idle(bench, many));
      runs.empty.push(await timed(servers, () => floor.run(sizes.rounds)));
      say(`idle cycles: repeat ${repeat} of ${sizes.repeats}`);
    }
  } finally {
    await floor.close();
  }
  const events = await eventsPerCycle(bench, many);
  return [
    ...countFigures(runs.many, sizes.rounds, events),
    ...machineFigures(bench, runs),
    ...flatFigures(bench, runs, few, many),
  ];
}

export async function idle(bench: RunningBench, { input }: Seat): Promise<IdleRun> {
  const { worker, servers, sizes } = bench;
  const before = await rowsRead(bench);
  const run = await timed(servers, () => worker.cycles(input, sizes.rounds));
  const after = await rowsRead(bench);
  const busy = run.result.find(({ activity }) => activity !== 'detect');
  if (busy) throw new Error(`A cycle that should be idle ran the step ${busy.activity}.`);
  return { ...run, rowsRead: after - before };
}

async function rowsRead(bench: RunningBench): Promise<number> {
  await sleep(COUNTERS_LATE_MS);
  const { rows } = await asAdmin(bench, client =>
    client.query<{ read: string }>(
      'select sum(seq_tup_read + idx_tup_fetch) as read from pg_stat_user_tables',
    ),
  );
  return Number(rows[0]?.read ?? 0);
}

/** Between the detections of two cycles; a history that is continued breaks the row now and then. */
export async function eventsPerCycle({ worker }: RunningBench, { input }: Seat): Promise<number> {
  const handle = worker.services.temporal.workflow.getHandle(pairingWorkflowId(input.pairingId));
  const { events } = await handle.fetchHistory();
  const scheduled = (events ?? [])
    .filter(event => event.activityTaskScheduledEventAttributes?.activityType?.name === 'detect')
    .map(event => Number(event.eventId));
  return modeOf(scheduled.slice(1).map((id, index) => id - (scheduled[index] ?? 0)));
}

function countFigures(runs: readonly IdleRun[], rounds: number, events: number): Figure[] {
  const activities = runs.flatMap(run => run.result);
  const cycles = rounds * runs.length;
  const calls = callsOf(activities);
  const statements = statementsOf(activities);
  const perCycle = (metric: string, count: number, atMost: number): Figure => ({
    metric: `Idle cycle: ${metric}`,
    ...{ unit: '', kind: 'count', measured: count },
    target: { of: 'measured', atMost },
  });
  return [
    perCycle('round trips to Graph', calls.graphRoundTrips / cycles, 1),
    perCycle('requests as Graph counts them', calls.graph / cycles, REQUESTS),
    perCycle('calls of Salesforce', calls.salesforce / cycles, 0),
    perCycle('transactions', statements.transactions / cycles, 2),
    perCycle('SQL round trips', statements.roundTrips / cycles, 8),
    perCycle('history events', events, 11),
  ];
}

type Runs = { readonly few: readonly IdleRun[]; readonly many: IdleRun[]; readonly empty: Timing[] };

function machineFigures({ sizes }: RunningBench, { many, empty }: Runs): Figure[] {
  const per = (runs: readonly Timing[], pick: (timing: Timing) => number) =>
    sampleOf(runs.map(run => pick(run) / sizes.rounds));
  const against = (metric: string, pick: (timing: Timing) => number): Figure => ({
    metric: `Idle cycle: ${metric}`,
    ...{ unit: 'ms', kind: 'machine', measured: per(many, pick) },
    floor: { name: 'ms, empty workflow', value: per(empty, pick) },
  });
  return [
    {
      metric: 'Idle cycle: wall time of its activity',
      ...{
        unit: 'ms',
        kind: 'machine',
        measured: sampleOf(many.flatMap(run => run.result.map(({ wallMs }) => wallMs))),
      },
    },
    against('CPU of the worker', ({ ownCpuMs }) => ownCpuMs),
    against('CPU of Temporal', ({ temporalCpuMs }) => temporalCpuMs),
    {
      metric: 'Idle cycle: CPU of PostgreSQL',
      ...{ unit: 'ms', kind: 'machine', measured: per(many, ({ postgresCpuMs }) => postgresCpuMs) },
    },
  ];
}

/** Measured: at many contacts; floor: at few; they should be the same. */
function flatFigures({ sizes }: RunningBench, runs: Runs, few: Seat, many: Seat): Figure[] {
  const counts = [itemsOf(few.owned), itemsOf(many.owned)] as const;
  const flat = (metric: string, kind: Figure['kind'], pick: (run: IdleRun) => number): Figure => {
    const [small, large] = [runs.few, runs.many].map(of => sampleOf(of.map(run => pick(run) / sizes.rounds)));
    const exponent = growth([counts[0], small?.median ?? 0], [counts[1], large?.median ?? 0]);
    return {
      metric: `Idle ${metric}: growth from ${counts[0]} items alone to ${counts[1]} among others`,
      ...{
        unit: `(${large?.median.toPrecision(3)} against ${small?.median.toPrecision(3)})`,
        kind,
        measured: exponent,
      },
      target: { of: 'measured', atMost: 0.05 },
    };
  };
  return [
    flat('SQL round trips', 'count', run => statementsOf(run.result).roundTrips),
    flat('requests of Graph', 'count', run => callsOf(run.result).graph),
    flat('rows read in PostgreSQL', 'machine', run => run.rowsRead),
    flat('CPU ms of worker and PostgreSQL', 'machine', run => run.ownCpuMs + run.postgresCpuMs),
  ];
}
