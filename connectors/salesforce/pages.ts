import type { CrmQuery } from '../connector.ts';
import { afterCondition, conditionsOf, inviting, orderOf, ownedBy } from './conditions.ts';
import { type DescribedObject, objectOf } from './shape.ts';
import { and } from './soql.ts';
import type { Row, Rows, SalesforceWire } from './wire.ts';

const rowsPerPage = 2_000;

/** One page of a search. */
export interface Page {
  /** In the order of the query. */
  readonly rows: readonly Row[];
  /** Events that the user is invited to, of which the rows are still to be read: by id, in the order of the query. */
  readonly invitedIds: readonly string[];
  readonly next: string | null;
}

/** A row's place in the order of a query. */
interface Place {
  readonly id: string;
  readonly modified: string;
}

/**
 * Events of a user are those owned and those invited to. SOQL joins the two in no condition (semi-joins stand alone, SOQL
 * reference), so that each is asked for and the page is where both are known.
 */
export async function readPage(
  wire: SalesforceWire,
  columns: string,
  query: CrmQuery,
  hasInvitations: boolean,
): Promise<Page> {
  const limit = Math.min(query.limit, rowsPerPage);
  const { ownerId } = query;
  const [own, invited] = await wire.queries([
    ownSoql(columns, query, limit),
    ...(hasInvitations && ownerId !== undefined ? [invitedSoql(ownerId, query, limit)] : []),
  ]);
  const ownPlaces = own!.records.map(ownPlace);
  const invitedPlaces = (invited?.records ?? []).map(invitedPlace);
  const isLast = isWhole(own!, limit) && (invited === undefined || isWhole(invited, limit));
  const known = [
    ...(isWhole(own!, limit) ? [] : [ownPlaces.at(-1)!]),
    ...(invited === undefined || isWhole(invited, limit) ? [] : [invitedPlaces.at(-1)!]),
  ];
  const inOrder = [...ownPlaces, ...invitedPlaces].sort((a, b) => compare(query.order, a, b));
  const page = inOrder
    .filter(place => known.every(end => compare(query.order, place, end) <= 0))
    .slice(0, limit);
  const ids = new Set(page.map(({ id }) => id));
  const last = page.at(-1);
  return {
    rows: own!.records.filter(row => ids.has(String(row.Id))),
    invitedIds: invitedPlaces.map(({ id }) => id).filter(id => ids.has(id)),
    next: last === undefined || (isLast && page.length === inOrder.length) ? null : cursorOf(query, last),
  };
}

function ownSoql(columns: string, query: CrmQuery, limit: number): string {
  const { order, after, ownerId } = query;
  const where = nonEmpty(
    conditionsOf(query),
    ownerId !== undefined && ownedBy(ownerId),
    after != null && afterCondition(order, after),
  );
  return `SELECT ${columns} FROM ${objectOf[query.kind]}${where} ORDER BY ${orderOf(order)} LIMIT ${limit}`;
}

function invitedSoql(userId: string, query: CrmQuery, limit: number): string {
  const path = 'Event.';
  const { order, after } = query;
  const where = nonEmpty(
    conditionsOf(query, path),
    inviting(userId),
    after != null && afterCondition(order, after, path),
  );
  const object: DescribedObject = 'EventRelation';
  return (
    `SELECT EventId, Event.LastModifiedDate FROM ${object}${where} ` +
    `ORDER BY ${orderOf(order, path)} LIMIT ${limit}`
  );
}

function nonEmpty(...conditions: (string | false)[]): string {
  const where = and(...conditions.filter(condition => condition !== ''));
  return where && ` WHERE ${where}`;
}

/** Salesforce may answer fewer rows than it found. */
function isWhole({ records, done }: Rows, limit: number): boolean {
  return records.length === 0 || (done && records.length < limit);
}

function ownPlace(row: Row): Place {
  return { id: String(row.Id), modified: String(row.LastModifiedDate) };
}

function invitedPlace(row: Row): Place {
  const event = (row.Event ?? {}) as Row;
  return { id: String(row.EventId), modified: String(event.LastModifiedDate) };
}

function compare(order: CrmQuery['order'], a: Place, b: Place): number {
  if (order === 'id') return byText(a.id, b.id);
  return byText(b.modified, a.modified) || byText(b.id, a.id);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function cursorOf({ order }: CrmQuery, { id, modified }: Place): string {
  return order === 'id' ? id : `${modified}|${id}`;
}
