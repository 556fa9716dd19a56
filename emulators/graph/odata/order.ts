import { badRequest } from '../protocol/errors.ts';
import { propertyNamed } from '../protocol/schema.ts';
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
    for (const { path, descending } of orders) {
      const [name = '', ...members] = path;
      const difference = compareValues(
        memberOf(type.property(one, name, context), members),
        memberOf(type.property(other, name, context), members),
      );
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
}

function parseOrder(part: string, typeName: string): { path: string[]; descending: boolean } {
  const [, pathText = '', direction = 'asc'] = /^(\w+(?:\/\w+)*)(?:\s+(asc|desc))?$/i.exec(part) ?? [];
  const [name = '', ...members] = pathText.split('/');
  const known = propertyNamed(name, typeName);
  if (known === undefined) {
    throw badRequest(`Could not find a property named '${name || part}' on type '${typeName}'.`);
  }
  return { path: [known, ...members], descending: direction.toLowerCase() === 'desc' };
}

/** What is inside a complex property, such as dueDateTime/dateTime. */
const memberOf = (value: unknown, members: string[]): unknown =>
  members.reduce<unknown>(
    (inner, member) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[member] : undefined,
    value,
  );

function compareValues(one: unknown, other: unknown): number {
  if (one === other) return 0;
  if (one === null || one === undefined) return -1;
  if (other === null || other === undefined) return 1;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).toLowerCase() < String(other).toLowerCase() ? -1 : 1;
}
