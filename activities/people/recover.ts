import { inboxOf, postponeInbox } from '../../db/inbox.ts';
import { closeIntents, type Intent, unclosedIntents } from '../../db/intents.ts';
import { recordEvents } from '../../db/item-events.ts';
import { findItems, type Item, newItem, saveItems } from '../../db/items.ts';
import { requireEpoch } from '../../db/pairing-state.ts';
import type { CrmPerson, Fields, MailboxPerson } from '../../sync/record.ts';
import { KIND_OF } from '../person-rules.ts';
import { withKeys } from './keys.ts';
import { copied } from './plan-arrival.ts';
import { sentToCrm } from './plan-offer.ts';
import type { Work } from './work.ts';

/**
 * Answers the creates that an earlier attempt left open: looked up by their keys, never blindly repeated. What is
 * not found is believed lost only after its deadline; until then its item waits, the others go on (ARCHITECTURE.md section 5).
 */
export async function recoverIntents(work: Work): Promise<void> {
  const open = await work.inTransaction(tx => unclosedIntents(tx, work.step.pairing.id, [work.module]));
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

async function recoverMailbox(work: Work, intents: readonly Intent[]): Promise<void> {
  const found = new Map<string, MailboxPerson>();
  for (const [containerId, made] of Map.groupBy(intents, intent => intent.containerId ?? '')) {
    const keys = made.map(intent => intent.key);
    for (const [key, person] of await work.mailbox.findByKeys(containerId, keys)) found.set(key, person);
  }
  await settle(work, 'mailbox', intents, intent => {
    const written = found.get(intent.key);
    if (!written) return null;
    const { person, fields } = intent.payload as { person: CrmPerson; fields: Fields };
    const base = newItem(work.deps.database.newId, {
      module: work.module,
      state: 'in_sync',
      crmKind: KIND_OF[work.module],
      crmId: person.ref.id,
      crmParentId: person.accountId,
      crmModifiedAtMs: person.modifiedAtMs,
    });
    return (known: Item | undefined) =>
      copied(
        { ...base, ...(known ?? {}), crmId: person.ref.id, crmKind: KIND_OF[work.module] },
        written,
        fields,
        work.step.nowMs,
      );
  });
}

async function recoverCrm(work: Work, intents: readonly Intent[]): Promise<void> {
  if (intents.length === 0) return;
  const found = await work.session.findCreated(
    intents.map(intent => {
      const { fields, kind } = intent.payload as { fields: Fields; kind: 'contact' | 'lead' };
      return { key: intent.key, kind, fields, sinceMs: intent.createdAtMs };
    }),
  );
  await settle(work, 'crm', intents, intent => {
    const after = found.get(intent.key);
    if (!after) return null;
    const { fields } = intent.payload as { fields: Fields };
    return (known: Item | undefined) =>
      sentToCrm(
        {
          ...newItem(work.deps.database.newId, {
            module: work.module,
            state: 'in_sync',
            mailboxItemId: intent.sourceId,
          }),
          ...(known ?? {}),
        },
        { after },
        fields,
        work.step.nowMs,
      );
  });
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
      if (make) recovered.push(make(bySource.get(intent.sourceId)));
      if (make || nowMs >= intent.deadlineAtMs) closed.push(intent.sourceId);
      else work.unanswered[target].add(intent.sourceId);
    }
    await saveItems(
      tx,
      pairing.id,
      recovered.map(item => withKeys(tx, item)),
      nowMs,
    );
    await recordEvents(
      tx,
      pairing.id,
      work.cycle,
      recovered.map(item => ({
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
