import { type RunningBench, seat } from '../bench.ts';
import { callsOf, statementsOf } from '../calls.ts';
import { replay } from '../floors/replay.ts';
import { upsertAgain } from '../floors/upserts.ts';
import type { Metered } from '../meter.ts';
import { described, itemsOf, type Portfolio } from '../portfolio.ts';
import type { Figure } from '../report.ts';
import { sampleOf } from '../statistics.ts';
import { type Timing, timed } from '../timing.ts';

/** Graph's $batch holds 20 requests; a page of a query of Salesforce 2,000 rows (vendors' documentation). */
const BATCH = 20;
const PAGE = 2_000;
/** Default Contacts, the folder for synced contacts, the calendar and the task list are read once each. */
const CONTAINERS = 4;

interface Round {
  readonly product: Timing & { readonly result: Metered[] };
  readonly http: Timing;
  readonly rows: { readonly rows: number; readonly wallMs: number };
}

/** First cycles of a full CRM and an empty mailbox, in turns with their floors. */
export async function firstCycles(bench: RunningBench, name: string, owned: Portfolio): Promise<Figure[]> {
  const { sizes, say } = bench;
  const rounds: Round[] = [];
  for (let repeat = 1; repeat <= sizes.repeats; repeat++) {
    rounds.push(await round(bench, `${name}${repeat}`, owned));
    say(`first cycle of ${described(owned)}: repeat ${repeat} of ${sizes.repeats}`);
  }
  return figuresOf(owned, rounds);
}

async function round(bench: RunningBench, name: string, owned: Portfolio): Promise<Round> {
  const { servers, worker } = bench;
  const { input } = await seat(bench, name, owned);
  const product = await timed(servers, () => worker.firstCycle(input));
  const rows = await upsertAgain(servers.adminUrl, input.pairingId);
  const http = await timed(servers, () => replay(product.result));
  return { product, http, rows };
}

/** One create per item, one read per container, and the pages of the CRM. */
function leastCalls({ contacts, appointments, tasks }: Portfolio): number {
  const counts = [contacts, appointments, tasks];
  return counts.reduce((sum, count) => sum + count + Math.ceil(count / PAGE), CONTAINERS);
}

function figuresOf(owned: Portfolio, rounds: readonly Round[]): Figure[] {
  const products = rounds.map(({ product }) => product);
  const activities = products.at(-1)?.result ?? [];
  const calls = callsOf(activities);
  const statements = statementsOf(activities);
  const wall = sampleOf(products.map(({ wallMs }) => wallMs));
  const http = sampleOf(rounds.map(round => round.http.wallMs));
  const rows = sampleOf(rounds.map(round => round.rows.wallMs));
  const name = `First cycle, ${described(owned)}`;
  return [
    {
      metric: `${name}: calls of both systems`,
      ...{ unit: 'calls', kind: 'count', measured: calls.graph + calls.salesforce },
      floor: { name: 'least possible', value: leastCalls(owned) },
      target: { of: 'ratio', atMost: 1.1 },
    },
    {
      metric: `${name}: round trips to Graph`,
      ...{ unit: 'round trips', kind: 'count', measured: calls.graphRoundTrips },
      floor: { name: 'batches of 20', value: Math.ceil((itemsOf(owned) + CONTAINERS) / BATCH) },
    },
    {
      metric: `${name}: wall time against HTTP`,
      ...{ unit: 'ms', kind: 'machine', measured: wall },
      floor: { name: 'ms, raw replay', value: http },
      target: { of: 'ratio', atMost: 4 },
    },
    {
      metric: `${name}: wall time against PostgreSQL`,
      ...{ unit: 'ms', kind: 'machine', measured: wall },
      floor: { name: `ms, ${rounds[0]?.rows.rows} rows in bulk`, value: rows },
    },
    {
      metric: `${name}: SQL round trips`,
      ...{
        unit: `in ${statements.transactions} transactions`,
        kind: 'machine',
        measured: statements.roundTrips,
      },
    },
    ...cpuFigures(name, products, rounds),
  ];
}

function cpuFigures(name: string, products: readonly Timing[], rounds: readonly Round[]): Figure[] {
  const sample = (pick: (timing: Timing) => number) => sampleOf(products.map(pick));
  return [
    {
      metric: `${name}: CPU of the worker`,
      ...{ unit: 'ms', kind: 'machine', measured: sample(({ ownCpuMs }) => ownCpuMs) },
      floor: { name: 'ms, raw replay', value: sampleOf(rounds.map(({ http }) => http.ownCpuMs)) },
    },
    {
      metric: `${name}: CPU of the emulators`,
      ...{ unit: 'ms', kind: 'machine', measured: sample(({ emulatorsCpuMs }) => emulatorsCpuMs) },
      floor: { name: 'ms, raw replay', value: sampleOf(rounds.map(({ http }) => http.emulatorsCpuMs)) },
    },
    {
      metric: `${name}: CPU of PostgreSQL`,
      ...{ unit: 'ms', kind: 'machine', measured: sample(({ postgresCpuMs }) => postgresCpuMs) },
    },
  ];
}
