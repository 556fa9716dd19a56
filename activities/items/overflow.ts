import { sql } from 'kysely';
import { readCycle } from '../../db/cycles.ts';
import { putInbox } from '../../db/inbox.ts';
import { countLinked } from '../../db/items.ts';
import { updatePairing } from '../../db/pairing-state.ts';
import { KIND_OF } from '../../sync/modules.ts';
import type { Work } from './work.ts';

/**
 * What was saved at this moment or before it is too old to come: the mailbox has its N, all of them newer (POL-13).
 * Null: there is room for anything. Epoch milliseconds.
 */
export async function displacedBeforeMs(work: Work): Promise<number | null> {
  const { maximum } = work.rules;
  if (maximum === null) return null;
  const last = await work.inTransaction(tx =>
    tx
      .selectFrom('items')
      .select('crm_modified_at')
      .where('pairing_id', '=', work.step.pairing.id)
      .where('module', '=', work.module)
      .where('link', '=', 'linked')
      .orderBy('crm_modified_at', order => order.desc().nullsLast())
      .offset(maximum - 1)
      .limit(1)
      .executeTakeFirst(),
  );
  return last?.crm_modified_at?.getTime() ?? null;
}

/**
 * POL-13: the most recently saved N stay. What is displaced by newer ones leaves quietly; what a lowered maximum
 * pushes out beyond that passes the guard (POL-20, POL-26). Places that became free are filled by a sweep.
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
    const freed =
      (counts[`${work.module}.deleted_to_mailbox`] ?? 0) + (counts[`${work.module}.stay_away`] ?? 0);
    if (freed > 0 && (await countLinked(tx, pairing.id, work.module)) < maximum)
      await updatePairing(tx, pairing, { sweep_wanted: true });
  });
}
