/** Values by canonical property id, as Exchange keeps them beside an item or a folder. */
export type ExtendedProperties = Record<string, string | string[]>;

const NAMED = /^(\w+)\s+\{([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}\s+(Name|Id)\s+(.+)$/i;
const TAGGED = /^(\w+)\s+(0x[0-9a-f]+)$/i;
const TYPES = [
  'ApplicationTime',
  'Binary',
  'Boolean',
  'CLSID',
  'Currency',
  'Double',
  'Float',
  'Integer',
  'Long',
  'Short',
  'String',
  'SystemTime',
].flatMap(name => [name, `${name}Array`]);
const TYPE_BY_NAME = new Map(TYPES.map(name => [name.toLowerCase(), name]));

/** The id in the form in which it is kept: type names and GUIDs compare without case, names with it. */
export function canonicalPropertyId(id: string): string | undefined {
  const named = NAMED.exec(id);
  if (named) {
    const type = TYPE_BY_NAME.get(named[1]!.toLowerCase());
    const byName = named[3]!.toLowerCase() === 'name';
    const local = byName ? named[4]! : hexadecimal(named[4]!);
    return type && local && `${type} {${named[2]!.toLowerCase()}} ${byName ? 'Name' : 'Id'} ${local}`;
  }
  const tagged = TAGGED.exec(id);
  const type = tagged && TYPE_BY_NAME.get(tagged[1]!.toLowerCase());
  return type ? `${type} ${hexadecimal(tagged![2]!)}` : undefined;
}

function hexadecimal(text: string): string | undefined {
  const number = Number(text);
  return Number.isInteger(number) ? `0x${number.toString(16)}` : undefined;
}

export const isMultiValue = (canonicalId: string) => /^\w+Array /.test(canonicalId);

const isInteger = (value: string) => /^[+-]?\d+$/.test(value);
const isNumber = (value: string) => value.trim() !== '' && Number.isFinite(Number(value));
const CHECKS: Record<string, (value: string) => boolean> = {
  Boolean: value => /^(true|false)$/i.test(value),
  CLSID: value => /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(value),
  Double: isNumber,
  Float: isNumber,
  Integer: isInteger,
  Long: isInteger,
  Short: isInteger,
  SystemTime: value => !Number.isNaN(Date.parse(value)),
};

export function isValueOfType(canonicalId: string, value: string): boolean {
  const type = canonicalId.slice(0, canonicalId.indexOf(' ')).replace(/Array$/, '');
  return CHECKS[type]?.(value) ?? true;
}

/** Finds items by an extended property without reading all of them (values compare without case). */
export class ExtendedPropertyIndex {
  readonly #items = new Map<string, Set<number>>();

  add(item: number, properties: ExtendedProperties): void {
    for (const key of indexKeys(properties)) {
      const items = this.#items.get(key);
      if (items) items.add(item);
      else this.#items.set(key, new Set([item]));
    }
  }

  remove(item: number, properties: ExtendedProperties): void {
    for (const key of indexKeys(properties)) {
      const items = this.#items.get(key);
      items?.delete(item);
      if (items?.size === 0) this.#items.delete(key);
    }
  }

  find(canonicalId: string, value: string): ReadonlySet<number> {
    return this.#items.get(indexKey(canonicalId, value)) ?? new Set();
  }
}

const indexKey = (id: string, value: string) => `${id}\n${value.toLowerCase()}`;

function indexKeys(properties: ExtendedProperties): string[] {
  return Object.entries(properties).flatMap(([id, value]) =>
    typeof value === 'string' ? [indexKey(id, value)] : [],
  );
}
