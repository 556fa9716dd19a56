import { failure } from '../failure.ts';
import type { SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import type { LookupDeletion, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';

interface Lookup {
  readonly object: ObjectType;
  readonly field: string;
}

/** Live records that point to one by custom lookups of the given kind. */
function pointingTo(org: Org, type: ObjectType, row: Row, kind: LookupDeletion): (Lookup & { row: Row })[] {
  return type.children.flatMap(({ childObject, field }) => {
    const object = org.schema.find(childObject);
    if (object?.fields.get(field.toLowerCase())?.onParentDeletion !== kind) return [];
    return org.store
      .table(childObject)
      .withValue(field, row.Id)
      .filter(child => child.IsDeleted !== true)
      .map(child => ({ object, field, row: child }));
  });
}

/** A lookup that restricts deletion keeps what it points to. */
export function checkLookups(org: Org, type: ObjectType, row: Row): void {
  const [first] = pointingTo(org, type, row, 'Restrict');
  if (first !== undefined)
    throw failure(
      'DELETE_FAILED',
      `Your attempt to delete ${String(row.Name ?? row.Id)} could not be completed because it is associated with the following ${first.object.labelPlural.toLowerCase()}.: ${String(first.row.Name ?? first.row.Id)}\n`,
      [],
    );
}

/** The others go with it, or are cleared. */
export function leaveLookups(org: Org, system: SystemWriter, type: ObjectType, row: Row): void {
  for (const child of pointingTo(org, type, row, 'Cascade')) system.remove(child.object.name, child.row);
  for (const child of pointingTo(org, type, row, 'SetNull'))
    system.save(child.object.name, child.row.Id, { [child.field]: null });
}
