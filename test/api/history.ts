import { beginCycle } from '../../db/cycles.ts';
import type { Database } from '../../db/database.ts';
import { holdRemovals } from '../../db/deletions.ts';
import { recordEvents } from '../../db/item-events.ts';
import { newItem, saveItems } from '../../db/items.ts';
import { hashMatchKeys, nameSearchKey } from '../../db/match-keys.ts';
import { saveMessages } from '../../db/messages.ts';
import { readPairing } from '../../db/pairings.ts';
import { countUnmatched } from '../../db/unmatched-addresses.ts';

export interface History {
  readonly cycleId: string;
  readonly itemIds: Readonly<Record<'linked' | 'failing' | 'away', string>>;
}

export interface MailHistory {
  readonly archivedId: string;
  readonly waitingId: string;
  readonly unmatchedId: string;
}

const nowMs = Date.UTC(2026, 2, 2, 9);

/** What a cycle leaves behind: three contacts, their story, and a deletion that is held. */
export function writeHistory(
  database: Database,
  organizationId: string,
  pairingId: string,
): Promise<History> {
  return database.inOrganization(organizationId, async tx => {
    await beginCycle(tx, pairingId, 1, 'schedule', nowMs);
    const hashed = (name: string, address: string) =>
      hashMatchKeys(tx.vault, [`e:${address}`, nameSearchKey(name)]);
    const fields = { firstName: 'Ada', lastName: 'Lovelace', email1: 'ada@example.org' };
    const linked = newItem(tx.newId, {
      module: 'contacts',
      state: 'in_sync',
      link: 'linked',
      mailboxItemId: 'AAMk1',
      crmKind: 'contact',
      crmId: '003000000000001AAA',
      mailboxBase: { fields, categories: [] },
      crmBase: fields,
      matchKeys: hashed('Ada Lovelace', 'ada@example.org'),
    });
    const failing = newItem(tx.newId, {
      module: 'contacts',
      state: 'failing',
      code: 'validation',
      reason: 'The CRM refuses the phone number',
      fix: 'Correct it in Outlook',
      mailboxItemId: 'AAMk2',
      mailboxBase: { fields: { lastName: 'Byron' }, categories: [] },
      attempts: 2,
      nextAttemptAtMs: nowMs + 3_600_000,
    });
    const away = newItem(tx.newId, {
      module: 'contacts',
      state: 'excluded',
      link: 'away',
      crmKind: 'contact',
      crmId: '003000000000003AAA',
      crmBase: { lastName: 'Babbage' },
    });
    await saveItems(tx, pairingId, [linked, failing, away], nowMs);
    await recordEvents(
      tx,
      pairingId,
      1,
      [
        {
          itemId: linked.id,
          action: 'created',
          direction: 'to-mailbox',
          code: null,
          reason: 'New in the CRM',
        },
        {
          itemId: linked.id,
          action: 'conflict',
          direction: 'to-mailbox',
          code: 'both_changed',
          reason: 'Both sides changed the title; the CRM wins',
          detail: { title: { mailbox: 'Countess', crm: 'Analyst' } },
        },
      ],
      nowMs,
    );
    const held = { itemId: linked.id, what: 'deletion', module: 'contacts', side: 'mailbox' as const };
    await holdRemovals(tx, pairingId, [{ ...held, reason: '30 deletions within 24 hours' }], nowMs);
    const cycle = await tx
      .selectFrom('cycles')
      .select('id')
      .where('pairing_id', '=', pairingId)
      .executeTakeFirstOrThrow();
    return { cycleId: cycle.id, itemIds: { linked: linked.id, failing: failing.id, away: away.id } };
  });
}

/** What a cycle leaves behind of mail: a message that was archived, one that waits, and somebody whom nobody knows. */
export function writeMail(
  database: Database,
  organizationId: string,
  pairingId: string,
): Promise<MailHistory> {
  return database.inOrganization(organizationId, async tx => {
    const pairing = await readPairing(tx, pairingId);
    const connectionId = pairing?.crm_connection_id ?? '';
    const archived = {
      id: tx.newId('item'),
      messageId: 'AAMkArchived',
      folderId: 'inbox',
      etag: 'e1',
      isArchived: true,
      state: 'in_sync' as const,
      code: null,
      reason: null,
      fix: null,
      crmId: '02s000000000001AAA',
      attempts: 0,
      nextAttemptAtMs: null,
      label: {
        subject: 'Offer for the bridge',
        sender: 'tom.bell@fabrikam.example',
        internetMessageId: '<offer-1@mail.fabrikam.example>',
      },
    };
    const waiting = {
      ...archived,
      id: tx.newId('item'),
      messageId: 'AAMkWaiting',
      folderId: 'drop',
      isArchived: false,
      state: 'excluded' as const,
      code: 'no_match',
      reason: 'Nobody of the message is in the CRM, and the policy creates nobody.',
      crmId: null,
      label: { subject: '', sender: null, internetMessageId: null },
    };
    await saveMessages(tx, pairingId, [archived, waiting], nowMs);
    const met = { address: 'zoe.hart@fabrikam.example', name: 'Zoe Hart', code: 'creation_off' };
    for (const atMs of [nowMs, nowMs + 1]) await countUnmatched(tx, { pairingId, connectionId }, [met], atMs);
    const { id } = await tx
      .selectFrom('unmatched_addresses')
      .select('id')
      .where('pairing_id', '=', pairingId)
      .executeTakeFirstOrThrow();
    return { archivedId: archived.id, waitingId: waiting.id, unmatchedId: id };
  });
}
