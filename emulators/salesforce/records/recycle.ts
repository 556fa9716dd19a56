import type { SystemWriter } from '../objects/behaviour.ts';
import { behaviourOf } from '../objects/registry.ts';
import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import type { Row, Value } from '../store/row.ts';
import { leaveLookups } from './lookups.ts';
import { writeRow } from './write.ts';

type Marks = Readonly<Record<string, Value>>;

interface Removing {
  readonly org: Org;
  readonly user: Row;
  readonly system: SystemWriter;
}

/** Into the recycle bin: the row stays for `queryAll`, marked and stamped; `marks` are added (a merge's winner). */
export function recycle(
  { org, user }: Pick<Removing, 'org' | 'user'>,
  type: ObjectType,
  row: Row,
  marks: Marks = {},
): void {
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

/** A record with all that goes with it. */
export function removeWithDependents(
  removing: Removing,
  type: ObjectType,
  row: Row,
  marks: Marks = {},
): void {
  recycle(removing, type, row, marks);
  const behaviour = behaviourOf(type);
  for (const [object, field] of behaviour?.cascade ?? []) {
    const childType = removing.org.schema.find(object);
    if (childType === undefined) continue;
    for (const child of removing.org.store.table(object).withValue(field, row.Id))
      if (child.IsDeleted !== true) removeWithDependents(removing, childType, child);
  }
  leaveLookups(removing.org, removing.system, type, row);
  behaviour?.afterRemove?.(row, removing);
}

const RELATIONS = new Set(['EventRelation', 'TaskRelation']);

/** A relation that is deleted by itself does not pass through the recycle bin: only `getDeleted` still tells of it. */
export function marksOfDeletion(org: Org, type: ObjectType): Marks {
  return RELATIONS.has(type.name) && org.settings.activities.deletedRelations === 'purged'
    ? { IsPurged: true }
    : {};
}
