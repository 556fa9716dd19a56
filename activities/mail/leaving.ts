import { recordEvents } from '../../db/item-events.ts';
import { forgetFolders } from '../../db/mail-folders.ts';
import { type LabelledEntry, leaveMessages, saveMessages } from '../../db/messages.ts';
import type { Transaction } from '../../db/transaction.ts';
import { inStep } from '../step.ts';
import type { Candidate } from './candidates.ts';
import type { MailWork } from './work.ts';

const LEFT_FOLDER = { code: 'left_folder', reason: 'The message was taken out of the folder.' };

interface Cycle {
  readonly pairingId: string;
  readonly cycle: number;
}

/** Messages that could not be archived and that are in none of these folders any more are waited for no more (MAIL-3). */
export async function waitNoMore(
  tx: Transaction,
  cycle: Cycle,
  places: { readonly folderIds: readonly string[]; readonly present: readonly string[] },
  nowMs: number,
): Promise<void> {
  const left = await leaveMessages(tx, cycle.pairingId, places, LEFT_FOLDER, nowMs);
  await tell(tx, cycle, left, nowMs);
}

/** Folders that are gone are ours no more, and what waited in them waits no more: before or after a crash (invariant 8). */
export async function leaveFolders(
  tx: Transaction,
  cycle: Cycle,
  folderIds: readonly string[],
  nowMs: number,
): Promise<void> {
  if (folderIds.length === 0) return;
  await forgetFolders(tx, cycle.pairingId, folderIds);
  await waitNoMore(tx, cycle, { folderIds, present: [] }, nowMs);
}

/** The same for messages that were found to be in the Inbox, or in Sent Items, no more. */
export async function waitNoMoreFor(work: MailWork, left: readonly Candidate[]): Promise<void> {
  const { deps, step, cycle } = work;
  const entries = left.flatMap(({ row, entry, placeId }): LabelledEntry[] =>
    row !== null && entry?.state === 'failing' && entry.folderId === placeId
      ? [{ ...entry, ...LEFT_FOLDER, state: 'excluded', fix: null, nextAttemptAtMs: null, label: null }]
      : [],
  );
  if (entries.length === 0) return;
  await inStep(deps, step, async tx => {
    await saveMessages(tx, step.pairing.id, entries, step.nowMs);
    const ids = entries.map(({ id }) => id);
    await tell(tx, { pairingId: step.pairing.id, cycle }, ids, deps.world.now());
  });
}

function tell(
  tx: Transaction,
  { pairingId, cycle }: Cycle,
  itemIds: readonly string[],
  nowMs: number,
): Promise<void> {
  const events = itemIds.map(itemId => ({
    itemId,
    action: LEFT_FOLDER.code,
    direction: null,
    ...LEFT_FOLDER,
  }));
  return recordEvents(tx, pairingId, cycle, events, nowMs);
}
