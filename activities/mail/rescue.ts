import type { ListedMessage, MailboxMail } from '../../connectors/mail.ts';
import { SyncFailure } from '../../sync/failure.ts';

/** Messages of a folder, all pages of it; those of a folder that is gone are none. */
export async function messagesIn(mail: MailboxMail, folderId: string): Promise<ListedMessage[]> {
  const found: ListedMessage[] = [];
  try {
    for (let after: string | null = null; ; ) {
      const page = await mail.list(folderId, after);
      found.push(...page.messages);
      if (page.next === null) return found;
      after = page.next;
    }
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'gone') return [];
    throw error;
  }
}

const ROUNDS = 3;

/**
 * Brings all mail that is not ours out of a folder, and out of the folders in it, to the Inbox (MAIL-5); true when nothing
 * of the user's is left there. Mail that keeps coming in is left for the next cycle.
 */
export async function rescueMail(
  mail: MailboxMail,
  folderId: string,
  heartbeat: () => void,
): Promise<boolean> {
  const { inboxId } = await mail.usualFolders();
  for (let round = 0; round < ROUNDS; round++) {
    const folders = [folderId, ...(await mail.foldersBelow([folderId])).map(({ id }) => id)];
    let moved = 0;
    for (const id of folders) {
      const theirs = (await messagesIn(mail, id)).filter(({ mark }) => mark === null);
      moved += theirs.length;
      const outcomes = await mail.change(
        theirs.map(message => ({ op: 'move', id: message.id, folderId: inboxId })),
      );
      for (const outcome of outcomes)
        if (!outcome.ok && outcome.failure.kind !== 'gone') throw outcome.failure;
      heartbeat();
    }
    if (moved === 0) return true;
  }
  return false;
}
