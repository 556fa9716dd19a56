import { canRead } from '../access/sharing.ts';
import { EVENT, KINDS } from '../activities/kinds.ts';
import { isParentRelation } from '../activities/relations.ts';
import { objectOfId } from '../activities/subject.ts';
import { type Row, text } from '../store/row.ts';
import type { Scope } from './scope.ts';

/** EventWhoRelation and TaskWhoRelation: the relations whose activity is about a person (object reference). */
export function derivedRows(
  { org, user, type }: Scope,
  parent: { readonly field: string; readonly id: string } | undefined,
): Row[] | undefined {
  const kind = KINDS.find(each => `${each.object}WhoRelation` === type.name);
  const source = kind && org.schema.find(kind.relation);
  if (kind === undefined || source === undefined) return undefined;
  const table = org.store.table(kind.relation);
  const rows = parent === undefined ? [...table.rows()] : table.withValue(parent.field, parent.id);
  return rows
    .filter(
      row =>
        row.IsDeleted !== true &&
        isParentRelation(kind, row) &&
        row.IsWhat !== true &&
        canRead(org, user, source, row),
    )
    .map(row => ({
      Id: row.Id,
      [kind.key]: text(row, kind.key) ?? '',
      RelationId: text(row, 'RelationId') ?? '',
      Type: objectOfId(org, text(row, 'RelationId')) ?? null,
      ...(kind === EVENT ? {} : { AccountId: row.AccountId ?? null }),
    }));
}
