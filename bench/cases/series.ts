import { asAdmin, type RunningBench, type Seat, seat } from '../bench.ts';
import { callsOf, statementsOf } from '../calls.ts';
import type { Metered } from '../meter.ts';
import { inOutlook } from '../outlook.ts';
import { portfolio } from '../portfolio.ts';
import type { Figure } from '../report.ts';
import { type Timing, timed } from '../timing.ts';

const DAY_MS = 86_400_000;
/** A collection of Salesforce holds 200 records (REST API guide). */
const COLLECTION = 200;
/** Rows of a page of the calendar's delta. */
const PAGE = 100;
/** What a cycle with one change costs, besides those pages: it is looked for, told whole, read, and written once. */
const REQUESTS_FOR_ONE = 15;
const CALLS_FOR_ONE = 5;

type Run = Timing & { readonly result: Metered[] };

/** A series that a user makes in Outlook, each occurrence an appointment of the CRM; then one occurrence changes. */
export async function longSeries(bench: RunningBench): Promise<Figure[]> {
  const { servers, worker, sizes, say } = bench;
  const series = await seat(bench, 'series', portfolio({}));
  await worker.firstCycle(series.input);
  const id = await makeSeries(bench, series);
  const made = await timed(servers, () => worker.cycles(series.input, 1));
  await expectItems(bench, series);
  await worker.cycles(series.input, 1);
  await changeOccurrence(bench, series, id);
  const changed = await timed(servers, () => worker.cycles(series.input, 1));
  say(`a series of ${sizes.occurrences} occurrences: done`);
  return [...firstSync(sizes.occurrences, made), ...oneChange(sizes.occurrences, changed)];
}

async function makeSeries({ servers, sizes }: RunningBench, { mail }: Seat): Promise<string> {
  const day = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  const { id } = await inOutlook<{ id: string }>(servers, mail, {
    method: 'POST',
    path: '/events',
    body: {
      subject: 'Stand-up',
      body: { contentType: 'html', content: '<p>What was done, what comes next.</p>' },
      start: { dateTime: `${day}T09:00:00`, timeZone: 'W. Europe Standard Time' },
      end: { dateTime: `${day}T09:15:00`, timeZone: 'W. Europe Standard Time' },
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', startDate: day, numberOfOccurrences: sizes.occurrences },
      },
    },
  });
  return id;
}

async function changeOccurrence({ servers }: RunningBench, { mail }: Seat, seriesId: string): Promise<void> {
  const [from, to] = [5, 10].map(days => new Date(Date.now() + days * DAY_MS).toISOString());
  const { value } = await inOutlook<{ value: { id: string }[] }>(servers, mail, {
    method: 'GET',
    path: `/events/${seriesId}/instances?startDateTime=${from}&endDateTime=${to}`,
  });
  const path = `/events/${value[0]?.id}`;
  await inOutlook(servers, mail, { method: 'PATCH', path, body: { subject: 'Stand-up, in the kitchen' } });
}

/** What is counted is the whole work, or it is no figure. */
async function expectItems(bench: RunningBench, { input }: Seat): Promise<void> {
  const { rows } = await asAdmin(bench, client =>
    client.query<{ linked: string }>(
      "select count(*) as linked from items where pairing_id = $1 and link = 'linked'",
      [input.pairingId],
    ),
  );
  const linked = Number(rows[0]?.linked);
  if (linked !== bench.sizes.occurrences)
    throw new Error(`Of ${bench.sizes.occurrences} occurrences ${linked} are in the CRM.`);
}

function firstSync(occurrences: number, { wallMs, ownCpuMs, result }: Run): Figure[] {
  const name = `Series of ${occurrences} occurrences`;
  const calls = callsOf(result);
  const { roundTrips, transactions } = statementsOf(result);
  return [
    {
      metric: `${name}: calls of Salesforce`,
      ...{ unit: 'calls', kind: 'count', measured: calls.salesforce },
      floor: { name: 'collections of 200', value: Math.ceil(occurrences / COLLECTION) },
    },
    {
      metric: `${name}: requests as Graph counts them`,
      ...{ unit: `in ${calls.graphRoundTrips} round trips`, kind: 'count', measured: calls.graph },
    },
    {
      metric: `${name}: SQL round trips`,
      ...{ unit: `in ${transactions} transactions`, kind: 'machine', measured: roundTrips },
    },
    { metric: `${name}: wall time`, ...{ unit: 'ms', kind: 'machine', measured: wallMs } },
    { metric: `${name}: CPU of the worker`, ...{ unit: 'ms', kind: 'machine', measured: ownCpuMs } },
  ];
}

function oneChange(occurrences: number, { wallMs, result }: Run): Figure[] {
  const name = `One occurrence of ${occurrences} changes`;
  const calls = callsOf(result);
  return [
    {
      metric: `${name}: calls of Salesforce`,
      ...{ unit: 'calls', kind: 'count', measured: calls.salesforce },
      target: { of: 'measured', atMost: CALLS_FOR_ONE },
    },
    {
      metric: `${name}: requests as Graph counts them`,
      ...{ unit: `in ${calls.graphRoundTrips} round trips`, kind: 'count', measured: calls.graph },
      // The service tells of the whole series again.
      target: { of: 'measured', atMost: REQUESTS_FOR_ONE + Math.ceil(occurrences / PAGE) },
    },
    { metric: `${name}: wall time`, ...{ unit: 'ms', kind: 'machine', measured: wallMs } },
  ];
}
