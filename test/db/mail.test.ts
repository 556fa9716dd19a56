import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  archivedOf,
  claimArchive,
  lockMessages,
  noteAttempt,
  releaseArchive,
  renewArchives,
  settleArchive,
} from '../../db/archived-emails.ts';
import type { Transaction } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { requeueDueItems, requeueDueMessages, waitingKinds } from '../../db/inbox.ts';
import { newItem, saveItems } from '../../db/items.ts';
import { listItems } from '../../db/items-view.ts';
import { leaveMessages, type MessageEntry, messageEntries, saveMessages } from '../../db/messages.ts';
import { purge } from '../../db/retention.ts';
import { askForUnheard, expectAnew } from '../../db/unheard.ts';
import { countUnmatched } from '../../db/unmatched-addresses.ts';
import { listUnmatched } from '../../db/unmatched-view.ts';
import { AT, later, pairing, policy, useWorld } from './world.ts';

const world = useWorld();
const DAY_MS = 24 * 60 * 60_000;

async function pairingIn(tx: Transaction, options: Record<string, unknown> = {}) {
  const { id, crmConnectionId } = await policy(tx, options);
  const mailbox = `${newId('item', randomBytes)}@contoso.example`;
  return { pairingId: await pairing(tx, id, mailbox), connectionId: crmConnectionId };
}

function entry(tx: Transaction, messageId: string, values: Partial<MessageEntry> = {}) {
  const label = {
    subject: 'Offer for  the Bridge',
    sender: 'Tom.Bell@fabrikam.example',
    internetMessageId: `<${messageId}@mail.fabrikam.example>`,
  };
  return {
    id: tx.newId('item'),
    messageId,
    folderId: 'drop',
    etag: 'e1',
    isArchived: true,
    state: 'in_sync' as const,
    code: null,
    reason: null,
    fix: null,
    crmId: '02s000000000001AAA',
    attempts: 0,
    nextAttemptAtMs: null,
    label,
    ...values,
  };
}

const failing = { isArchived: false, state: 'failing' as const, crmId: null, attempts: 1 };

test.each([
  ['its subject', 'offer for the bridge'],
  ['its sender', 'tom.bell@fabrikam.example'],
  ['its Message-ID', '<m1@mail.fabrikam.example>'],
  ['its Message-ID without brackets', 'm1@mail.fabrikam.example'],
  ['its id in the mailbox', 'm1'],
  ['the e-mail of the CRM', '02s000000000001AAA'],
])('a message is found by %s (OPS-2)', async (_, q) => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId } = await pairingIn(tx);
    await saveMessages(tx, pairingId, [entry(tx, 'm1')], AT.getTime());
    const { data } = await listItems(tx, pairingId, { q }, { limit: 9 });
    expect(data).toMatchObject([
      { row: { module: 'emails', crm_kind: 'email' }, label: { name: 'Offer for  the Bridge' } },
    ]);
    expect((await listItems(tx, pairingId, { q: 'somebody else' }, { limit: 9 })).data).toEqual([]);
  });
});

test('a message whose time has come keeps it: messages do not wait in the inbox of items (MAIL-3)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId } = await pairingIn(tx);
    await saveMessages(
      tx,
      pairingId,
      [entry(tx, 'm1', { ...failing, nextAttemptAtMs: AT.getTime() })],
      AT.getTime(),
    );
    const contact = newItem(tx.newId, {
      module: 'contacts',
      state: 'failing',
      mailboxItemId: 'c1',
      nextAttemptAtMs: AT.getTime(),
    });
    await saveItems(tx, pairingId, [contact], AT.getTime());
    await requeueDueItems(tx, pairingId, AT.getTime());
    expect(await waitingKinds(tx, pairingId, AT.getTime())).toEqual(['contact']);
    const entries = await messageEntries(tx, pairingId, ['m1']);
    expect(entries.get('m1')?.nextAttemptAtMs).toBe(AT.getTime());
  });
});

