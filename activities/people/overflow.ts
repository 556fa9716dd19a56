import { sql } from 'kysely';
import { readCycle } from '../../db/cycles.ts';
import { putInbox } from '../../db/inbox.ts';
import { KIND_OF } from '../person-rules.ts';
import type { Work } from './work.ts';

/**
 * POL-13: the most recently saved N stay. What is displaced by newer ones leaves quietly; what a lowered maximum
 * pushes out beyond that passes the guard (POL-20, POL-26).
 */
export async function evictOverflow(work: Work): Promise<void> {
  const { maximum } = work.rules;
  if (maximum === null) return;
  const { pairing } = work.step;
  await work.inTransaction(async tx => {
    const overflow = await sql<{ crm_id: string }>`
      select crm_id from items
      where pairing_id = ${pairing.id} and module = ${work.module} and link = 'linked' and state <> 'held'
      order by crm_modified_at desc nulls last, id offset ${maximum}`.execute(tx);
    const { counts } = await readCycle(tx, pairing.id, work.cycle);
    const newcomers =
      (counts[`${work.module}.created_to_mailbox`] ?? 0) + (counts[`${work.module}.adopted`] ?? 0);
    const entries = overflow.rows.map((row, index) => ({
      side: 'crm' as const,
      sourceId: row.crm_id,
      kind: KIND_OF[work.module],
      what: index < newcomers ? ('displaced' as const) : ('evicted' as const),
    }));
    await putInbox(tx, pairing.id, entries, work.deps.world.now());
  });
}
