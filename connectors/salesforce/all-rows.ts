import { text } from './soql.ts';
import type { Row, Rows, SalesforceWire } from './wire.ts';

const rowsPerPage = 2_000;

/** All rows that a condition finds, page by page in the order of their ids. */
export async function allRows(
  wire: SalesforceWire,
  object: string,
  columns: string,
  condition: string,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const { records, done }: Rows = await wire.query(
      `SELECT ${columns} FROM ${object} WHERE ${condition}${after && ` AND Id > ${text(after)}`} ` +
        `ORDER BY Id LIMIT ${rowsPerPage}`,
    );
    found.push(...records);
    const last = records.at(-1);
    const isLast = last === undefined || (done && records.length < rowsPerPage);
    after = isLast ? null : String(last.Id);
  }
  return found;
}