test('a new enumeration of a folder is no question about its messages (invariant 5)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId } = await pairingIn(tx);
    await saveMessages(tx, pairingId, [entry(tx, 'm1')], AT.getTime());
    await expectAnew(tx, pairingId, ['drop']);
    await askForUnheard(tx, pairingId, ['drop'], AT.getTime());
    expect(await waitingKinds(tx, pairingId, AT.getTime())).toEqual([]);
  });
});

test('messages leave the ledger when the retention is over, those that fail stay (POL-28)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId } = await pairingIn(tx, { retentionDays: 7 });
    const left = { isArchived: false, state: 'excluded' as const, crmId: null };
    await saveMessages(
      tx,
      pairingId,
      [entry(tx, 'old'), entry(tx, 'old-left', left), entry(tx, 'old-failing', failing)],
      later(-8 * DAY_MS).getTime(),
    );
    await saveMessages(tx, pairingId, [entry(tx, 'new')], later(-6 * DAY_MS).getTime());
    const contact = newItem(tx.newId, { module: 'contacts', state: 'in_sync', mailboxItemId: 'c1' });
    await saveItems(tx, pairingId, [contact], later(-99 * DAY_MS).getTime());
    const remembered = { pairing_id: pairingId, message_id: 'old' };
    await tx.insertInto('categorized_before').values(remembered).execute();

    expect((await purge(tx, AT)).items).toBe(2);
    const { data } = await listItems(tx, pairingId, {}, { limit: 9 });
    expect(data.map(({ row }) => row.mailbox_item_id).sort()).toEqual(['c1', 'new', 'old-failing']);
    expect(await tx.selectFrom('categorized_before').select('message_id').execute()).toHaveLength(1);
  });
});

test('addresses of several messages are counted at once, each as often as it is named (MAIL-9)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const where = await pairingIn(tx);
    const met = (...names: string[]) =>
      names.map(name => ({ address: `${name}@fabrikam.example`, name, code: 'creation_off' }));
    await countUnmatched(tx, where, met('ann', 'bob', 'ann'), AT.getTime());
    await countUnmatched(tx, where, met('bob', 'cleo', 'bob', 'ann'), AT.getTime());
    await countUnmatched(tx, where, [], AT.getTime());
    const { data } = await listUnmatched(tx, { state: 'open' }, { limit: 9 });
    const counts = data.map(({ name, row }) => `${name} ${row.messages}`);
    expect(counts.sort()).toEqual(['ann 3', 'bob 3', 'cleo 1']);
  });
});

test('an address that no message had for a year is forgotten, unless somebody decided about it (POL-28, MAIL-9)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const where = await pairingIn(tx);
    const meet = (address: string, days: number) =>
      countUnmatched(
        tx,
        where,
        [{ address, name: null, code: 'creation_off' }],
        later(-days * DAY_MS).getTime(),
      );
    await meet('old@fabrikam.example', 366);
    await meet('ignored@fabrikam.example', 366);
    await tx.updateTable('unmatched_addresses').set({ state: 'ignored' }).execute();
    await meet('forgotten@fabrikam.example', 366);
    await meet('again@fabrikam.example', 366);
    await meet('again@fabrikam.example', 364);

    expect((await purge(tx, AT)).unmatchedAddresses).toBe(1);
    const rows = await tx.selectFrom('unmatched_addresses').select(['state', 'messages']).execute();
    expect(rows.map(({ state, messages }) => `${state} ${messages}`).sort()).toEqual([
      'ignored 1',
      'ignored 1',
      'open 2',
    ]);
  });
});

