import { sql } from 'kysely';
import type { CrmPage, CrmQuery, CrmSession } from '../connectors/connector.ts';
import { removeCursors } from '../db/cursors.ts';
import { addToCycle } from '../db/cycles.ts';
import { type InboxEntry, putInbox } from '../db/inbox.ts';
import { hasOwnItems } from '../db/items.ts';
import { kindOfModule } from '../db/kinds.ts';
import { hashMatchKeys } from '../db/match-keys.ts';
import { EMAILS } from '../db/messages.ts';
import { type CursorRow, updatePairing } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import { SyncFailure } from '../sync/failure.ts';
import { keysToMatch } from '../sync/items/match.ts';
import { KIND_OF, MODULE_OF } from '../sync/modules.ts';
import type { CrmRecord, RecordKind } from '../sync/record.ts';
import type { ActivityDeps } from './deps.ts';
import { sweepDue } from './due.ts';
import { daysFrom, extendHorizon, retiredRanges, sinceMsOf } from './horizon.ts';
import { cursorAfter, takePages } from './intake.ts';
import type { OpenedConnections } from './opened.ts';
import { enabledModules, filterOf } from './rules.ts';
import { requireStep, type Step } from './step.ts';
import type { CycleRef, PhaseResult } from './types.ts';

const PAGE_SIZE = 2_000;
/** A page loop that never ends has been seen in the field; no mailbox folder has so many pages. */
const MOST_PAGES = 5_000;

/**
 * Reads what has to be read whole: containers of the mailbox from their cursors, and the user's CRM records in the
 * first cycle and in sweeps. Resumable: every page is stored with its cursor (invariant 9).
 */
export function createLoad(deps: ActivityDeps, opened: OpenedConnections) {
  return async function load(input: CycleRef): Promise<PhaseResult> {
    const step = await requireStep(deps, opened, input);
    const read: CursorRow[] = [];
    for (const cursor of await extendHorizon(deps, step))
      read.push(await readContainer(deps, step, input, cursor));
    await deps.database.inOrganization(step.organizationId, tx =>
      removeCursors(tx, step.pairing.id, retiredRanges(read)),
    );
    await readCrm(deps, step, input);
    return { more: false };
  };
}

async function readContainer(
  deps: ActivityDeps,
  step: Step,
  input: CycleRef,
  start: CursorRow,
): Promise<CursorRow> {
  const mailbox = step.mailbox();
  let cursor: CursorRow = start;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await mailbox.changes(cursor.containerId, cursor.cursor);
    const before = cursor;
    await deps.database.inOrganization(step.organizationId, async tx => {
      await takePages(tx, step, [{ before, page }]);
      await addToCycle(tx, step.pairing.id, input.cycle, {}, { graph: 1 });
    });
    deps.heartbeat();
    cursor = cursorAfter(before, page, step.nowMs);
    if (page.type === 'container-gone') throw lostFolder();
    if (page.type === 'page' && !page.more) return cursor;
  }
  return cursor;
}

/** The preparation has just seen or made the folder: whatever this is, the cycle did not read the mailbox (PAIR-10). */
function lostFolder(): SyncFailure {
  return new SyncFailure('transient', 'A folder cannot be read although it was there before.');
}

/** Where a full read of the CRM stands: the kind it is at, and the page behind it. */
interface Place {
  readonly kind: RecordKind | null;
  readonly after: string | null;
}

async function readCrm(deps: ActivityDeps, step: Step, input: CycleRef): Promise<void> {
  const { pairing, policy } = step;
  const moved = pairing.policy_version !== policy.version;
  if (pairing.initial === null && !sweepDue(step) && !moved) return;
  const place = (pairing.initial as Place | null) ?? { kind: null, after: null };
  const sweep = pairing.initial === null || place.kind === null ? pairing.sweep + 1 : pairing.sweep;
  await deps.database.inOrganization(step.organizationId, tx =>
    updatePairing(tx, pairing, { initial: JSON.stringify(place), sweep, sweep_wanted: false }),
  );
  const session = await step.crmAsUser();
  const kinds = enabledModules(step.options).map(module => KIND_OF[module]);
  const from = Math.max(0, place.kind === null ? 0 : kinds.indexOf(place.kind));
  for (const kind of kinds.slice(from)) {
    await readKind(deps, step, input, {
      session,
      kind,
      sweep,
      after: kind === place.kind ? place.after : null,
    });
  }
  await deps.database.inOrganization(step.organizationId, async tx => {
    await askForUnseen(tx, step, sweep);
    if (moved) await askForHeldBack(tx, step);
    await updatePairing(tx, pairing, {
      initial: null,
      swept_at: new Date(step.nowMs),
      policy_version: policy.version,
    });
  });
}

