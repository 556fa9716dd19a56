import { inboxOf, postponeInbox } from '../../db/inbox.ts';
import { closeIntents, type Intent, unclosedIntents } from '../../db/intents.ts';
import { recordEvents } from '../../db/item-events.ts';
import { deleteItems, findItems, type Item, newItem, saveItems } from '../../db/items.ts';
import { requireEpoch } from '../../db/pairing-state.ts';
import { baseAfterSending } from '../../sync/items/bases.ts';
import { pick, withFields } from '../../sync/items/compare.ts';
import { KIND_OF, modulesBeside } from '../../sync/modules.ts';
import type { CrmRecord, Fields, MailboxItem, Meeting, Module, RecordKind } from '../../sync/record.ts';
import { withKeys } from './keys.ts';
import { copied } from './plan-arrival.ts';
import { sentToCrm } from './plan-create.ts';
import type { Planning, Work } from './work.ts';

/**
 * Answers the creates that an earlier attempt left open: looked up by their keys, never blindly repeated. What is
 * not found is believed lost only after its deadline; until then its item waits, the others go on (ARCHITECTURE.md section 5).
 * Removals that it left open are simply decided again, with the knowledge that they may have been done.
 */
export async function recoverIntents(work: Work): Promise<void> {
  const left = await work.inTransaction(tx =>
    unclosedIntents(tx, work.step.pairing.id, modulesBeside(work.module)),
  );
  for (const { op, target, sourceId } of left)
    if (op === 'delete') (target === 'crm' ? work.deleting : work.removing).add(sourceId);
  const open = left.filter(({ op }) => op === 'create');
  if (open.length === 0) return;
  await recoverMailbox(
    work,
    open.filter(intent => intent.target === 'mailbox'),
  );
  await recoverCrm(
    work,
    open.filter(intent => intent.target === 'crm'),
  );
}

function moduleOf({ module }: Intent): Module {
  return module as Module;
}

async function recoverMailbox(work: Work, intents: readonly Intent[]): Promise<void> {
  const found = new Map<string, MailboxItem>();
  for (const [containerId, made] of Map.groupBy(intents, intent => intent.containerId ?? '')) {
    const keys = made.map(intent => intent.key);
    for (const [key, person] of await work.mailbox.findByKeys(containerId, keys)) found.set(key, person);
  }
  await settle(work, 'mailbox', intents, intent => {
    const written = found.get(intent.key);
    if (!written) return null;
    const module = moduleOf(intent);
    const { person, fields } = intent.payload as { person: CrmRecord; fields: Fields };
    const base = newItem(work.deps.database.newId, {
      module,
      state: 'in_sync',
      crmKind: KIND_OF[module],
      crmId: person.ref.id,
      crmParentId: person.accountId,
      crmModifiedAtMs: person.modifiedAtMs,
    });
    return (known: Item | undefined) =>
      copied(
        { ...base, ...(known ?? {}), crmId: person.ref.id, crmKind: KIND_OF[module] },
        asMade(work, written, fields),
        fields,
        work.step.nowMs,
      );
  });
}

/**
 * The item as it was made: what differs from what was sent, and is not merely cut, was edited before it was found
 * (invariant 2).
 */
export function asMade(work: Planning, found: MailboxItem, sent: Fields): MailboxItem {
  const written = pick(sent, work.rules.mailboxFields);
  return { ...found, fields: withFields(found.fields, baseAfterSending(written, found.fields)) };
}

async function recoverCrm(work: Work, intents: readonly Intent[]): Promise<void> {
  if (intents.length === 0) return;
  const found = await findMade(work, intents);
  await settle(work, 'crm', intents, intent => {
    const after = found.get(intent.key);
    if (!after) return null;
    const { fields, shown, meeting } = intent.payload as Sent;
    return (known: Item | undefined) => {
      const item = {
        ...newItem(work.deps.database.newId, {
          module: moduleOf(intent),
          state: 'in_sync',
          mailboxItemId: intent.sourceId,
          mailboxBase: { fields: shown, categories: [] },
          meeting,
        }),
        ...(known ?? {}),
      };
      return sentToCrm(item, { after }, fields, work.step.nowMs);
    };
  });
}

