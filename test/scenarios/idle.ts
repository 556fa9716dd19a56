import { until } from './product.ts';
import type { Seat } from './seat.ts';

/** Cycles that find nothing to do, after what was saved moments ago in the CRM has been heard twice (ARCHITECTURE.md section 4). */
export async function untilIdle(seat: Seat): Promise<void> {
  await until('a cycle without work', async () => (await seat.sync()).lastCycle?.outcome === 'idle');
}
