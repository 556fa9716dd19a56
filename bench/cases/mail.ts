import { asAdmin, type RunningBench, type Seat, seat } from '../bench.ts';
import { callsOf, statementsOf } from '../calls.ts';
import { replay } from '../floors/replay.ts';
import { deliver, folderAt, loadCorrespondents, strangersAmong } from '../letters.ts';
import type { Metered } from '../meter.ts';
import { portfolio } from '../portfolio.ts';
import type { Figure } from '../report.ts';
import { sampleOf } from '../statistics.ts';
import { withPolicy } from '../tenant.ts';
import { type Timing, timed } from '../timing.ts';

const CORRESPONDENTS = 200;
/** Rows of a page of a folder's messages. */
const PAGE = 200;
const BATCH = 20;
/** Each message is read, gets its category and is moved to the Inbox: three requests of Graph, no fewer (MAIL-3). */
const REQUESTS_PER_MESSAGE = 3;
/**
 * What a batch of messages takes in the CRM at least: one call for all questions about it, one that writes the e-mails, one that
 * links their senders; two more create the accounts and the people whom it lacks.
 */
const CALLS_PER_BATCH = 5;

interface Round {
  readonly product: Timing & { readonly result: Metered[] };
  readonly http: Timing;
}

/** A drop folder full of messages (MAIL-2, MAIL-3), in turns with the same requests sent again. */
export async function droppedMessages(bench: RunningBench): Promise<Figure[]> {
  const { sizes, say } = bench;
  const tenant = await withPolicy(bench.tenant, 'Dropping', { modules: {}, smartConvert: { enabled: true } });
  const rounds: Round[] = [];
  for (let repeat = 1; repeat <= sizes.repeats; repeat++) {
    rounds.push(await round({ ...bench, tenant }, `dropping${repeat}`));
    say(`${sizes.messages} dropped messages: repeat ${repeat} of ${sizes.repeats}`);
  }
  return figuresOf(sizes.messages, rounds);
}

async function round(bench: RunningBench, name: string): Promise<Round> {
  const { servers, worker, sizes } = bench;
  const dropping = await seat(bench, name, portfolio({}));
  const correspondence = await loadCorrespondents(servers, dropping, CORRESPONDENTS);
  await worker.firstCycle(dropping.input);
  await worker.cycles(dropping.input, 2);
  const folderId = await folderAt(servers, dropping.mail, ['Contoso', '- Create New Email']);
  await deliver(servers, correspondence, folderId, sizes.messages);
  const product = await timed(servers, () => worker.cycles(dropping.input, 1));
  await expectArchived(bench, dropping);
  const http = await timed(servers, () => replay(product.result));
  return { product, http };
}

/** What is counted is the whole work, or it is no figure. */
async function expectArchived(bench: RunningBench, { input }: Seat): Promise<void> {
  const { rows } = await asAdmin(bench, client =>
    client.query<{ archived: string }>(
      "select count(*) as archived from items where pairing_id = $1 and module = 'emails' and link = 'linked'",
      [input.pairingId],
    ),
  );
  const archived = Number(rows[0]?.archived);
  if (archived !== bench.sizes.messages)
    throw new Error(`Of ${bench.sizes.messages} dropped messages ${archived} are in the CRM.`);
}

function figuresOf(messages: number, rounds: readonly Round[]): Figure[] {
  const products = rounds.map(({ product }) => product);
  const wall = sampleOf(products.map(({ wallMs }) => wallMs));
  const http = sampleOf(rounds.map(round => round.http.wallMs));
  const perSecond = (of: readonly Timing[]) => sampleOf(of.map(({ wallMs }) => (messages * 1_000) / wallMs));
  const name = `${messages} dropped messages`;
  return [
    ...callFigures(name, messages, products.at(-1)?.result ?? []),
    {
      metric: `${name}: messages per second`,
      ...{ unit: '', kind: 'machine', measured: perSecond(products) },
      floor: { name: 'raw replay', value: perSecond(rounds.map(round => round.http)) },
    },
    {
      metric: `${name}: wall time against HTTP`,
      ...{ unit: 'ms', kind: 'machine', measured: wall },
      floor: { name: 'ms, raw replay', value: http },
      target: { of: 'ratio', atMost: 4 },
    },
    {
      metric: `${name}: CPU of the worker`,
      ...{ unit: 'ms', kind: 'machine', measured: sampleOf(products.map(({ ownCpuMs }) => ownCpuMs)) },
      floor: { name: 'ms, raw replay', value: sampleOf(rounds.map(round => round.http.ownCpuMs)) },
    },
  ];
}

function callFigures(name: string, messages: number, activities: readonly Metered[]): Figure[] {
  const calls = callsOf(activities);
  const { roundTrips, transactions } = statementsOf(activities);
  const batches = Math.ceil(messages / BATCH);
  const leastGraph = REQUESTS_PER_MESSAGE * messages + Math.ceil(messages / PAGE);
  const leastCrm = CALLS_PER_BATCH * batches;
  return [
    {
      metric: `${name}: requests per message as Graph counts them`,
      ...{ unit: '', kind: 'count', measured: calls.graph / messages },
      floor: { name: 'least possible', value: leastGraph / messages },
      target: { of: 'ratio', atMost: 1.1 },
    },
    {
      metric: `${name}: round trips to Graph`,
      ...{ unit: '', kind: 'count', measured: calls.graphRoundTrips },
      floor: { name: 'batches of 20, pages', value: Math.ceil(leastGraph / BATCH) },
    },
    {
      metric: `${name}, ${strangersAmong(messages)} by strangers: calls per message of Salesforce`,
      ...{ unit: '', kind: 'count', measured: calls.salesforce / messages },
      floor: { name: `${CALLS_PER_BATCH} for 20 messages`, value: leastCrm / messages },
    },
    {
      metric: `${name}: SQL round trips`,
      ...{ unit: `in ${transactions} transactions`, kind: 'machine', measured: roundTrips },
    },
  ];
}
