import { badRequest } from '../protocol/errors.ts';
import { propertiesOf } from '../protocol/schema.ts';
import type { EntityType } from './entity-type.ts';

/** Sorts by `$orderby`; without it the stored order stays. */
export function sort<Stored, Context>(
  found: Stored[],
  orderBy: string | undefined,
  type: EntityType<Stored, Context>,
  context: Context,
): void {
  if (orderBy === undefined || orderBy.trim() === '') return;
  const orders = orderBy.split(',').map(part => parseOrder(part.trim(), type.name));
  found.sort((one, other) => {
    for (const { name, descending } of orders) {
      const difference = compareValues(
        type.property(one, name, context),
        type.property(other, name, context),
      );
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
}

function parseOrder(part: string, typeName: string): { name: string; descending: boolean } {
  const [, name = '', direction = 'asc'] = /^(\w+)(?:\s+(asc|desc))?$/i.exec(part) ?? [];
  if (!propertiesOf(typeName).has(name)) {
    throw badRequest(`Could not find a property named '${name || part}' on type '${typeName}'.`);
  }
  return { name, descending: direction.toLowerCase() === 'desc' };
}

function compareValues(one: unknown, other: unknown): number {
  if (one === other) return 0;
  if (one === null || one === undefined) return -1;
  if (other === null || other === undefined) return 1;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).toLowerCase() < String(other).toLowerCase() ? -1 : 1;
}
