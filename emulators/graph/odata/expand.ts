import { badRequest } from '../protocol/errors.ts';
import { propertiesOf } from '../protocol/schema.ts';
import { canonicalPropertyId, type ExtendedProperties, isMultiValue } from '../store/extended-properties.ts';
import type { EntityType, Navigation } from './entity-type.ts';
import { type ExpandOptions, parseExpandOptions, splitOutsideParentheses } from './expand-options.ts';
import { matches } from './filter.ts';
import type { Expression } from './filter-parser.ts';
import { select } from './select.ts';

/** What `$expand` asked for: extended properties by canonical id, other collections by name. */
interface Expansion {
  singleValue: Set<string> | undefined;
  multiValue: Set<string> | undefined;
  collections: { name: string; options: ExpandOptions }[];
}

const SINGLE = 'singlevalueextendedproperties';
const MULTI = 'multivalueextendedproperties';
const FILTER_OPTION = /^\s*\$filter\s*=\s*(.+)$/is;
const ID_CLAUSE = /^id\s+eq\s+'((?:[^']|'')*)'$/i;

/** Makes the members that `$expand` adds to an entity; undefined when it asks for none. */
export function expander<Stored, Context>(
  type: EntityType<Stored, Context>,
  expand: string | undefined,
  context: Context,
): ((stored: Stored) => Record<string, unknown>) | undefined {
  if (expand === undefined || expand.trim() === '') return undefined;
  const expansion = parseExpand(expand, type);
  return stored => {
    const members = type.extended ? renderExtended(expansion, type.extended(stored)) : {};
    for (const { name, options } of expansion.collections) {
      const navigation = type.navigation![name]!;
      members[`${name}@odata.context`] = navigation.contextUrl(stored, context);
      members[name] = expandedElements(navigation, options, stored, context);
    }
    return members;
  };
}

function expandedElements<Stored, Context>(
  navigation: Navigation<Stored, Context>,
  { filter, selected, top = navigation.pageSize, expand }: ExpandOptions,
  stored: Stored,
  context: Context,
): Record<string, unknown>[] {
  return navigation
    .elements(stored, context, expand)
    .filter(element => filter === undefined || isMatch(filter, element, navigation))
    .slice(0, top)
    .map(element => select(element, selected));
}

function isMatch<Stored, Context>(
  filter: Expression,
  element: Record<string, unknown>,
  { otherIds }: Navigation<Stored, Context>,
): boolean {
  const ids = [element.id, ...(otherIds?.(element) ?? [])];
  return ids.some(id => matches(filter, name => (name.toLowerCase() === 'id' ? id : element[name])));
}

function parseExpand<Stored, Context>(expand: string, type: EntityType<Stored, Context>): Expansion {
  const expansion: Expansion = { singleValue: undefined, multiValue: undefined, collections: [] };
  for (const part of splitOutsideParentheses(expand, ',')) {
    const [, name = '', options] = /^\s*([\w.]+)\s*(?:\((.*)\))?\s*$/s.exec(part) ?? [];
    const lowerCase = name.toLowerCase();
    const collection = Object.keys(type.navigation ?? {}).find(known => known.toLowerCase() === lowerCase);
    if (collection)
      expansion.collections.push({ name: collection, options: optionsOf(options, collection, type) });
    else if (type.extended && lowerCase === SINGLE) expansion.singleValue = propertyIds(options, name);
    else if (type.extended && lowerCase === MULTI) expansion.multiValue = propertyIds(options, name);
    else {
      throw badRequest(
        `Parsing OData Select and Expand failed: Could not find a property named '${name || part}' on type '${type.name}'.`,
      );
    }
  }
  return expansion;
}

/** The contract tells of what the elements of a collection are. */
function optionsOf<Stored, Context>(
  text: string | undefined,
  name: string,
  type: EntityType<Stored, Context>,
): ExpandOptions {
  const elementType = /^Collection\(([\w.]+)\)/.exec(propertiesOf(type.name).get(name) ?? '')?.[1];
  return parseExpandOptions(text, elementType ?? type.name, type.navigation?.[name]?.expands === true);
}

/** Exchange gives extended properties only when they are named. */
function propertyIds(options: string | undefined, name: string): Set<string> {
  const filter = options === undefined ? undefined : FILTER_OPTION.exec(options)?.[1];
  if (filter === undefined) {
    throw badRequest(`The expand of '${name}' needs a $filter with the ids of the wanted properties.`);
  }
  return new Set(
    filter
      .trim()
      .split(/\s+or\s+/i)
      .map(clause => {
        const inner = clause
          .trim()
          .replace(/^\(+/, '')
          .replace(/(')\)+$/, '$1');
        const id = ID_CLAUSE.exec(inner)?.[1]?.replaceAll("''", "'");
        if (id === undefined) throw badRequest(`Invalid filter clause: '${clause.trim()}'.`);
        return requirePropertyId(id);
      }),
  );
}

export function requirePropertyId(id: string): string {
  const canonical = canonicalPropertyId(id);
  if (canonical === undefined) {
    throw badRequest(
      `The property id '${id}' is invalid: it must have the form '{type} {guid} Name|Id {name}' or '{type} {tag}'.`,
    );
  }
  return canonical;
}

/** The expanded properties that an entity has; without any, the member is left out, as the service does. */
function renderExtended(expansion: Expansion, extended: ExtendedProperties): Record<string, unknown> {
  const named = (ids: Set<string>, multi: boolean) =>
    [...ids]
      .filter(id => extended[id] !== undefined && isMultiValue(id) === multi)
      .map(id => ({ id, value: extended[id] }));
  const single = expansion.singleValue ? named(expansion.singleValue, false) : [];
  const multi = expansion.multiValue ? named(expansion.multiValue, true) : [];
  return {
    ...(single.length > 0 && { singleValueExtendedProperties: single }),
    ...(multi.length > 0 && { multiValueExtendedProperties: multi }),
  };
}
