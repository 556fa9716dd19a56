import type { MessageChange } from '../../connectors/mail.ts';
import { isWaiting } from '../../sync/failure.ts';
import { sameCategory } from '../../sync/items/rules.ts';
import type { Judged } from './judging.ts';
import type { MailWork } from './work.ts';

type Marked = Pick<Judged, 'listed'>;

type Verdict = 'processed' | 'notArchived' | 'neither';

/** The categories of a message that was archived, or of one that could not be (MAIL-3); the user's own stay. */
function categoriesAfter({ step }: Pick<MailWork, 'step'>, { listed }: Marked, verdict: Verdict): string[] {
  const { names } = step.options;
  const given = verdict === 'neither' ? [] : [names[verdict]];
  const gone = verdict === 'notArchived' ? names.processed : names.notArchived;
  const kept = listed.categories.filter(name => !sameCategory(name, gone));
  return [...kept, ...given.filter(name => !kept.some(one => sameCategory(name, one)))];
}

function categorized(work: MailWork, one: Marked, verdict: Verdict): MessageChange[] {
  const categories = categoriesAfter(work, one, verdict);
  if (isSame(categories, one.listed.categories)) return [];
  return [{ op: 'categorize', id: one.listed.id, categories }];
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, index) => name === b[index]);

/**
 * Gives messages the category that says that they could not be archived, and takes it from those that need not be any more;
 * answers their versions afterwards, by id. A message that was moved or deleted meanwhile needs none.
 */
export async function markNotArchived(
  work: MailWork,
  marked: readonly Marked[],
  released: readonly Marked[],
): Promise<Map<string, string>> {
  const etags = new Map([...marked, ...released].map(({ listed }) => [listed.id, listed.etag]));
  const changes = [
    ...marked.flatMap(one => categorized(work, one, 'notArchived')),
    ...released.flatMap(one => categorized(work, one, 'neither')),
  ];
  const outcomes = changes.length === 0 ? [] : await work.mail.change(changes);
  outcomes.forEach((outcome, index) => {
    const change = changes[index];
    if (outcome.ok && outcome.value && change) etags.set(change.id, outcome.value.etag);
    else if (!outcome.ok && isWaiting(outcome.failure.kind)) throw outcome.failure;
  });
  return etags;
}

/** A message that is in the CRM, and where it goes now. */
export interface Finished extends Marked {
  readonly afterwards: 'inbox' | 'purge' | 'stay';
}

/**
 * Takes messages that are in the CRM out of the drop folders (MAIL-3). What is not done is done in the next cycle. Those that
 * stay where they are only lose what was said of them before (MAIL-6).
 */
export async function takeOut(work: MailWork, finished: readonly Finished[]): Promise<void> {
  const { inboxId } = await work.mail.usualFolders();
  const moving = finished.filter(({ afterwards }) => afterwards === 'inbox');
  const staying = finished.filter(({ afterwards }) => afterwards === 'stay');
  await changeAll(work, [
    ...moving.flatMap(one => categorized(work, one, 'processed')),
    ...staying.flatMap(one => categorized(work, one, 'neither')),
  ]);
  await changeAll(work, [
    ...moving.map(({ listed }): MessageChange => ({ op: 'move', id: listed.id, folderId: inboxId })),
    ...finished
      .filter(({ afterwards }) => afterwards === 'purge')
      .map(({ listed }): MessageChange => ({ op: 'purge', id: listed.id })),
  ]);
}

async function changeAll(work: MailWork, changes: readonly MessageChange[]): Promise<void> {
  if (changes.length === 0) return;
  for (const outcome of await work.mail.change(changes))
    if (!outcome.ok && isWaiting(outcome.failure.kind)) throw outcome.failure;
  work.deps.heartbeat();
}
