import { canDelete } from '../access/sharing.ts';
import { entityIsDeleted, failure, insufficientAccess } from '../failure.ts';
import { behaviourOf } from '../objects/registry.ts';
import type { ObjectType } from '../schema/types.ts';
import { checkLookups } from './lookups.ts';
import { marksOfDeletion, removeWithDependents } from './recycle.ts';
import { type Acting, systemOf } from './save.ts';

export function deleteRecord(acting: Acting, type: ObjectType, id: string): void {
  const { org, user } = acting;
  const row = org.store.table(type.name).get(id);
  if (row === undefined) throw failure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  if (type.name === 'User' || type.virtual) throw insufficientAccess();
  if (!canDelete(org, user, type, row)) throw insufficientAccess();
  if (row.IsDeleted === true) throw entityIsDeleted();
  const removing = { org, user, system: systemOf(acting) };
  checkLookups(org, type, row);
  behaviourOf(type)?.beforeRemove?.(row, removing);
  removeWithDependents(removing, type, row, marksOfDeletion(org, type));
}
