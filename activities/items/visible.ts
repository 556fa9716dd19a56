import type { CrmRecord, CrmRef } from '../../sync/record.ts';
import type { Reach } from './work.ts';

/** Of these records, the ones that the pairing's user sees, by id. */
export async function readVisible(
  { session }: Pick<Reach, 'session'>,
  refs: readonly CrmRef[],
): Promise<Map<string, CrmRecord>> {
  const read = refs.length > 0 ? await session.read(refs) : [];
  return new Map(
    read.flatMap(answer =>
      answer.type === 'present' ? [[answer.record.ref.id, answer.record] as const] : [],
    ),
  );
}
