import { badRequest } from '../protocol/errors.ts';
import type { Call } from '../protocol/exchange.ts';
import { allowOptions, countOption } from '../protocol/query-options.ts';
import { propertiesOf } from '../protocol/schema.ts';
import type { EntityType } from './entity-type.ts';
import { type Expansion, parseExpand, renderExpansion } from './expand.ts';
import { withCanonicalPropertyIds } from './extended-filter.ts';
import { matches } from './filter.ts';
import { type Expression, type Operand, parseFilter } from './filter-parser.ts';
import { parseSelect, select } from './select.ts';

const LIST_OPTIONS = ['$top', '$skip', '$select', '$filter', '$orderby', '$expand', '$count'];
const MAX_PAGE_SIZE = 1000;

export interface ListOptions {
  pageSize?: number;
  /** Refuses what this resource cannot filter by, and may name the few entities that can match. */
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
  allowOptions(query, LIST_OPTIONS);
  const filter = filterOf(query.get('$filter'), type.name);
  if (filter) options.checkFilter?.(filter);
  const found = filtered(type, candidates(filter), filter, call);
  sort(found, query.get('$orderby'), type, call);
  const skip = countOption(query, '$skip') ?? 0;
  const top = pageSizeOf(call, options.pageSize ?? 10);
  const view = viewOf(type, call);
  return {
    ...(query.get('$count')?.toLowerCase() === 'true' && { '@odata.count': found.length }),
    value: found.slice(skip, skip + top).map(stored => view(stored)),
    ...(skip + top < found.length && { '@odata.nextLink': nextLink(call, skip + top) }),
  };
}

/** Makes a single answer's entity with `$select` and `$expand` applied. */
export function viewOf<Stored, Context extends Call>(
  type: EntityType<Stored, Context>,
  call: Context,
): (stored: Stored) => Record<string, unknown> {
  const selected = parseSelect(call.query.get('$select'), type.name);
  const expansion = parseExpand(call.query.get('$expand'), type.name);
  const expands = expansion.singleValue !== undefined || expansion.multiValue !== undefined;
  return stored => {
    const entity = select(type.render(stored, call), selected);
    return expands ? { ...entity, ...expanded(type, stored, expansion) } : entity;
  };
}

function expanded<Stored, Context>(type: EntityType<Stored, Context>, stored: Stored, expansion: Expansion) {
  return renderExpansion(expansion, type.extended?.(stored) ?? {});
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

function nextLink(call: Call, skip: number): string {
  const kept = [...call.query].filter(([name]) => name !== '$skip');
  const query = [...kept, ['$skip', String(skip)]].map(
    ([name = '', value = '']) =>
      `${name.startsWith('$') ? name : encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return `${call.serviceRoot}${call.path}?${query.join('&')}`;
}

function filterOf(filter: string | undefined, typeName: string): Expression | undefined {
  if (filter === undefined || filter.trim() === '') return undefined;
  const expression = withCanonicalPropertyIds(parseFilter(filter));
  checkProperties(expression, typeName, new Set());
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
  if (/^(single|multi)ValueExtendedProperties$/i.test(name)) {
    return Object.entries(type.extended?.(stored) ?? {}).map(([id, value]) => ({ id, value }));
  }
  return type.property(stored, name, context);
}

/** Names the first property that the type does not have, in the service's words. */
function checkProperties(expression: Expression, typeName: string, variables: ReadonlySet<string>): void {
  const check = (path: string[]) => {
    const name = path[0] ?? '';
    if (variables.has(name) || [...propertiesOf(typeName).keys()].includes(name)) return;
    throw badRequest(
      `Invalid filter clause: Could not find a property named '${name}' on type '${typeName}'.`,
    );
  };
  const checkOperand = (operand: Operand): void => {
    if (operand.kind === 'path') check(operand.path);
    if (operand.kind === 'cast' || operand.kind === 'case') checkOperand(operand.operand);
  };
  switch (expression.kind) {
    case 'and':
    case 'or':
      checkProperties(expression.left, typeName, variables);
      checkProperties(expression.right, typeName, variables);
      return;
    case 'not':
      checkProperties(expression.inner, typeName, variables);
      return;
    case 'truth':
      checkOperand(expression.operand);
      return;
    case 'match':
      checkOperand(expression.text);
      checkOperand(expression.part);
      return;
    case 'compare':
      checkOperand(expression.left);
      checkOperand(expression.right);
      return;
    case 'any':
    case 'all':
      check(expression.path);
      if (expression.inner) {
        checkProperties(expression.inner, typeName, new Set([...variables, expression.variable]));
      }
  }
}

function sort<Stored, Context>(
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
