import type { FieldSubquery, OrderByClause, Query, Subquery } from '@jetstreamapp/soql-parser-js';
import { mayUseObject } from '../access/permissions.ts';
import { canRead } from '../access/sharing.ts';
import { failure } from '../failure.ts';
import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import { type Row, text, type Value } from '../store/row.ts';
import { aggregateRecords, isAggregateQuery, isPlainCount } from './aggregate.ts';
import { accessRows, candidatesOf, visibleVersions } from './candidates.ts';
import { derivedRows } from './derived.ts';
import { checkFileLinkFilter, fileFilter } from './files.ts';
import { functionColumn } from './functions.ts';
import { malformed, noSuchRelationship, noSuchType } from './malformed.ts';
import { compareValues, type Direction, directionOf } from './ordering.ts';
import { parse } from './parse.ts';
import { compile } from './predicate.ts';
import { type ChildRows, compileProjection, type Projection } from './project.ts';
import { type Column, fieldPath, resolve, type Scope } from './scope.ts';
import { checkSelected, checkSemiJoins } from './semiJoins.ts';
import { conditionTree, requiredComparisons } from './tree.ts';

/** A query's answer before paging: how many there are, and each record when it is asked for. */
export interface ResultSet {
  readonly size: number;
  records(from: number, to: number): object[];
}

interface Running {
  readonly org: Org;
  readonly user: Row;
  readonly soql: string;
  readonly version: string;
  /** Deleted and archived rows as well (queryAll). */
  readonly all: boolean;
}

const NOT_QUERYABLE = new Set([
  'activityhistory',
  'openactivity',
  'attachedcontentdocument',
  'combinedattachment',
  'noteandattachment',
  'name',
  'emailstatus',
]);
const MAX_OFFSET = 2000;

function typeNamed(running: Running, name: string): ObjectType {
  if (NOT_QUERYABLE.has(name.toLowerCase()))
    throw failure('INVALID_TYPE_FOR_OPERATION', `entity type ${name} does not support query`);
  const type = running.org.schema.find(name);
  if (type === undefined || !mayUseObject(running.org, running.user, type, 'read'))
    throw noSuchType(running.soql, name);
  return type;
}

interface Ordering extends Direction {
  readonly column: Column;
}

function orderingsOf(scope: Scope, orderBy: OrderByClause | OrderByClause[] | undefined): Ordering[] {
  return [orderBy ?? []].flat().map(clause => {
    const column = 'field' in clause ? resolve(scope, clause.field) : functionColumn(scope, clause.fn);
    const isLongText = column.field.type === 'textarea' && column.field.length >= 256;
    if (['address', 'junctionidlist'].includes(column.field.type) || isLongText)
      throw failure('INVALID_FIELD', `field '${column.field.name}' can not be sorted in a query call`);
    return { column, ...directionOf(clause) };
  });
}

function sortKey(column: Column, row: Row): Value {
  const value = column.value(row);
  const isText = typeof value === 'string' && column.field.type !== 'id' && column.field.type !== 'reference';
  return isText ? value.toLowerCase() : value;
}

function sorted(rows: Row[], orderings: readonly Ordering[]): Row[] {
  const keyed = rows.map(row => ({ row, keys: orderings.map(ordering => sortKey(ordering.column, row)) }));
  keyed.sort((a, b) => {
    for (const [i, ordering] of orderings.entries()) {
      const order = compareValues(a.keys[i] ?? null, b.keys[i] ?? null, ordering);
      if (order !== 0) return order;
    }
    return a.row.Id < b.row.Id ? -1 : 1;
  });
  return keyed.map(each => each.row);
}

/** Whether the order is the one that the stamp index gives. */
function isStampOrder(orderings: readonly Ordering[]): boolean {
  const [first, second, ...others] = orderings;
  const ascending = orderings.every(each => !each.isDescending && each.column.steps.length === 0);
  return (
    ascending &&
    first?.column.field.name === 'SystemModstamp' &&
    second?.column.field.name === 'Id' &&
    others.length === 0
  );
}

interface Selection {
  readonly query: Query | Subquery;
  readonly scope: Scope;
  /** Only rows whose field points to this parent. */
  readonly parent?: { readonly field: string; readonly id: string };
}

