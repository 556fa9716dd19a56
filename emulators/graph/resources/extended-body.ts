import { requirePropertyId } from '../odata/expand.ts';
import { GraphError } from '../protocol/errors.ts';
import { type ExtendedProperties, isMultiValue, isValueOfType } from '../store/extended-properties.ts';

interface WrittenProperty {
  id?: unknown;
  value?: unknown;
}

const invalidValue = (id: string) =>
  new GraphError(
    400,
    'ErrorInvalidExtendedPropertyValue',
    `The value of the extended property '${id}' does not match its type.`,
  );

/** The extended properties after a write: those that the body names are set, null removes one. */
export function writtenExtendedProperties(
  body: Record<string, unknown>,
  current: ExtendedProperties,
): ExtendedProperties | undefined {
  const single = body.singleValueExtendedProperties as WrittenProperty[] | undefined;
  const multi = body.multiValueExtendedProperties as WrittenProperty[] | undefined;
  if (!single && !multi) return undefined;
  const written = { ...current };
  for (const property of single ?? []) write(property, false, written);
  for (const property of multi ?? []) write(property, true, written);
  return written;
}

function write({ id, value }: WrittenProperty, multi: boolean, target: ExtendedProperties): void {
  const canonical = requirePropertyId(String(id ?? ''));
  if (isMultiValue(canonical) !== multi) throw invalidValue(canonical);
  if (value === null || value === undefined) {
    delete target[canonical];
    return;
  }
  const values = (Array.isArray(value) ? value : [value]).map(String);
  if (!values.every(each => isValueOfType(canonical, each))) throw invalidValue(canonical);
  target[canonical] = multi ? values : values[0]!;
}