/** Records that creates made, by the creates' keys. */
async function findMade(
  { session }: Pick<Work, 'session'>,
  intents: readonly Intent[],
): Promise<ReadonlyMap<string, CrmRecord>> {
  const known = intents.flatMap(({ key, payload, targetId }) =>
    targetId === null ? [] : [{ key, ref: { kind: (payload as Sent).kind, id: targetId } }],
  );
  const sought = intents.filter(({ targetId }) => targetId === null);
  const attempts = sought.map(({ key, payload, createdAtMs }) => {
    const { fields, kind } = payload as Sent;
    return { key, kind, fields, sinceMs: createdAtMs };
  });
  const found = new Map(attempts.length === 0 ? [] : await session.findCreated(attempts));
  const read = known.length === 0 ? [] : await session.read(known.map(({ ref }) => ref));
  known.forEach(({ key }, index) => {
    const result = read[index];
    if (result?.type === 'present') found.set(key, result.record);
  });
  return found;
}

/**
 * What was found may have a partner by now: another item of the same person was linked with it meanwhile. An entry that
 * says why there was no partner gives way.
 */
export function besideEntries(
  recovered: readonly Item[],
  entries: readonly Item[],
): { readonly kept: Item[]; readonly replaced: string[] } {
  const othersOf = (item: Item) =>
    entries.filter(
      ({ id, mailboxItemId, crmId }) =>
        id !== item.id &&
        ((mailboxItemId !== null && mailboxItemId === item.mailboxItemId) ||
          (crmId !== null && crmId === item.crmId)),
    );
  const kept = recovered.filter(item => !othersOf(item).some(({ link }) => link === 'linked'));
  return { kept, replaced: kept.flatMap(item => othersOf(item).map(({ id }) => id)) };
}

/** What an intent keeps of an item that is on its way to the CRM. */
interface Sent {
  readonly kind: RecordKind;
  readonly fields: Fields;
  readonly shown: Fields;
  readonly meeting: Meeting | null;
}

type Found = (known: Item | undefined) => Item;

async function settle(
  work: Work,
  target: 'mailbox' | 'crm',
  intents: readonly Intent[],
  find: (intent: Intent) => Found | null,
): Promise<void> {
  if (intents.length === 0) return;
  const { pairing } = work.step;
  const nowMs = work.deps.world.now();
  await work.inTransaction(async tx => {
    await requireEpoch(tx, pairing.id, pairing.epoch);
    const sources = intents.map(intent => intent.sourceId);
    const known = await findItems(
      tx,
      pairing.id,
      target === 'crm' ? sources : [],
      target === 'mailbox' ? sources : [],
    );
    const bySource = new Map(known.map(item => [target === 'crm' ? item.mailboxItemId : item.crmId, item]));
    const recovered: Item[] = [];
    const closed: string[] = [];
    for (const intent of intents) {
      const make = find(intent);
      const item = make?.(bySource.get(intent.sourceId));
      if (item) recovered.push(item);
      if (item || nowMs >= intent.deadlineAtMs) closed.push(intent.sourceId);
      else work.unanswered[target].add(intent.sourceId);
    }
    const entries = await findItems(
      tx,
      pairing.id,
      recovered.flatMap(item => item.mailboxItemId ?? []),
      recovered.flatMap(item => item.crmId ?? []),
    );
    const { kept, replaced } = besideEntries(recovered, entries);
    await deleteItems(tx, pairing.id, replaced);
    await saveItems(
      tx,
      pairing.id,
      kept.map(item => withKeys(tx, item)),
      nowMs,
    );
    await recordEvents(
      tx,
      pairing.id,
      work.cycle,
      kept.map(item => ({
        itemId: item.id,
        action: 'recovered',
        direction: target === 'mailbox' ? 'to-mailbox' : 'to-crm',
        code: null,
        reason: 'An earlier attempt had made it; it was found by its key.',
      })),
      nowMs,
    );
    await closeIntents(tx, pairing.id, target, closed);
    await postponeWaiting(tx, work, target, intents);
  });
}

async function postponeWaiting(
  tx: Parameters<typeof inboxOf>[0],
  work: Work,
  target: 'mailbox' | 'crm',
  intents: readonly Intent[],
): Promise<void> {
  const side = target === 'mailbox' ? 'crm' : 'mailbox';
  const waiting = intents.filter(intent => work.unanswered[target].has(intent.sourceId));
  for (const [deadlineAtMs, intentsOfChunk] of Map.groupBy(waiting, intent => intent.deadlineAtMs)) {
    const sources = intentsOfChunk.map(intent => intent.sourceId);
    const rows = await inboxOf(tx, work.step.pairing.id, side, sources);
    await postponeInbox(
      tx,
      work.step.pairing.id,
      rows.map(row => row.generation),
      deadlineAtMs,
    );
  }
}
