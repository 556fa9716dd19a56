import type { Field, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';

export function attributesOf(type: ObjectType, id: string, version: string): object {
  return { type: type.name, url: `/services/data/${version}/sobjects/${type.name}/${id}` };
}

const ADDRESS_PARTS = [
  'City',
  'Country',
  'GeocodeAccuracy',
  'Latitude',
  'Longitude',
  'PostalCode',
  'State',
  'Street',
];

/** A compound address: null when every part is. */
function addressValue(field: Field, row: Row): object | null {
  const prefix = field.name.slice(0, -'Address'.length);
  const parts = ADDRESS_PARTS.map(
    part => [part.charAt(0).toLowerCase() + part.slice(1), row[prefix + part] ?? null] as const,
  );
  return parts.some(([, value]) => value !== null) ? Object.fromEntries(parts) : null;
}

/** A field's value on the wire; binary content is given as the address to fetch it from. */
export function fieldValue(type: ObjectType, field: Field, row: Row, version: string): unknown {
  if (field.type === 'address') return addressValue(field, row);
  const value = row[field.name] ?? null;
  if (field.type === 'base64')
    return value === null ? null : `/services/data/${version}/sobjects/${type.name}/${row.Id}/${field.name}`;
  if (field.type === 'junctionidlist') return typeof value === 'string' ? value.split(';') : [];
  return value ?? (field.type === 'boolean' ? false : null);
}

/** A record as retrieved by id. */
export function recordBody(
  type: ObjectType,
  fields: readonly Field[],
  row: Row,
  version: string,
): Record<string, unknown> {
  const body: Record<string, unknown> = { attributes: attributesOf(type, row.Id, version) };
  for (const field of fields) body[field.name] = fieldValue(type, field, row, version);
  return body;
}
