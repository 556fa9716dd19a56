import { canDelete } from '../access/sharing.ts';
import { entityIsDeleted, failure, insufficientAccess } from '../failure.ts';
import { BEHAVIOURS } from '../objects/registry.ts';
import type { ObjectType } from '../schema/types.ts';
import type { Row, Value } from '../store/row.ts';
import { type Acting, writeRow } from './save.ts';

/** Into the recycle bin: the row stays for `queryAll`, marked and stamped; `marks` are added (a merge's winner). */
export function recycle(
  acting: Acting,
  type: ObjectType,
  row: Row,
  marks: Readonly<Record<string, Value>> = {},
): void {
  const { org, user } = acting;
  const now = org.now();
  if (type.fields.has('isdeleted'))
    writeRow(org, type, {
      ...row,
      ...marks,
      IsDeleted: true,
      LastModifiedDate: now,
      LastModifiedById: user.Id,
      SystemModstamp: now,
    });
  else org.store.remove(type.name, row.Id);
}

function recycleDependents(acting: Acting, type: ObjectType, row: Row): void {
  for (const [object, field] of BEHAVIOURS[type.name]?.cascade ?? []) {
    const childType = acting.org.schema.find(object);
    if (childType === undefined) continue;
    for (const child of acting.org.store.table(object).withValue(field, row.Id)) {
      if (child.IsDeleted === true) continue;
      recycle(acting, childType, child);
      recycleDependents(acting, childType, child);
    }
  }
}

export function deleteRecord(acting: Acting, type: ObjectType, id: string): void {
  const row = acting.org.store.table(type.name).get(id);
  if (row === undefined) throw failure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  if (type.name === 'User' || type.virtual) throw insufficientAccess();
  if (!canDelete(acting.org, acting.user, type, row)) throw insufficientAccess();
  if (row.IsDeleted === true) throw entityIsDeleted();
  recycle(acting, type, row);
  recycleDependents(acting, type, row);
}
