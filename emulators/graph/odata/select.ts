import { badRequest } from '../protocol/errors.ts';
import { propertyNamed } from '../protocol/schema.ts';

/** The selected properties in the contract's spelling; undefined selects all. */
export function parseSelect(select: string | undefined, typeName: string): Set<string> | undefined {
  const names = select?.split(',').map(name => name.trim()) ?? [];
  if (names.join('') === '' || names.includes('*')) return undefined;
  return new Set(names.map(name => selectable(name, typeName)));
}

function selectable(name: string, typeName: string): string {
  const known = propertyNamed(name, typeName);
  if (known !== undefined) return known;
  throw badRequest(
    `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type '${typeName}'.`,
  );
}

/** Keeps the selected properties; the id and annotations always stay. */
export function select(
  entity: Record<string, unknown>,
  selected: ReadonlySet<string> | undefined,
): Record<string, unknown> {
  if (!selected) return entity;
  const kept: Record<string, unknown> = {};
  for (const name in entity) {
    if (name === 'id' || name.startsWith('@') || selected.has(name)) kept[name] = entity[name];
  }
  return kept;
}
