import type { MailboxChange, MailboxPage } from '../connectors/connector.ts';
import { type MailboxCursor, saveCursors } from '../db/cursors.ts';
import { type InboxEntry, putInbox } from '../db/inbox.ts';
import { type KnownVersion, knownEtags } from '../db/items.ts';
import type { CursorRow } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import { askForUnheard, expectAnew, markHeard } from '../db/unheard.ts';
import { moduleOf } from '../sync/people/newcomers.ts';
import type { PersonModule } from '../sync/record.ts';
import { categoriesOf, KIND_OF } from './person-rules.ts';
import type { Step } from './step.ts';

/** The cursor after a page; a dead one begins a new enumeration, which is no evidence of anything (invariant 5). */
export function cursorAfter(before: CursorRow, page: MailboxPage, nowMs: number): MailboxCursor {
  const { containerId } = before;
  if (page.type === 'resync')
    return { containerId, cursor: null, enumerating: true, readAtMs: before.readAtMs };
  if (page.type === 'container-gone') return before;
  if (page.more) return { ...before, cursor: page.cursor };
  return { containerId, cursor: page.cursor, enumerating: false, readAtMs: nowMs };
}

export interface ReadPage {
  readonly before: CursorRow;
  readonly page: MailboxPage;
}

/** Stores what pages brought together with the cursors behind them, in the caller's transaction (invariant 9). */
export async function takePages(tx: Transaction, step: Step, pages: readonly ReadPage[]): Promise<void> {
  const changes = pages.flatMap(({ before, page }) =>
    page.type === 'page' ? page.changes.map(change => ({ before, change })) : [],
  );
  const known = await knownEtags(
    tx,
    step.pairing.id,
    changes.map(({ change }) => itemIdOf(change)),
  );
  const entries = changes.flatMap(({ before, change }) =>
    entryOf(change, step, before, known.get(itemIdOf(change))),
  );
  await putInbox(tx, step.pairing.id, entries, step.nowMs);
  await takeNote(tx, step, pages, known);
  const moved = pages.flatMap(({ before, page }) => {
    const after = cursorAfter(before, page, step.nowMs);
    return changedCursor(before, after) ? [after] : [];
  });
  await saveCursors(tx, step.pairing.id, moved);
}

/** What has to turn up did, or has to be asked for at the end of the round. */
async function takeNote(
  tx: Transaction,
  step: Step,
  pages: readonly ReadPage[],
  known: ReadonlyMap<string, KnownVersion>,
): Promise<void> {
  const { id } = step.pairing;
  const of = (wanted: (read: ReadPage) => boolean) =>
    pages.filter(wanted).map(({ before }) => before.containerId);
  await expectAnew(
    tx,
    id,
    of(({ page }) => page.type === 'resync'),
  );
  const heard = pages.flatMap(({ page }) => (page.type === 'page' ? page.changes : []));
  await markHeard(
    tx,
    id,
    heard.flatMap(change =>
      change.type === 'present' && known.get(itemIdOf(change))?.unheard ? [itemIdOf(change)] : [],
    ),
  );
  const ended = of(
    ({ page, before }) => page.type === 'page' && !page.more && (step.unheard || before.enumerating),
  );
  await askForUnheard(tx, id, ended, step.nowMs);
}

/** When a container was read last matters only to an enumeration; it alone moves no row while nothing happens. */
function changedCursor(before: CursorRow, after: MailboxCursor): boolean {
  return before.cursor !== after.cursor || before.enumerating !== after.enumerating;
}

function itemIdOf(change: MailboxChange): string {
  return change.type === 'present' ? change.person.itemId : change.itemId;
}

function entryOf(
  change: MailboxChange,
  step: Step,
  cursor: CursorRow,
  known: KnownVersion | undefined,
): InboxEntry[] {
  if (change.type === 'removed') {
    if (!known) return [];
    return [
      {
        side: 'mailbox',
        sourceId: change.itemId,
        kind: KIND_OF[known.module],
        what: 'removed',
        containerId: cursor.containerId,
      },
    ];
  }
  const { person } = change;
  if (known?.etag === person.etag) return [];
  const module = moduleOfChange(change, step, known);
  const listed = cursor.enumerating && !known && !createdSince(person.createdAtMs, cursor);
  return [
    {
      side: 'mailbox',
      sourceId: person.itemId,
      kind: KIND_OF[module],
      what: listed ? 'enumerated' : change.partial ? 'changed' : 'present',
      containerId: person.containerId,
      etag: person.etag,
      ...(change.partial ? {} : { payload: person }),
    },
  ];
}

/** A partner stays what it is; for all others their categories decide, as far as the row tells them (CON-5). */
function moduleOfChange(
  { person, partial }: Extract<MailboxChange, { type: 'present' }>,
  step: Step,
  known: KnownVersion | undefined,
): PersonModule {
  if (known && (known.isPartner || (partial && person.categories.length === 0))) return known.module;
  return moduleOf(person.categories, { categories: categoriesOf(step.options) });
}

/** Clocks of client and server differ, and a page takes its time. */
const SKEW_MS = 10 * 60_000;

/** Made after the container was last read to its end: new, although a full enumeration lists it (PAIR-6). */
function createdSince(createdAtMs: number, cursor: CursorRow): boolean {
  return cursor.readAtMs !== null && createdAtMs > cursor.readAtMs - SKEW_MS;
}
