import contract from '../contract/outlook-v1.0.json' with { type: 'json' };
import { badRequest, unreadableBody } from './errors.ts';

interface TypeDefinition {
  kind: string;
  base?: string;
  props: Record<string, string>;
  nav?: Record<string, string>;
}

const TYPES = contract.types as Record<string, TypeDefinition>;
/** The contract calls more types open than the service takes unknown properties for. */
const OPEN_TYPES = new Set(['microsoft.graph.extension', 'microsoft.graph.openTypeExtension']);
const ENUMS = contract.enums as Record<string, string[]>;

type Properties = ReadonlyMap<string, string>;
const propertiesByType = new Map<string, Properties>();

/** The properties of a type by name, with those it inherits; navigation properties among them. */
export function propertiesOf(typeName: string): Properties {
  const known = propertiesByType.get(typeName);
  if (known) return known;
  const definition = TYPES[typeName];
  if (!definition) throw new Error(`The contract has no type ${typeName}.`);
  const properties = new Map([
    ...(definition.base ? propertiesOf(definition.base) : []),
    ...Object.entries(definition.props),
    ...Object.entries(definition.nav ?? {}),
  ]);
  propertiesByType.set(typeName, properties);
  return properties;
}

const namesByType = new Map<string, ReadonlyMap<string, string>>();

/** A property's name in the contract's spelling: in queries it is accepted with any capitalisation. */
export function propertyNamed(name: string, typeName: string): string | undefined {
  let names = namesByType.get(typeName);
  if (!names) {
    names = new Map([...propertiesOf(typeName).keys()].map(known => [known.toLowerCase(), known]));
    namesByType.set(typeName, names);
  }
  return names.get(name.toLowerCase());
}

/** A member of an enumeration in the contract's spelling. */
export const enumMember = (enumName: string, value: string) =>
  ENUMS[enumName]?.find(member => member.toLowerCase() === value.toLowerCase());

type Check = (value: unknown, path: string) => void;

/** Refuses a body that the contract does not allow, in the service's words. */
export function checkBody(body: unknown, typeName: string): asserts body is Record<string, unknown> {
  if (body === undefined) throw badRequest('Empty Payload. JSON content expected.');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw unreadableBody(
      "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
    );
  }
  const properties = propertiesOf(typeName);
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@')) continue;
    const type = properties.get(name);
    if (type === undefined) {
      if (OPEN_TYPES.has(typeName)) continue;
      throw unreadableBody(
        `The property '${name}' does not exist on type '${typeName}'. Make sure to only use property names that are defined by the type.`,
      );
    }
    checkValue(value, type, name);
  }
}

function checkValue(value: unknown, type: string, name: string): void {
  const plainType = type.replace(/[!+]+$/, '');
  const element = /^Collection\((.+)\)$/.exec(plainType)?.[1];
  if (element === undefined) {
    checkSingle(value, plainType, name);
    return;
  }
  if (value === null) {
    throw unreadableBody(
      `A null value was found for the property named '${name}', which has the expected type '${plainType}[Nullable=False]'. The expected type '${plainType}[Nullable=False]' does not allow null values.`,
    );
  }
  if (!Array.isArray(value)) {
    throw unreadableBody(
      "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartArray' node was expected.",
    );
  }
  if (TYPES[element]?.kind === 'entity' && value.includes(null)) {
    throw unreadableBody(`A null value was found among the items of the property '${name}'.`);
  }
  for (const each of value) checkSingle(each, element, name);
}

function checkSingle(value: unknown, type: string, name: string): void {
  if (value === null) return;
  if (type in TYPES) checkBody(value, type);
  else if (type in ENUMS) checkEnum(value, type);
  else PRIMITIVES[type]?.(value, name);
}

function checkEnum(value: unknown, type: string): void {
  if (typeof value !== 'string') throw notConvertible(type);
  if (enumMember(type, value) !== undefined) return;
  throw unreadableBody(`Requested value '${value}' was not found.`);
}

const notConvertible = (type: string) =>
  unreadableBody(
    `Cannot convert a primitive value to the expected type '${type}'. See the inner exception for more details.`,
  );

const notLiteral = (value: unknown, type: string) =>
  unreadableBody(`Cannot convert the literal '${String(value)}' to the expected type '${type}'.`);

const DATE_TIME_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)$/;
const TIME_OF_DAY = /^\d\d:\d\d(:\d\d(\.\d{1,12})?)?$/;

function text(pattern?: RegExp, type = 'Edm.String'): Check {
  return value => {
    if (typeof value !== 'string') throw notConvertible(type);
    if (pattern && !pattern.test(value)) throw notLiteral(value, type);
  };
}

function integer(type: string, limit: number): Check {
  return value => {
    if (typeof value !== 'number') throw notConvertible(type);
    if (!Number.isInteger(value) || Math.abs(value) > limit) throw notLiteral(value, type);
  };
}

const PRIMITIVES: Record<string, Check> = {
  'Edm.String': text(),
  'Edm.Guid': text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'Edm.Guid'),
  'Edm.DateTimeOffset': value => {
    text(DATE_TIME_OFFSET, 'Edm.DateTimeOffset')(value, '');
    if (Number.isNaN(Date.parse(value as string))) throw notLiteral(value, 'Edm.DateTimeOffset');
  },
  'Edm.TimeOfDay': text(TIME_OF_DAY, 'Edm.TimeOfDay'),
  'Edm.Date': text(/^\d{4}-\d\d-\d\d$/, 'Edm.Date'),
  'Edm.Boolean': value => {
    if (typeof value !== 'boolean') throw notConvertible('Edm.Boolean');
  },
  'Edm.Int32': integer('Edm.Int32', 2_147_483_648),
  'Edm.Int64': integer('Edm.Int64', Number.MAX_SAFE_INTEGER),
  'Edm.Double': value => {
    if (typeof value !== 'number') throw notConvertible('Edm.Double');
  },
};
