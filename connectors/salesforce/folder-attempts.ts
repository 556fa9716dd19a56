import type { CrmFolderRecords } from '../archive.ts';
import type { FolderParts, FolderReading } from './folder-parts.ts';
import { and, chunks, instant, list, text } from './soql.ts';
import type { Row } from './wire.ts';

type Attempt = Parameters<CrmFolderRecords['findCreated']>[0][number];

/** Names and keys have up to 255 characters: Salesforce takes addresses of 16,384 bytes. */
const valuesPerQuery = 20;

/**
 * The rows that earlier attempts left behind, by attempt: by our key where the org has the field, else by name, maker and
 * time. Two attempts of one name are two records.
 */
export async function rowsOfAttempts(
  { wire }: FolderParts,
  { form, shape, select }: FolderReading,
  attempts: readonly Attempt[],
): Promise<[key: string, row: Row][]> {
  const { keyColumn } = shape;
  const rows = async (values: readonly string[], condition: (group: readonly string[]) => string) =>
    (
      await wire.queries(
        chunks([...new Set(values)], valuesPerQuery).map(
          group => `SELECT ${select} FROM ${form.object} WHERE ${condition(group)} ORDER BY Id LIMIT 2000`,
        ),
      )
    ).flatMap(({ records }) => records);
  if (keyColumn !== null) {
    const keys = attempts.map(({ key }) => key);
    const found = await rows(keys, group => `${keyColumn} IN ${list(group)}`);
    return found.map(row => [String(row[keyColumn]), row]);
  }
  // A record that the CRM names by a number is told from the others by nothing.
  if (!shape.columns.get(form.name)?.isCreateable) return [];
  const { userId } = await wire.signIn();
  const sinceMs = Math.min(...attempts.map(startOf));
  const found = await rows(
    attempts.map(({ name }) => name),
    group =>
      and(
        `${form.name} IN ${list(group)}`,
        `CreatedById = ${text(userId)}`,
        `CreatedDate >= ${instant(sinceMs)}`,
      ),
  );
  return byName(attempts, found, form.name);
}

function byName(attempts: readonly Attempt[], found: readonly Row[], nameColumn: string): [string, Row][] {
  const free = new Set(found);
  return attempts.flatMap((attempt): [string, Row][] => {
    const row = [...free].find(
      candidate =>
        String(candidate[nameColumn]).trim() === attempt.name.trim() &&
        Date.parse(String(candidate.CreatedDate)) >= startOf(attempt),
    );
    if (row === undefined) return [];
    free.delete(row);
    return [[attempt.key, row]];
  });
}

/** Stamps have a grain of a second. */
function startOf({ sinceMs }: Attempt): number {
  return Math.floor(sinceMs / 1000) * 1000;
}
