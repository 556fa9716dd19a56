import type { ListedMessage, MailboxMail } from '../../connectors/mail.ts';
import { type InboxRow, nextOfInbox } from '../../db/inbox.ts';
import { type MessageEntry, messageEntries } from '../../db/messages.ts';
import { archivedFolderOf, mailContainer } from '../../sync/containers.ts';
import { isWaiting } from '../../sync/failure.ts';
import { purposeOf } from '../../sync/folders/tree.ts';
import { inStep } from '../step.ts';
import { waitNoMore } from './leaving.ts';
import { messagesIn } from './rescue.ts';
import type { MailWork } from './work.ts';

/** A message to look at, and where it was found. */
export interface Candidate {
  readonly messageId: string;
  /** The mail folder, or the container of an archived folder: as the ledger names the place. */
  readonly placeId: string;
  readonly entry: MessageEntry | null;
  /** Its version as its folder lists it; null where that was not asked. */
  readonly etag: string | null;
  /** What waits in the inbox, of messages that nobody dropped. */
  readonly row: InboxRow | null;
}

/** The messages of a run; each is given out once. */
export interface Candidates {
  next(limit: number): Promise<Candidate[]>;
}

/** `isStirred`: something changed by which messages that could not be archived may be now (MAIL-3). */
export function candidatesOf(work: MailWork, isStirred: boolean): Candidates {
  return work.phase === 'inbox' || work.phase === 'sentItems' ? waiting(work) : dropped(work, isStirred);
}

function waiting(work: MailWork): Candidates {
  const { phase, step } = work;
  const placeId = mailContainer(phase === 'inbox' ? 'inbox' : 'sentitems');
  const given: number[] = [];
  return {
    next: limit =>
      work.inTransaction(async tx => {
        const rows = await nextOfInbox(tx, step.pairing.id, {
          ...{ kind: archivedFolderOf(placeId), asOfMs: step.nowMs, limit, except: given },
        });
        given.push(...rows.map(({ generation }) => generation));
        const known = await messageEntries(
          tx,
          step.pairing.id,
          rows.map(({ sourceId }) => sourceId),
        );
        return rows.map(row => ({
          messageId: row.sourceId,
          placeId,
          entry: known.get(row.sourceId) ?? null,
          etag: null,
          row,
        }));
      }),
  };
}

/** Of the folders that hold messages, those messages that are new there, were changed, or whose time has come. */
function dropped(work: MailWork, isStirred: boolean): Candidates {
  let queue: Candidate[] | null = null;
  return {
    async next(limit) {
      queue ??= await findDropped(work, isStirred);
      return queue.splice(0, limit);
    },
  };
}

async function findDropped(work: MailWork, isStirred: boolean): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const present = new Set<string>();
  for (const folderId of await filledFolders(work)) {
    const listed = (await takeAwayOurs(work.mail, await messagesIn(work.mail, folderId))).filter(
      ({ id }) => !present.has(id),
    );
    for (const { id } of listed) present.add(id);
    work.deps.heartbeat();
    const known = await work.inTransaction(tx =>
      messageEntries(
        tx,
        work.step.pairing.id,
        listed.map(({ id }) => id),
      ),
    );
    for (const { id, etag } of listed) {
      const entry = known.get(id) ?? null;
      if (entry === null || isStirred || isDue(work, entry, folderId, etag))
        found.push({ messageId: id, placeId: folderId, entry, etag, row: null });
    }
  }
  await leaveOthers(work, present);
  return found;
}

/** Summaries of ours are no mail: what a user drops of them is shown where it belongs (MAIL-8). Answers the others. */
async function takeAwayOurs(mail: MailboxMail, listed: readonly ListedMessage[]): Promise<ListedMessage[]> {
  const ours = listed.filter(({ mark }) => mark !== null);
  for (const outcome of await mail.change(ours.map(({ id }) => ({ op: 'purge', id }))))
    if (!outcome.ok && isWaiting(outcome.failure.kind)) throw outcome.failure;
  return listed.filter(({ mark }) => mark === null);
}

/** Nobody waits for messages that their user took out of the drop folders (MAIL-3). */
async function leaveOthers(work: MailWork, present: ReadonlySet<string>): Promise<void> {
  const { deps, step, cycle } = work;
  const folderIds = work.folders.filter(({ key }) => isWorkedOn(work, key)).map(({ folderId }) => folderId);
  const places = { folderIds, present: [...present] };
  await inStep(deps, step, tx => waitNoMore(tx, { pairingId: step.pairing.id, cycle }, places, step.nowMs));
}

/** What is archived and is still here was not moved yet, or was dropped once more. */
function isDue({ step }: MailWork, entry: MessageEntry, folderId: string, etag: string): boolean {
  if (entry.isArchived || entry.etag !== etag || entry.folderId !== folderId) return true;
  return (entry.nextAttemptAtMs ?? 0) <= step.nowMs;
}

function isWorkedOn({ phase }: Pick<MailWork, 'phase'>, key: string): boolean {
  const { type } = purposeOf(key);
  return phase === 'dropFolders' ? type === 'archive' || type === 'create' : type === 'record';
}

/** The drop folders of the phase that have messages: one look at their parents tells. */
async function filledFolders(work: MailWork): Promise<string[]> {
  const { step, phase, folders } = work;
  const keys = new Map(folders.map(({ key, folderId }) => [folderId, key]));
  const parents =
    phase === 'dropFolders'
      ? [step.pairing.root_folder_id ?? '']
      : [...keys].flatMap(([folderId, key]) => (purposeOf(key).type === 'assign' ? [folderId] : []));
  const { folders: children } = await step.mailbox().probe({
    ...{ containers: [], rootFolderId: null, contactFolderId: null, categories: false },
    folderParents: parents,
  });
  return [...children.values()]
    .flatMap(list => list ?? [])
    .filter(({ id, itemCount }) => itemCount > 0 && isWorkedOn(work, keys.get(id) ?? ''))
    .map(({ id }) => id);
}
