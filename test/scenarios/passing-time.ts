import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bin/ports.ts';
import type { Office } from './office.ts';
import { until } from './product.ts';
import type { Seat } from './seat.ts';

/** The product takes its time from the mailboxes' clock, which stories move on. */
export async function openOnClock(office: Office): Promise<void> {
  const port = String(await freePort());
  const clock = `http://127.0.0.1:${port}/_emulator/clock`;
  await office.open({ TANDEM_GRAPH_PORT: port, TANDEM_CLOCK_URL: clock });
}

/** The product asks for the time every second. */
const CLOCK_INTERVAL_MS = 1_500;

/**
 * Time passes in both systems, and in the product, which notices in a cycle of this seat. The CRM is last: whoever signs in
 * there by the old time is refused, and is until somebody looks after the connection.
 */
export async function letPass(seat: Seat, advanceMs: number): Promise<void> {
  const { graph, salesforce } = seat.world;
  const before = Date.parse((await seat.pairing()).lastCycle?.startedAt ?? '');
  await graph.control('PUT', 'clock', { advanceMs });
  await sleep(CLOCK_INTERVAL_MS);
  await salesforce.control('PUT', 'clock', { advanceMs });
  graph.signInAgain();
  await salesforce.signInAgain();
  await until('the product to notice', async () => {
    const { lastCycle } = await seat.sync();
    const { outcome = '', startedAt = '' } = lastCycle ?? {};
    return ['done', 'idle'].includes(outcome) && Date.parse(startedAt) >= before + advanceMs;
  });
}

export const DAY_MS = 86_400_000;
