import type { MailboxChange } from '../../connectors/connector.ts';
import { type ArchiveStart, archiveSince, SECOND_MS } from '../../db/archive-since.ts';
import { categorizedBefore, forgetCategorized, rememberCategorized } from '../../db/categorized-before.ts';
import { putInbox } from '../../db/inbox.ts';
import { type MessageEntry, messageEntries } from '../../db/messages.ts';
import type { Transaction } from '../../db/transaction.ts';
import { archivedFolderOf } from '../../sync/containers.ts';
import { hasCategory } from '../../sync/mail/automatic.ts';
import type { MailboxItem } from '../../sync/record.ts';
import type { ReadPage } from '../intake.ts';
import type { Step } from '../step.ts';

/**
 * Of what changed in the Inbox and in Sent Items, what may have to be archived waits (POL-23): the message itself is read
 * and judged in its phase. All others leave nothing behind, whatever they say.
 */
export async function takeMessages(tx: Transaction, step: Step, pages: readonly ReadPage[]): Promise<void> {
  for (const { before, page } of pages) {
    if (page.type !== 'page') continue;
    if (page.changes.length === 0) continue;
    const messages = page.changes.flatMap(presentOf);
    const waiting = [
      ...(await waitingOf(tx, step, before, messages)),
      ...(await leftOf(tx, step, before.containerId, page.changes)),
    ];
    const kind = archivedFolderOf(before.containerId);
    await putInbox(
      tx,
      step.pairing.id,
      waiting.map(sourceId => ({
        ...{ side: 'mailbox', sourceId, kind, what: 'changed' },
        containerId: before.containerId,
      })),
      step.nowMs,
    );
  }
}

const isFirstReading = ({ enumerating, readAtMs }: ReadPage['before']) => enumerating && readAtMs === null;

/**
 * Of the second in which the pairing was made, what the first reading finds was there before (PAIR-6). What comes later came
 * after it, as long as no reading has seen all of that second: then it has come up once more.
 */
function cameSince(
  { sinceMs, isPairings }: ArchiveStart,
  { readAtMs }: ReadPage['before'],
  { createdAtMs }: MailboxItem,
): boolean {
  if (createdAtMs !== sinceMs || !isPairings) return createdAtMs >= sinceMs;
  return readAtMs !== null && readAtMs < sinceMs + SECOND_MS;
}

function presentOf(change: MailboxChange): MailboxItem[] {
  return change.type === 'present' ? [change.item] : [];
}

async function waitingOf(
  tx: Transaction,
  { pairing, policy, options }: Step,
  before: ReadPage['before'],
  messages: readonly MailboxItem[],
): Promise<string[]> {
  const { containerId } = before;
  const archive = archivedFolderOf(containerId) === 'inbox' ? 'inbox' : 'sentItems';
  const start = await archiveSince(tx, { pairingId: pairing.id, policyId: policy.id }, archive);
  const isNew = (message: MailboxItem) => cameSince(start, before, message);
  const isMarked = (message: MailboxItem) => hasCategory(message, options.category.name);
  const ids = (list: readonly MailboxItem[]) => list.map(({ itemId }) => itemId);
  const old = messages.filter(message => !isNew(message));
  if (isFirstReading(before)) await rememberCategorized(tx, pairing.id, ids(old.filter(isMarked)));
  await forgetCategorized(tx, pairing.id, ids(old.filter(message => !isMarked(message))));
  const marked = await categorizedBefore(tx, pairing.id, ids(old));
  const known = await messageEntries(tx, pairing.id, ids(messages));
  const waiting = messages.filter(message => {
    const entry = known.get(message.itemId);
    if (entry?.isArchived || entry?.etag === message.etag) return false;
    const isWanted = isMarked(message) && !marked.has(message.itemId);
    // What could not be archived, and need not be any more, is told as well.
    return (
      isWanted || isWaitedFor(entry, containerId) || (isNew(message) && !options[archive].onlyWithCategory)
    );
  });
  return ids(waiting);
}

/** Messages that were waited for and are there no more. */
async function leftOf(
  tx: Transaction,
  { pairing }: Step,
  containerId: string,
  changes: readonly MailboxChange[],
): Promise<string[]> {
  const gone = changes.flatMap(change => (change.type === 'removed' ? [change.itemId] : []));
  const known = await messageEntries(tx, pairing.id, gone);
  return gone.filter(id => isWaitedFor(known.get(id), containerId));
}

function isWaitedFor(entry: MessageEntry | undefined, containerId: string): boolean {
  return entry?.state === 'failing' && entry.folderId === containerId;
}