test('what was due is asked for once: messages of archives wait, those of drop folders are found there (MAIL-3)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId } = await pairingIn(tx);
    const due = { ...failing, nextAttemptAtMs: AT.getTime() };
    const entries = [
      entry(tx, 'inbox', { ...due, folderId: 'mail:inbox' }),
      entry(tx, 'sent', { ...due, folderId: 'mail:sentitems' }),
      entry(tx, 'dropped', { ...due, folderId: 'drop' }),
    ];
    await saveMessages(tx, pairingId, entries, AT.getTime());
    await requeueDueMessages(tx, pairingId, ['mail:inbox'], AT.getTime());
    expect(await waitingKinds(tx, pairingId, AT.getTime())).toEqual(['inbox']);
    const known = await messageEntries(tx, pairingId, ['inbox', 'sent', 'dropped']);
    expect([...known.values()].map(({ nextAttemptAtMs }) => nextAttemptAtMs)).toEqual([null, null, null]);
  });
});

test('messages that left their drop folder are waited for no more (MAIL-3)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId } = await pairingIn(tx);
    const entries = [
      entry(tx, 'here', failing),
      entry(tx, 'left', failing),
      entry(tx, 'elsewhere', { ...failing, folderId: 'another' }),
      entry(tx, 'archived'),
    ];
    await saveMessages(tx, pairingId, entries, AT.getTime());
    const places = { folderIds: ['drop'], present: ['here'] };
    const told = { code: 'left_folder', reason: 'It left.' };
    expect(await leaveMessages(tx, pairingId, places, told, AT.getTime())).toEqual([entries[1]?.id]);
    const known = await messageEntries(tx, pairingId, ['left']);
    expect(known.get('left')).toMatchObject({
      state: 'excluded',
      code: 'left_folder',
      nextAttemptAtMs: null,
    });
  });
});

test('a message that cannot be read any more keeps the subject that it is found by (OPS-2)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId } = await pairingIn(tx);
    const known = entry(tx, 'm1', failing);
    await saveMessages(tx, pairingId, [known], AT.getTime());
    const unread = { ...entry(tx, 'm2', failing), label: null };
    await saveMessages(
      tx,
      pairingId,
      [{ ...known, label: null, code: 'unreadable', reason: 'No.' }, unread],
      AT.getTime(),
    );
    const { data } = await listItems(tx, pairingId, { q: 'offer for the bridge' }, { limit: 9 });
    expect(data).toMatchObject([{ row: { id: known.id, code: 'unreadable' } }]);
    const found = await listItems(tx, pairingId, { q: 'm2' }, { limit: 9 });
    expect(found.data).toMatchObject([{ label: { name: '' } }]);
  });
});

test('an attempt that is taken up again is looked for since it began (MAIL-7)', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const { pairingId, connectionId } = await pairingIn(tx);
    const key = { connectionId, identityHash: 'hash', target: 'create:cases' };
    const claim = (nowMs: number, goneId: string | null = null) =>
      claimArchive(tx, key, { pairingId, goneId, nowMs });
    const times = async () => {
      const [archive] = await archivedOf(tx, connectionId, ['hash']);
      return [archive?.begunAtMs, archive?.claimedAtMs];
    };
    await lockMessages(tx, connectionId, ['hash', 'hash', 'other']);
    expect(await claim(1_000)).toBe(true);
    await renewArchives(tx, [key], pairingId, 1_500);
    expect(await times()).toEqual([1_000, 1_500]);
    expect(await claim(2_000)).toBe(true);
    expect(await times()).toEqual([1_000, 2_000]);
    await noteAttempt(tx, key, pairingId, { recordId: 'case', isOver: false });
    expect(await times()).toEqual([1_000, 2_000]);
    await settleArchive(
      tx,
      { ...key, crmId: 'email', recordId: 'case', people: [], isOwn: true },
      pairingId,
      2_000,
    );
    expect(await claim(3_000)).toBe(false);
    await releaseArchive(tx, key, pairingId);
    expect(await claim(4_000, 'email')).toBe(true);
    expect(await times()).toEqual([4_000, 4_000]);
    await releaseArchive(tx, key, 'another pairing');
    expect(await times()).toEqual([4_000, 4_000]);
    await releaseArchive(tx, key, pairingId);
    expect(await archivedOf(tx, connectionId, ['hash'])).toEqual([]);
  });
});
