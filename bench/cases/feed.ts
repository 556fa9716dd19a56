import { feedKinds } from '../../activities/feed-kinds.ts';
import { MODULES } from '../../sync/modules.ts';
import type { RunningBench, Seat } from '../bench.ts';
import { callsOf } from '../calls.ts';
import type { Neighbours } from '../neighbours.ts';
import { touchContacts } from '../people.ts';
import type { Figure } from '../report.ts';

/** A composite request holds at most five queries; a query's page 2,000 rows (Salesforce REST API guide). */
const QUERIES_PER_CALL = 5;
const ROWS_PER_PAGE = 2_000;

const QUERIES = feedKinds(MODULES, []).length;
const FIRST_CALLS = Math.ceil(QUERIES / QUERIES_PER_CALL);

/** One poll of a feed: as many calls for one pairing as for many, and one more for each further page. */
export async function pollOfOne(bench: RunningBench): Promise<Figure> {
  return pollFigure('Feed poll, 1 pairing', await pollCalls(bench), FIRST_CALLS);
}

export async function pollsOfMany(
  bench: RunningBench,
  neighbours: Neighbours,
  { contactIds }: Seat,
): Promise<Figure[]> {
  const { sizes, servers, say } = bench;
  const quiet = await pollCalls(bench);
  const changed = contactIds.slice(0, sizes.changedRecords);
  await touchContacts(servers, changed);
  const busy = await pollCalls(bench);
  say('polls of the feed: done');
  const furtherPages = Math.ceil(changed.length / ROWS_PER_PAGE) - 1;
  return [
    pollFigure(`Feed poll, ${neighbours.count} pairings more`, quiet, FIRST_CALLS),
    pollFigure(`Feed poll, ${changed.length} changed records`, busy, FIRST_CALLS + furtherPages),
  ];
}

async function pollCalls({ worker, tenant }: RunningBench): Promise<number> {
  const { organizationId, crmConnectionId: connectionId } = tenant;
  return callsOf([await worker.poll({ organizationId, connectionId })]).salesforce;
}

function pollFigure(metric: string, calls: number, least: number): Figure {
  return {
    metric: `${metric}: calls of Salesforce`,
    ...{ unit: '', kind: 'count', measured: calls },
    floor: {
      name: `${QUERIES} queries / ${QUERIES_PER_CALL} + pages`,
      value: least,
    },
    target: { of: 'ratio', atMost: 1 },
  };
}
