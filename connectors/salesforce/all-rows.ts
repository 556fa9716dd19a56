import { text } from './soql.ts';
import type { Row, Rows, SalesforceWire } from './wire.ts';

const rowsPerPage = 2_000;

export interface Search {
  readonly object: string;
  readonly columns: string;
  /** Alternatives stand in brackets. */
  readonly condition: string;
}

/** All rows that a condition finds, page by page in the order of their ids. */
export async function allRows(
  wire: SalesforceWire,
  object: string,
  columns: string,
  condition: string,
): Promise<Row[]> {
  const [rows] = await allRowsOf(wire, [{ object, columns, condition }]);
  return rows!;
}

/** The same of many searches, by search: their first pages travel together, and few have another. */
export async function allRowsOf(wire: SalesforceWire, searches: readonly Search[]): Promise<Row[][]> {
  const pages = await wire.queries(searches.map(search => queryOf(search, '')));
  const found: Row[][] = [];
  for (const [index, search] of searches.entries()) found.push(await withRest(wire, search, pages[index]!));
  return found;
}

async function withRest(wire: SalesforceWire, search: Search, first: Rows): Promise<Row[]> {
  const found = [...first.records];
  for (let page = first; !isLast(page); ) {
    page = await wire.query(queryOf(search, String(page.records.at(-1)!.Id)));
    found.push(...page.records);
  }
  return found;
}

function isLast({ records, done }: Rows): boolean {
  return records.length === 0 || (done && records.length < rowsPerPage);
}

function queryOf({ object, columns, condition }: Search, after: string): string {
  const from = after && ` AND Id > ${text(after)}`;
  return `SELECT ${columns} FROM ${object} WHERE ${condition}${from} ORDER BY Id LIMIT ${rowsPerPage}`;
}
