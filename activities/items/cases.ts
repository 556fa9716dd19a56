import { type InboxRow, inboxOf, nextOfInbox } from '../../db/inbox.ts';
import { findItems, type Item } from '../../db/items.ts';
import type { Transaction } from '../../db/transaction.ts';
import { KIND_OF } from '../../sync/modules.ts';
import type { Case, Work } from './work.ts';

const CHUNK = 200;

/**
 * The next cases: waiting rows of the module, each with its item and with what waits on the item's other side.
 * `except`: generations that are done with already.
 */
export async function nextCases(
  tx: Transaction,
  work: Work,
  except: readonly number[] = [],
): Promise<Case[]> {
  const { pairing, nowMs } = work.step;
  const rows = await nextOfInbox(tx, pairing.id, {
    kind: KIND_OF[work.module],
    asOfMs: nowMs,
    limit: CHUNK,
    except,
  });
  if (rows.length === 0) return [];
  const items = await findItems(tx, pairing.id, idsOf(rows, 'mailbox'), idsOf(rows, 'crm'));
  const partners = await partnerRows(tx, work, rows, items);
  return groupRows([...rows, ...partners], items);
}

function idsOf(rows: readonly InboxRow[], side: 'mailbox' | 'crm'): string[] {
  return rows.filter(row => row.side === side).map(row => row.sourceId);
}

async function partnerRows(
  tx: Transaction,
  work: Work,
  rows: readonly InboxRow[],
  items: readonly Item[],
): Promise<InboxRow[]> {
  const known = new Set(rows.map(row => `${row.side}:${row.sourceId}`));
  const missing = (side: 'mailbox' | 'crm', id: string | null) =>
    id !== null && !known.has(`${side}:${id}`) ? [id] : [];
  const { id } = work.step.pairing;
  return [
    ...(await inboxOf(
      tx,
      id,
      'mailbox',
      items.flatMap(item => missing('mailbox', item.mailboxItemId)),
    )),
    ...(await inboxOf(
      tx,
      id,
      'crm',
      items.flatMap(item => missing('crm', item.crmId)),
    )),
  ];
}

/** One case per partnership or newcomer. */
export function groupRows(rows: readonly InboxRow[], items: readonly Item[]): Case[] {
  const byMailbox = new Map(
    items.flatMap(item => (item.mailboxItemId === null ? [] : [[item.mailboxItemId, item] as const])),
  );
  const byCrm = new Map(items.flatMap(item => (item.crmId === null ? [] : [[item.crmId, item] as const])));
  const cases = new Map<string, Case>();
  for (const row of rows) {
    const item = (row.side === 'mailbox' ? byMailbox : byCrm).get(row.sourceId) ?? null;
    const key = item?.id ?? `${row.side}:${row.sourceId}`;
    const before = cases.get(key) ?? { item, mailboxRow: null, crmRow: null };
    cases.set(key, row.side === 'mailbox' ? { ...before, mailboxRow: row } : { ...before, crmRow: row });
  }
  return [...cases.values()];
}
