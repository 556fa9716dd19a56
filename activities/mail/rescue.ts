import type { ListedMessage, MailboxMail } from '../../connectors/mail.ts';
import { isErrorOfItem, SyncFailure } from '../../sync/failure.ts';

/**
 * Messages of a folder, all pages of it, each once: what comes in meanwhile moves others to the next page. Those of a folder
 * that is gone are none.
 */
export async function messagesIn(mail: MailboxMail, folderId: string): Promise<ListedMessage[]> {
  const found = new Map<string, ListedMessage>();
  try {
    for (let after: string | null = null; ; ) {
      const page = await mail.list(folderId, after);
      for (const message of page.messages) found.set(message.id, message);
      if (page.next === null) return [...found.values()];
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
 * of the user's is left there. Mail that keeps coming in, or that the mailbox does not let go, is left for the next cycle.
 */
export async function rescueMail(
  mail: MailboxMail,
  folderId: string,
  heartbeat: () => void,
): Promise<boolean> {
  const stuck = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const folders = [folderId, ...(await mail.foldersBelow([folderId])).map(({ id }) => id)];
    let found = 0;
    for (const id of folders) {
      const theirs = (await messagesIn(mail, id)).filter(
        message => message.mark === null && !stuck.has(message.id),
      );
      found += theirs.length;
      for (const left of await moveToInbox(mail, theirs)) stuck.add(left);
      heartbeat();
    }
    if (found === 0) return stuck.size === 0;
  }
  return false;
}

/** The ids of the messages that are still where they were. */
async function moveToInbox(mail: MailboxMail, messages: readonly ListedMessage[]): Promise<string[]> {
  const { inboxId } = await mail.usualFolders();
  const outcomes = await mail.change(messages.map(({ id }) => ({ op: 'move', id, folderId: inboxId })));
  return messages.flatMap(({ id }, index) => {
    const outcome = outcomes[index];
    if (!outcome || outcome.ok || outcome.failure.kind === 'gone') return [];
    if (!isErrorOfItem(outcome.failure.kind)) throw outcome.failure;
    return [id];
  });
}
