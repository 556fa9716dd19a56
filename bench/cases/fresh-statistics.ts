import type pg from 'pg';
import { asAdmin, type RunningBench, type Seat } from '../bench.ts';
import { touchContacts } from '../people.ts';
import type { Figure } from '../report.ts';

const TABLES = ['items', 'inbox'] as const;
const CHANGED = 200;

/**
 * A table that was just filled has no statistics yet, and a look-up of many ids may then go the wrong way
 * (seen elsewhere: 51 ms instead of 0.75 ms for 200 ids). The same work without and with them.
 */
export async function freshStatistics(bench: RunningBench, { input, contactIds }: Seat): Promise<Figure> {
  const { worker, servers, tenant } = bench;
  const { organizationId, crmConnectionId: connectionId } = tenant;
  const work = async (part: number) => {
    await touchContacts(servers, contactIds.slice(part * CHANGED, (part + 1) * CHANGED));
    await worker.poll({ organizationId, connectionId });
    const activities = await worker.cycles(input, 1);
    return activities
      .filter(({ activity }) => activity === 'contacts')
      .reduce((sum, { wallMs }) => sum + wallMs, 0);
  };
  await asAdmin(bench, forgetStatistics);
  const without = await work(0);
  await asAdmin(bench, client => client.query(`analyze ${TABLES.join(', ')}`));
  const withStatistics = await work(1);
  return {
    metric: `${CHANGED} changed records in a freshly filled table: wall time`,
    ...{ unit: 'ms', kind: 'machine', measured: without },
    floor: { name: 'ms, with statistics', value: withStatistics },
    target: { of: 'ratio', atMost: 2 },
  };
}

async function forgetStatistics(client: pg.Client): Promise<void> {
  for (const table of TABLES) {
    await client.query("select pg_clear_relation_stats('public', $1)", [table]);
    await client.query(
      `select pg_clear_attribute_stats('public', $1, attname, false) from pg_attribute
       where attrelid = $1::text::regclass and attnum > 0 and not attisdropped`,
      [table],
    );
  }
}
