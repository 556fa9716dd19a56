import type { MailboxChange, MailboxPage } from '../connectors/connector.ts';
import { type MailboxCursor, saveCursors } from '../db/cursors.ts';
import { type InboxEntry, putInbox } from '../db/inbox.ts';
import { type KnownVersion, knownEtags } from '../db/items.ts';
import { type KnownSeries, knownSeries } from '../db/known-series.ts';
import { hashMatchKeys } from '../db/match-keys.ts';
import type { CursorRow } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import { askForUnheard, expectAnew, markHeard } from '../db/unheard.ts';
import { kindOfContainer, placeOf } from '../sync/containers.ts';
import { keysToMatch } from '../sync/items/match.ts';
import { moduleOf } from '../sync/items/newcomers.ts';
import { KIND_OF } from '../sync/modules.ts';
import type { ItemKind, MailboxItem, Module, RecordKind } from '../sync/record.ts';
import { takeMessages } from './mail/intake.ts';
import { categoriesOf } from './rules.ts';
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
  const isMail = ({ before }: ReadPage) => kindOfContainer(before.containerId) === 'message';
  await takeMessages(tx, step, pages.filter(isMail));
  await takeItems(
    tx,
    step,
    pages.filter(page => !isMail(page)),
  );
  const moved = pages.flatMap(({ before, page }) => {
    const after = cursorAfter(before, page, step.nowMs);
    return changedCursor(before, after) ? [after] : [];
  });
  await saveCursors(tx, step.pairing.id, moved);
}

async function takeItems(tx: Transaction, step: Step, pages: readonly ReadPage[]): Promise<void> {
  if (pages.length === 0) return;
  const changes = pages.flatMap(({ before, page }) =>
    page.type === 'page' ? page.changes.map(change => ({ before, change })) : [],
  );
  const known = await knownEtags(
    tx,
    step.pairing.id,
    changes.map(({ change }) => itemIdOf(change)),
  );
  const series = await knownSeries(tx, step.pairing.id, seriesIn(changes));
  const entries = changes.flatMap(({ before, change }) =>
    entryOf(tx, change, step, before, known.get(itemIdOf(change)), series),
  );
  await putInbox(tx, step.pairing.id, entries, step.nowMs);
  await takeNote(tx, step, pages, known);
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
    pages.filter(wanted).map(({ before }) => placeOf(before.containerId));
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
  return change.type === 'present' ? change.item.itemId : change.itemId;
}

interface ReadChange {
  readonly before: CursorRow;
  readonly change: MailboxChange;
}

/** The series that changes speak of: by their own id when they are gone, by that of the series otherwise. */
function seriesIn(changes: readonly ReadChange[]): string[] {
  const events = changes.filter(({ before }) => kindOfContainer(before.containerId) === 'event');
  return events.flatMap(({ change }) =>
    change.type === 'removed' ? [change.itemId] : (change.item.meeting?.seriesId ?? []),
  );
}

function entryOf(
  tx: Transaction,
  change: MailboxChange,
  step: Step,
  cursor: CursorRow,
  known: KnownVersion | undefined,
  series: ReadonlyMap<string, KnownSeries>,
): InboxEntry[] {
  if (change.type === 'removed') {
    if (known) return [removed(change.itemId, KIND_OF[known.module], cursor)];
    // A series that goes takes its occurrences along, which the service may not name one by one.
    return (series.get(change.itemId)?.itemIds ?? []).map(itemId => removed(itemId, 'event', cursor));
  }
  const { item: person } = change;
  if (known?.etag === person.etag || (person.meeting?.type === 'series' && !known)) return [];
  const module = moduleOfChange(change, step, cursor, known);
  const continues = series.get(person.meeting?.seriesId ?? '')?.linked === true;
  const listed = cursor.enumerating && !known && !continues && !createdSince(person.createdAtMs, cursor);
  return [
    {
      side: 'mailbox',
      sourceId: person.itemId,
      kind: KIND_OF[module],
      what: change.partial ? 'changed' : 'present',
      listedCategories: listed ? person.categories : null,
      containerId: person.containerId,
      etag: person.etag,
      ...(change.partial ? {} : { payload: person, matchKeys: twinKeys(tx, module, person) }),
    },
  ];
}

function removed(sourceId: string, kind: RecordKind, { containerId }: CursorRow): InboxEntry {
  return { side: 'mailbox', sourceId, kind, what: 'removed', containerId: placeOf(containerId) };
}

/** By what an event takes the place of one that is gone (CAL-4). */
function twinKeys(tx: Transaction, module: Module, { fields }: MailboxItem): string[] {
  return module === 'appointments' ? hashMatchKeys(tx.vault, keysToMatch(module, fields)) : [];
}

/** A partner stays what it is; for all others their categories decide, as far as the row tells them (CON-5). */
function moduleOfChange(
  { item: person, partial }: Extract<MailboxChange, { type: 'present' }>,
  step: Step,
  { containerId }: CursorRow,
  known: KnownVersion | undefined,
): Module {
  if (known && (known.isPartner || (partial && person.categories.length === 0))) return known.module;
  return moduleOf(kindOfContainer(containerId) as ItemKind, person.categories, {
    categories: categoriesOf(step.options),
  });
}

/** Clocks of client and server differ, and a page takes its time. */
const SKEW_MS = 10 * 60_000;

/** Made after the container was last read to its end: new, although a full enumeration lists it (PAIR-6). */
function createdSince(createdAtMs: number, cursor: CursorRow): boolean {
  return cursor.readAtMs !== null && createdAtMs > cursor.readAtMs - SKEW_MS;
}