interface Reading {
  readonly session: CrmSession;
  readonly kind: RecordKind;
  readonly sweep: number;
  readonly after: string | null;
}

async function readKind(
  deps: ActivityDeps,
  step: Step,
  input: CycleRef,
  { session, kind, sweep, after: start }: Reading,
): Promise<void> {
  const { options, pairing } = step;
  const maximum = kind === 'contact' ? options.contacts.maximum : null;
  let after = start;
  let read = 0;
  do {
    const page: CrmPage = await session.find({
      kind,
      ...(filterOf(options, MODULE_OF[kind]) === 'owner' ? { ownerId: session.userId } : {}),
      ...openOnly(kind, step),
      modifiedSinceMs: sinceMsOf(options),
      order: maximum === null ? 'id' : 'recent',
      after,
      limit: Math.min(PAGE_SIZE, (maximum ?? Number.POSITIVE_INFINITY) - read),
    });
    read += page.records.length;
    after = maximum !== null && read >= maximum ? null : page.next;
    await deps.database.inOrganization(step.organizationId, async tx => {
      await storeRecords(tx, step, kind, sweep, page.records);
      await updatePairing(tx, pairing, {
        initial: JSON.stringify({ kind, after }),
        progress: JSON.stringify({ module: MODULE_OF[kind], phase: 'load', done: 0, expected: read }),
      });
      await addToCycle(
        tx,
        pairing.id,
        input.cycle,
        { [`${MODULE_OF[kind]}.read`]: page.records.length },
        { salesforce: 1 },
      );
    });
    deps.heartbeat();
  } while (after !== null);
}

/** Calendar items that are not over, within the horizon, and tasks that are not done (PAIR-6, POL-16). */
function openOnly(kind: RecordKind, { options, nowMs }: Step): Pick<CrmQuery, 'within' | 'open'> {
  const horizon = { fromMs: sinceMsOf(options), toMs: daysFrom(nowMs, options.calendar.futureDays) };
  if (kind === 'event') return { within: horizon };
  return kind === 'call' || kind === 'task' ? { open: true } : {};
}

/** Everything that is read goes to the inbox with its content; what is linked is marked as seen by this sweep. */
async function storeRecords(
  tx: Transaction,
  step: Step,
  kind: RecordKind,
  sweep: number,
  people: readonly CrmRecord[],
): Promise<void> {
  const matchable = await hasOwnItems(tx, step.pairing.id);
  const entries = people.map(
    (person): InboxEntry => ({
      side: 'crm',
      sourceId: person.ref.id,
      kind,
      what: 'present',
      payload: person,
      matchKeys: matchable ? hashMatchKeys(tx.vault, keysToMatch(MODULE_OF[kind], person.fields)) : [],
    }),
  );
  await putInbox(tx, step.pairing.id, entries, step.nowMs);
  await tx
    .updateTable('items')
    .set({ seen_sweep: sweep })
    .where('pairing_id', '=', step.pairing.id)
    .where('crm_id', '=', sql<string>`any(${people.map(person => person.ref.id)}::text[])`)
    .execute();
}

/** A linked record that the sweep did not see is a question: deleted, hidden, archived or outside (ARCHITECTURE.md section 4). */
async function askForUnseen(tx: Transaction, { pairing, nowMs }: Step, sweep: number): Promise<void> {
  await sql`
    insert into inbox (organization_id, pairing_id, side, source_id, kind, what, received_at)
    select organization_id, pairing_id, 'crm', crm_id, crm_kind, 'changed', ${new Date(nowMs)} from items
    where pairing_id = ${pairing.id} and crm_id is not null and link = 'linked' and seen_sweep < ${sweep} and module <> ${EMAILS}
    order by crm_id collate "C"
    on conflict (pairing_id, side, source_id) do nothing`.execute(tx);
}

/** What the policy's earlier version kept out of the CRM is considered anew. */
const HELD_BACK = [
  'not_categorized',
  'module_off',
  'direction',
  'excluded_address',
  'other_owner',
  'private',
  'recurrence_off',
  'organizer_leads',
];

async function askForHeldBack(tx: Transaction, { pairing, nowMs }: Step): Promise<void> {
  await sql`
    insert into inbox (organization_id, pairing_id, side, source_id, kind, what, received_at)
    select organization_id, pairing_id, 'mailbox', mailbox_item_id, ${kindOfModule},
      'retry', ${new Date(nowMs)} from items
    where pairing_id = ${pairing.id} and mailbox_item_id is not null and link = 'already_there'
      and code = any(${HELD_BACK}::text[])
    order by mailbox_item_id collate "C"
    on conflict (pairing_id, side, source_id) do nothing`.execute(tx);
}
