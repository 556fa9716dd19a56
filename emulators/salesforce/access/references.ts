import { failure } from '../failure.ts';
import type { SaveContext } from '../objects/behaviour.ts';
import { canRead } from './sharing.ts';

/** Whoever relates something to a record must be able to see the record. */
export function checkVisible({ org, user, isSystem }: SaveContext, id: string | null, field: string): void {
  const type = id === null ? undefined : org.schema.byKeyPrefix(id.slice(0, 3));
  const row = type && org.store.table(type.name).get(id ?? '');
  if (isSystem || type === undefined || row === undefined || canRead(org, user, type, row)) return;
  throw failure(
    'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    'insufficient access rights on cross-reference id',
    [field],
  );
}
