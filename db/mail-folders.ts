import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/** A mail folder of ours, as the ledger knows it. */
export interface KnownFolder {
  /** What it is to us (sync/folders/tree.ts). */
  readonly key: string;
  readonly folderId: string;
  /** How much was in it when its contents were right, of folders that show something; negative: not looked at since. */
  readonly itemCount: number;
}

const NOT_LOOKED_AT = -1;

/** Whether the contents of a folder that shows something are to be looked at. */
export const isInDoubt = ({ itemCount }: KnownFolder) => itemCount === NOT_LOOKED_AT;

export async function knownFolders(tx: Transaction, pairingId: string): Promise<KnownFolder[]> {
  const rows = await tx
    .selectFrom('mail_folders')
    .select(['key', 'folder_id', 'item_count'])
    .where('pairing_id', '=', pairingId)
    .orderBy(sql`key collate "C"`)
    .execute();
  return rows.map(row => ({ key: row.key, folderId: row.folder_id, itemCount: row.item_count }));
}

export async function rememberFolder(
  tx: Transaction,
  pairingId: string,
  { key, folderId }: Pick<KnownFolder, 'key' | 'folderId'>,
): Promise<void> {
  await tx
    .insertInto('mail_folders')
    .values({ pairing_id: pairingId, key, folder_id: folderId, item_count: NOT_LOOKED_AT })
    .onConflict(conflict =>
      conflict
        .columns(['pairing_id', 'key'])
        .doUpdateSet(set => ({ folder_id: set.ref('excluded.folder_id'), item_count: NOT_LOOKED_AT })),
    )
    .execute();
}

export async function forgetFolders(
  tx: Transaction,
  pairingId: string,
  folderIds: readonly string[],
): Promise<void> {
  if (folderIds.length === 0) return;
  await tx
    .deleteFrom('mail_folders')
    .where('pairing_id', '=', pairingId)
    .where('folder_id', 'in', folderIds)
    .execute();
}

export async function saveItemCount(
  tx: Transaction,
  pairingId: string,
  folderId: string,
  count: number,
): Promise<void> {
  await tx
    .updateTable('mail_folders')
    .set({ item_count: count })
    .where('pairing_id', '=', pairingId)
    .where('folder_id', '=', folderId)
    .execute();
}

/** The contents of all folders count as not looked at. */
export async function doubtItemCounts(tx: Transaction, pairingId: string): Promise<void> {
  await tx
    .updateTable('mail_folders')
    .set({ item_count: NOT_LOOKED_AT })
    .where('pairing_id', '=', pairingId)
    .where('key', 'like', 'display:%')
    .execute();
}

/** Whether one of these folders is that of a record. */
export async function areOfRecords(
  tx: Transaction,
  pairingId: string,
  folderIds: readonly string[],
): Promise<boolean> {
  const found = await tx
    .selectFrom('mail_folders')
    .select('key')
    .where('pairing_id', '=', pairingId)
    .where('folder_id', 'in', folderIds)
    .where('key', 'like', 'record:%')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
