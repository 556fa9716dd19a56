import { failure } from '../failure.ts';
import type { SaveContext } from '../objects/behaviour.ts';
import type { Draft } from '../records/validate.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import { text } from '../store/row.ts';
import { canRead } from './sharing.ts';

const REFERENCES = new Set(['reference', 'junctionidlist']);

function checkReference({ org, user }: SaveContext, field: Field, id: string): void {
  const type = org.schema.byKeyPrefix(id.slice(0, 3));
  const row = type && org.store.table(type.name).get(id);
  if (type === undefined || row === undefined) return;
  if (!canRead(org, user, type, row))
    throw failure(
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      'insufficient access rights on cross-reference id',
      [field.name],
    );
  if (type.name === 'Lead' && row.IsConverted === true)
    throw failure('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', [field.name]);
}

function newIdsIn(field: Field, draft: Draft, previous: SaveContext['previous']): string[] {
  const known = new Set(previous && text(previous, field.name)?.split(';'));
  return (text(draft, field.name)?.split(';') ?? []).filter(id => !known.has(id));
}

/** Whoever relates something to a record must be able to see the record, whatever the field (help article 000387931); converted leads are related to nothing new (000384333). */
export function checkReferences(type: ObjectType, draft: Draft, context: SaveContext): void {
  if (context.isSystem) return;
  for (const field of type.fields.values()) {
    if (!REFERENCES.has(field.type) || !context.given.has(field.name)) continue;
    for (const id of newIdsIn(field, draft, context.previous)) checkReference(context, field, id);
  }
}
