import { asAdmin, type RunningBench, type Seat, seat } from '../bench.ts';
import { callsOf, statementsOf } from '../calls.ts';
import type { Metered } from '../meter.ts';
import { portfolio } from '../portfolio.ts';
import { type CrmRecord, loadRecords } from '../records.ts';
import type { Figure } from '../report.ts';
import { changeRecord } from '../salesforce-hand.ts';
import { sampleOf } from '../statistics.ts';
import { type MoreOptions, withPolicy } from '../tenant.ts';
import { type Timing, timed } from '../timing.ts';
import { eventsPerCycle, type IdleRun, idle, REQUESTS, SETTLING_CYCLES } from './idle.ts';

/** The most that a policy allows (POL-22). */
const MOST_FOLDERS = 99;
/** Which of the cases have a folder of their own, as policies have it by default. */
const CASE_FOLDERS = 30;
/** The folders in the root folder, in the display folder and in its "Assign To", and the deltas of Inbox and Sent Items. */
const MAIL_REQUESTS = 5;
const DAY_MS = 86_400_000;

/** Idle cycles of a mailbox with all that mail has to watch, beside those of one without mail. */
export async function idleWithFolders(
  bench: RunningBench,
  without: readonly IdleRun[],
  few: Seat,
): Promise<Figure[]> {
  const { servers, worker, sizes, say } = bench;
  const tenant = await withPolicy(bench.tenant, 'Folders', {
    modules: { opportunities: { enabled: true } },
    smartConvert: { enabled: true },
    assignTo: { enabled: true, modules: { opportunities: { maximumItems: MOST_FOLDERS } } },
    ...{ inbox: { enabled: true }, sentItems: { enabled: true } },
  });
  const watched = await seat({ ...bench, tenant }, 'folders', sizes.few);
  const records = await loadRecords(servers, opportunitiesOf(watched.ownerId));
  await worker.firstCycle(watched.input);
  await expectFolders(bench, watched, 'opportunities', MOST_FOLDERS);
  await worker.cycles(watched.input, SETTLING_CYCLES);
  const runs: IdleRun[] = [];
  for (let repeat = 1; repeat <= sizes.repeats; repeat++) runs.push(await idle(bench, watched));
  say(`idle cycles with ${MOST_FOLDERS} folders of records: done`);
  const events = { measured: await eventsPerCycle(bench, watched), floor: await eventsPerCycle(bench, few) };
  return [
    ...idleCounts(sizes.rounds, runs, without, events),
    ...idleTimes(sizes.rounds, runs, without),
    ...(await oneChange(bench, watched, records.at(-1) ?? '')),
  ];
}

/** A record changes: its summary says so, and sorted by date its folder comes first, which renames those before it. */
async function oneChange(bench: RunningBench, { input }: Seat, recordId: string): Promise<Figure[]> {
  const { servers, worker, tenant } = bench;
  const { organizationId, crmConnectionId: connectionId } = tenant;
  await changeRecord(servers, 'Opportunity', recordId, { Amount: 1 });
  await worker.poll({ organizationId, connectionId });
  const { result, wallMs } = await timed(servers, () => worker.cycles(input, 1));
  const calls = callsOf(result);
  const name = `One of ${MOST_FOLDERS} records with folders changes`;
  return [
    {
      metric: `${name}: requests as Graph counts them`,
      ...{ unit: `in ${calls.graphRoundTrips} round trips`, kind: 'count', measured: calls.graph },
    },
    {
      metric: `${name}: calls of Salesforce`,
      ...{ unit: '', kind: 'count', measured: calls.salesforce },
      floor: { name: 'it is read', value: 1 },
      target: { of: 'ratio', atMost: 1 },
    },
    { metric: `${name}: wall time`, ...{ unit: 'ms', kind: 'machine', measured: wallMs } },
  ];
}

function opportunitiesOf(OwnerId: string): CrmRecord[] {
  const CloseDate = new Date(Date.now() + 60 * DAY_MS).toISOString().slice(0, 10);
  return Array.from({ length: MOST_FOLDERS }, (_, number) => ({
    attributes: { type: 'Opportunity' },
    ...{
      OwnerId,
      Name: `Opportunity ${number}`,
      StageName: 'Prospecting',
      CloseDate,
      Amount: 1_000 * number,
    },
  }));
}

function idleCounts(
  rounds: number,
  runs: readonly IdleRun[],
  without: readonly IdleRun[],
  events: { readonly measured: number; readonly floor: number },
): Figure[] {
  const perCycle = (of: readonly IdleRun[], pick: (activities: readonly Metered[]) => number) =>
    pick(of.flatMap(({ result }) => result)) / (rounds * of.length);
  const figure = (metric: string, pick: (activities: readonly Metered[]) => number, atMost: number): Figure =>
    idleFigure(metric, { measured: perCycle(runs, pick), floor: perCycle(without, pick), atMost });
  return [
    figure('round trips to Graph', activities => callsOf(activities).graphRoundTrips, 1),
    figure(
      'requests as Graph counts them',
      activities => callsOf(activities).graph,
      REQUESTS + MAIL_REQUESTS,
    ),
    figure('calls of Salesforce', activities => callsOf(activities).salesforce, 0),
    figure('transactions', activities => statementsOf(activities).transactions, 2),
    figure('SQL round trips', activities => statementsOf(activities).roundTrips, 8),
    idleFigure('history events', { ...events, atMost: 11 }),
  ];
}

