import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/** What the ledger has of a series of events. */
export interface KnownSeries {
  readonly itemIds: readonly string[];
  /** Whether occurrences of it are in the CRM: then its further ones follow them (CAL-4). */
  readonly linked: boolean;
}

/** What the ledger has of these series, by the id of the series. */
export async function knownSeries(
  tx: Transaction,
  pairingId: string,
  seriesIds: readonly string[],
): Promise<Map<string, KnownSeries>> {
  if (seriesIds.length === 0) return new Map();
  const rows = await sql<{ series_id: string; ids: string[]; linked: boolean }>`
    select series_id, array_agg(mailbox_item_id order by mailbox_item_id collate "C") as ids,
      bool_or(link = 'linked' and not adopted) as linked
    from items where pairing_id = ${pairingId} and series_id = any(${[...new Set(seriesIds)]}::text[])
      and mailbox_item_id is not null
    group by series_id`.execute(tx);
  return new Map(rows.rows.map(row => [row.series_id, { itemIds: row.ids, linked: row.linked }]));
}
