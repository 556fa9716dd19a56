import { badRequest } from '../protocol/errors.ts';
import type { Call, GraphResponse } from '../protocol/exchange.ts';
import { allowOptions, countOption } from '../protocol/query-options.ts';
import { propertyNamed } from '../protocol/schema.ts';
import type { EntityType, Navigation } from './entity-type.ts';
import { expander } from './expand.ts';
import { withCanonicalPropertyIds } from './extended-filter.ts';
import { matches } from './filter.ts';
import { type Expression, parseFilter } from './filter-parser.ts';
import { checkProperties, isExtendedCollection } from './filter-properties.ts';
import { sort } from './order.ts';
import { parseSelect, select } from './select.ts';

const LIST_OPTIONS = ['$top', '$select', '$filter', '$orderby', '$expand', '$count'];
const MAX_PAGE_SIZE = 1000;

export interface ListOptions {
  pageSize?: number;
  /** The option with which the next page is asked for: the directory has tokens. */
  cursor?: '$skip' | '$skiptoken';
  /** Refuses what this resource cannot filter by. */
  checkFilter?: (filter: Expression) => void;
}

/** A page of a collection with the OData options of the request applied. */
export function listEntities<Stored, Context extends Call>(
  type: EntityType<Stored, Context>,
  candidates: (filter: Expression | undefined) => Iterable<Stored>,
  call: Context,
  options: ListOptions = {},
): Record<string, unknown> {
  const { query } = call;
  const cursor = options.cursor ?? '$skip';
  allowOptions(query, [...LIST_OPTIONS, cursor]);
  const filter = filterOf(query.get('$filter'), type.name);
  if (filter) options.checkFilter?.(filter);
  const found = filtered(type, candidates(filter), filter, call);
  sort(found, query.get('$orderby'), type, call);
  const skip = countOption(query, cursor) ?? 0;
  const top = pageSizeOf(call, options.pageSize ?? 10);
  const view = viewOf(type, call);
  return {
    ...(query.get('$count')?.toLowerCase() === 'true' && { '@odata.count': found.length }),
    value: found.slice(skip, skip + top).map(stored => view(stored)),
    ...(skip + top < found.length && { '@odata.nextLink': nextLink(call, cursor, skip + top) }),
  };
}

/** How many entities of a collection there are, or satisfy the filter of the request, as its `$count` tells. */
export function countEntities<Stored, Context extends Call>(
  type: EntityType<Stored, Context>,
  candidates: (filter: Expression | undefined) => Iterable<Stored>,
  call: Context,
  { checkFilter }: Pick<ListOptions, 'checkFilter'> = {},
): GraphResponse {
  allowOptions(call.query, ['$filter']);
  const filter = filterOf(call.query.get('$filter'), type.name);
  if (filter) checkFilter?.(filter);
  const { length } = filtered(type, candidates(filter), filter, call);
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(length) };
}

/** Makes a single answer's entity with `$select` and `$expand` applied. */
export function viewOf<Stored, Context extends Call>(
  type: EntityType<Stored, Context>,
  call: Context,
): (stored: Stored) => Record<string, unknown> {
  const selected = parseSelect(call.query.get('$select'), type.name);
  const expanded = expander(type, call.query.get('$expand'), call);
  return stored => {
    const entity = select(type.render(stored, call), selected);
    return expanded ? { ...entity, ...expanded(stored) } : entity;
  };
}

function pageSizeOf(call: Call, defaultSize: number): number {
  const top = countOption(call.query, '$top');
  if (top === undefined) return defaultSize;
  if (top > MAX_PAGE_SIZE) {
    throw badRequest(
      `The limit of '${MAX_PAGE_SIZE}' for Top query has been exceeded. The value from the incoming request is '${top}'.`,
    );
  }
  return top === 0 ? defaultSize : top;
}

function nextLink(call: Call, cursor: string, skip: number): string {
  const kept = [...call.query].filter(([name]) => name !== cursor);
  const query = [...kept, [cursor, String(skip)]].map(
    ([name = '', value = '']) =>
      `${name.startsWith('$') ? name : encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return `${call.serviceRoot}${call.path}?${query.join('&')}`;
}

function filterOf(filter: string | undefined, typeName: string): Expression | undefined {
  if (filter === undefined || filter.trim() === '') return undefined;
  const expression = withCanonicalPropertyIds(parseFilter(filter));
  checkProperties(expression, typeName);
  return expression;
}

function filtered<Stored, Context>(
  type: EntityType<Stored, Context>,
  candidates: Iterable<Stored>,
  filter: Expression | undefined,
  context: Context,
): Stored[] {
  if (!filter) return [...candidates];
  const found: Stored[] = [];
  for (const stored of candidates) {
    if (matches(filter, name => filterValue(type, stored, name, context), new Map())) found.push(stored);
  }
  return found;
}

function filterValue<Stored, Context>(
  type: EntityType<Stored, Context>,
  stored: Stored,
  name: string,
  context: Context,
): unknown {
  if (isExtendedCollection(name)) {
    return Object.entries(type.extended?.(stored) ?? {}).map(([id, value]) => ({ id, value }));
  }
  const known = propertyNamed(name, type.name) ?? name;
  const navigation = type.navigation?.[known];
  return navigation?.otherIds
    ? underEveryId(navigation, stored, context)
    : type.property(stored, known, context);
}

/** Elements that have several ids are found by each. */
function underEveryId<Stored, Context>(
  { elements, otherIds }: Navigation<Stored, Context>,
  stored: Stored,
  context: Context,
): Record<string, unknown>[] {
  return elements(stored, context).flatMap(element => [
    element,
    ...(otherIds?.(element) ?? []).map(id => ({ ...element, id })),
  ]);
}