function idleFigure(
  metric: string,
  { measured, floor, atMost }: { readonly measured: number; readonly floor: number; readonly atMost: number },
): Figure {
  return {
    metric: `Idle cycle, ${MOST_FOLDERS} folders of records: ${metric}`,
    ...{ unit: '', kind: 'count', measured },
    floor: { name: 'without mail', value: floor },
    target: { of: 'measured', atMost },
  };
}

function idleTimes(rounds: number, runs: readonly IdleRun[], without: readonly IdleRun[]): Figure[] {
  const cpu = (of: readonly IdleRun[]) => sampleOf(of.map(({ ownCpuMs }) => ownCpuMs / rounds));
  const wall = (of: readonly IdleRun[]) =>
    sampleOf(of.flatMap(run => run.result.map(({ wallMs }) => wallMs)));
  const figure = (metric: string, pick: typeof cpu): Figure => ({
    metric: `Idle cycle, ${MOST_FOLDERS} folders of records: ${metric}`,
    ...{ unit: 'ms', kind: 'machine', measured: pick(runs) },
    floor: { name: 'ms, without mail', value: pick(without) },
  });
  return [figure('wall time of its activity', wall), figure('CPU of the worker', cpu)];
}

/** The first cycle of a user with many open cases: folders for the latest, a summary for each (MAIL-5, MAIL-8). */
export async function manyCases(bench: RunningBench): Promise<Figure[]> {
  const { servers, worker, sizes, say } = bench;
  const modules = { cases: { enabled: true } };
  const assignTo = { enabled: true, modules: { cases: { maximumItems: CASE_FOLDERS } } };
  const options = { modules, assignTo, smartConvert: { enabled: true } };
  const plain = await firstCycleWith(bench, 'plain', { modules: {}, smartConvert: { enabled: true } });
  const tenant = await withPolicy(bench.tenant, 'Cases', options);
  const support = await seat({ ...bench, tenant }, 'cases', portfolio({}));
  await loadRecords(servers, casesOf(support.ownerId, sizes.cases));
  const first = await timed(servers, () => worker.firstCycle(support.input));
  await expectFolders(bench, support, 'cases', CASE_FOLDERS);
  say(`first cycle of ${sizes.cases} open cases: done`);
  return caseFigures(sizes.cases, first, plain);
}

/** The first cycle of somebody who has nothing: what the records with folders come on top of. */
async function firstCycleWith(bench: RunningBench, name: string, options: MoreOptions): Promise<Metered[]> {
  const tenant = await withPolicy(bench.tenant, name, options);
  const { input } = await seat({ ...bench, tenant }, name, portfolio({}));
  return bench.worker.firstCycle(input);
}

function casesOf(OwnerId: string, count: number): CrmRecord[] {
  return Array.from({ length: count }, (_, number) => ({
    attributes: { type: 'Case' },
    ...{ OwnerId, Subject: `Case ${number}`, Status: 'New', Origin: 'Email', Priority: 'Medium' },
  }));
}

/** What is counted is the whole work, or it is no figure. */
async function expectFolders(
  bench: RunningBench,
  { input }: Seat,
  kind: string,
  expected: number,
): Promise<void> {
  const { rows } = await asAdmin(bench, client =>
    client.query<{ folders: string }>(
      'select count(*) as folders from mail_folders where pairing_id = $1 and key like $2',
      [input.pairingId, `record:${kind}:%`],
    ),
  );
  const folders = Number(rows[0]?.folders);
  if (folders !== expected) throw new Error(`Of ${expected} folders of ${kind} there are ${folders}.`);
}

type First = Timing & { readonly result: Metered[] };

function caseFigures(cases: number, { wallMs, result }: First, plain: readonly Metered[]): Figure[] {
  const name = `First cycle, ${cases} open cases`;
  const calls = callsOf(result);
  const none = callsOf(plain);
  // The drop folder, the display folder, "Assign To", and what is in them.
  const least = none.graph + 3 + CASE_FOLDERS + cases;
  const { roundTrips, transactions } = statementsOf(result);
  return [
    {
      metric: `${name}: requests as Graph counts them`,
      ...{ unit: `in ${calls.graphRoundTrips} round trips`, kind: 'count', measured: calls.graph },
      floor: { name: 'least possible', value: least },
      // Each new folder is looked into once more: nothing may have come into the tree meanwhile.
      target: { of: 'ratio', atMost: 1.1 },
    },
    {
      metric: `${name}: calls of Salesforce`,
      ...{ unit: '', kind: 'count', measured: calls.salesforce },
      floor: { name: 'without cases, and one page', value: none.salesforce + 1 },
      target: { of: 'ratio', atMost: 1.5 },
    },
    {
      metric: `${name}: SQL round trips`,
      ...{ unit: `in ${transactions} transactions`, kind: 'machine', measured: roundTrips },
    },
    { metric: `${name}: wall time`, ...{ unit: 'ms', kind: 'machine', measured: wallMs } },
  ];
}
