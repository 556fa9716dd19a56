import type { MessageChange } from '../../connectors/mail.ts';
import { isWaiting } from '../../sync/failure.ts';
import { sameCategory } from '../../sync/items/rules.ts';
import type { Judged } from './judging.ts';
import type { MailWork } from './work.ts';

type Marked = Pick<Judged, 'listed'>;

/** The categories of a message that was archived, or of one that could not be (MAIL-3); the user's own stay. */
function categoriesAfter(
  { step }: Pick<MailWork, 'step'>,
  { listed }: Marked,
  isArchived: boolean,
): readonly string[] {
  const { processed, notArchived } = step.options.names;
  const gone = isArchived ? notArchived : processed;
  const given = isArchived ? processed : notArchived;
  const kept = listed.categories.filter(name => !sameCategory(name, gone));
  return kept.some(name => sameCategory(name, given)) ? kept : [...kept, given];
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, index) => name === b[index]);

/**
 * Gives messages the category that says that they could not be archived; answers their versions afterwards, by id. A message
 * that was moved or deleted meanwhile needs none.
 */
export async function markNotArchived(
  work: MailWork,
  marked: readonly Marked[],
): Promise<Map<string, string>> {
  const etags = new Map(marked.map(({ listed }) => [listed.id, listed.etag]));
  const changes = marked.flatMap((one): MessageChange[] => {
    const categories = categoriesAfter(work, one, false);
    return isSame(categories, one.listed.categories)
      ? []
      : [{ op: 'categorize', id: one.listed.id, categories }];
  });
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

/** Takes messages that are in the CRM out of the drop folders (MAIL-3). What is not done is done in the next cycle. */
export async function takeOut(work: MailWork, finished: readonly Finished[]): Promise<void> {
  const { inboxId } = await work.mail.usualFolders();
  const moving = finished.filter(({ afterwards }) => afterwards === 'inbox');
  const categorized = moving.flatMap((one): MessageChange[] => {
    const categories = categoriesAfter(work, one, true);
    return isSame(categories, one.listed.categories)
      ? []
      : [{ op: 'categorize', id: one.listed.id, categories }];
  });
  await changeAll(work, categorized);
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