/** The rows that a query selects, in order, cut by OFFSET and LIMIT. */
function prepare(
  running: Running,
  query: Query | Subquery,
  scope: Scope,
): (parent?: Selection['parent']) => Row[] {
  const tree = query.where === undefined ? undefined : conditionTree(running.soql, query.where);
  const required = requiredComparisons(tree);
  checkSemiJoins(scope, tree);
  const matches = compile(scope, tree, subquery => semiJoinValues(running, subquery));
  const orderings = orderingsOf(scope, query.orderBy);
  const inStampOrder = isStampOrder(orderings);
  const isTopLevel = !('relationshipName' in query);
  if (isTopLevel) checkFileLinkFilter(scope, required);
  const isListed = isTopLevel ? fileFilter(scope, required) : () => true;
  if ((query.offset ?? 0) > MAX_OFFSET)
    throw failure('NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${MAX_OFFSET}`);
  const offset = query.offset ?? 0;
  const end = query.limit === undefined ? Number.POSITIVE_INFINITY : offset + query.limit;
  const isWanted = (row: Row): boolean =>
    (running.all ? row.IsPurged !== true : row.IsDeleted !== true && row.IsArchived !== true) &&
    matches(row) &&
    isListed(row) &&
    (scope.type.virtual || canRead(running.org, running.user, scope.type, row));

  function candidates(parent: Selection['parent']) {
    if (scope.type.virtual)
      return { rows: derivedRows(scope, parent) ?? accessRows(scope, required), inStampOrder: false };
    if (parent === undefined) return visibleVersions(scope, candidatesOf(scope, required, inStampOrder));
    return visibleVersions(scope, {
      rows: running.org.store.table(scope.type.name).withValue(parent.field, parent.id),
      inStampOrder: false,
    });
  }

  return parent => {
    const found = candidates(parent);
    const isOrdered = orderings.length === 0 || (inStampOrder && found.inStampOrder);
    const selected: Row[] = [];
    for (const row of found.rows) {
      if (isOrdered && selected.length >= end) break;
      if ((parent === undefined || row[parent.field] === parent.id) && isWanted(row)) selected.push(row);
    }
    return (isOrdered ? selected : sorted(selected, orderings)).slice(offset, end);
  };
}

function scopeOf(running: Running, type: ObjectType, alias: string | undefined): Scope {
  return { org: running.org, user: running.user, soql: running.soql, type, alias };
}

function semiJoinValues(running: Running, query: Query): ReadonlySet<Value> {
  const scope = scopeOf(running, typeNamed(running, query.sObject ?? ''), query.sObjectAlias);
  const [item] = query.fields ?? [];
  if (item?.type !== 'Field' && item?.type !== 'FieldRelationship')
    throw malformed('The inner select of a semi-join must select one field');
  const column = resolve(scope, fieldPath(item));
  checkSelected(column);
  return new Set(prepare(running, query, scope)().flatMap(row => column.value(row) ?? []));
}

function childRows(running: Running, parent: ObjectType): ChildRows {
  return (item: FieldSubquery) => {
    const { subquery } = item;
    const wanted = subquery.relationshipName.toLowerCase();
    const relationship = parent.children.find(child => child.relationshipName.toLowerCase() === wanted);
    if (relationship === undefined)
      throw noSuchRelationship(running.soql, subquery.relationshipName, subquery.relationshipName);
    const scope = scopeOf(running, typeNamed(running, relationship.childObject), subquery.sObjectAlias);
    const select = prepare(running, subquery, scope);
    const project = projectionOf(running, subquery, scope);
    return {
      name: relationship.relationshipName,
      of(row, version) {
        const rows = select({ field: relationship.field, id: row.Id });
        return rows.length === 0
          ? null
          : { totalSize: rows.length, done: true, records: rows.map(child => project(child, version)) };
      },
    };
  };
}

function projectionOf(running: Running, query: Query | Subquery, scope: Scope): Projection {
  return compileProjection(scope, query.fields ?? [], query.limit, childRows(running, scope.type));
}

/** `USING SCOPE mine`: only own records. */
function withinScope(rows: Row[], running: Running, query: Query): Row[] {
  return query.usingScope?.toLowerCase() === 'mine'
    ? rows.filter(row => text(row, 'OwnerId') === running.user.Id)
    : rows;
}

/** Runs a query as a user. Names, literals and rights are checked before the first row is looked at. */
export function runQuery(running: Running): ResultSet {
  const query = parse(running.soql);
  const scope = scopeOf(running, typeNamed(running, query.sObject ?? ''), query.sObjectAlias);
  if (isPlainCount(query)) {
    const rows = withinScope(prepare(running, query, scope)(), running, query);
    return { size: rows.length, records: () => [] };
  }
  if (isAggregateQuery(query)) {
    const rows = prepare(
      running,
      { ...query, orderBy: [], limit: Number.POSITIVE_INFINITY, offset: 0 },
      scope,
    )();
    const records = aggregateRecords(scope, query, rows).slice(
      query.offset ?? 0,
      query.limit === undefined ? undefined : (query.offset ?? 0) + query.limit,
    );
    return { size: records.length, records: (from, to) => records.slice(from, to) };
  }
  const project = projectionOf(running, query, scope);
  const rows = withinScope(prepare(running, query, scope)(), running, query);
  return {
    size: rows.length,
    records: (from, to) => rows.slice(from, to).map(row => project(row, running.version)),
  };
}
