import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../db/database.ts';
import { admit, keepAnswer, withdraw } from '../../db/idempotency-keys.ts';
import { newId } from '../../db/ids.ts';
import {
  listNotifications,
  pendingNotifications,
  recordNotification,
  settleNotification,
} from '../../db/notifications.ts';
import {
  finishOperation,
  finishOperationsOfCycle,
  getOperation,
  reportProgress,
  runningOperation,
  startOperation,
} from '../../db/operations.ts';
import { purge } from '../../db/retention.ts';
import { AT, later, pairing, policy, useWorld } from './world.ts';

const world = useWorld();
const DAY_MS = 24 * 60 * 60_000;

async function pairingIn(tx: Transaction, options: Record<string, unknown> = {}) {
  const { id, crmConnectionId } = await policy(tx, options);
  const mailbox = `${newId('item', randomBytes)}@contoso.example`;
  return { pairingId: await pairing(tx, id, mailbox), crmConnectionId };
}

describe('an Idempotency-Key (OPS-1)', () => {
  const request = { key: 'k', requestHash: 'h', at: AT };

  test('lets the first request through and repeats its answer to the others', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      expect(await admit(tx, request)).toEqual({ kind: 'first' });
      expect(await admit(tx, request)).toEqual({ kind: 'running' });
      await keepAnswer(tx, 'k', { status: 201, body: { id: 'pol_1' } });
      expect(await admit(tx, request)).toEqual({ kind: 'answered', status: 201, body: { id: 'pol_1' } });
      expect(await admit(tx, { ...request, requestHash: 'other' })).toEqual({ kind: 'mismatch' });
    });
    const theirs = await world.organization();
    expect(await world.database.inOrganization(theirs, tx => admit(tx, request))).toEqual({ kind: 'first' });
  });

  test('admits one of many that come at once', async () => {
    const ours = await world.organization();
    const kinds = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const admission = await world.database.inOrganization(ours, tx => admit(tx, request));
        return admission.kind;
      }),
    );
    expect(kinds.sort()).toEqual(['first', ...Array(7).fill('running')]);
  });

  test('can be used again after a refusal, and after a server died over it', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      await admit(tx, request);
      await withdraw(tx, 'k');
      expect(await admit(tx, request)).toEqual({ kind: 'first' });
      expect(await admit(tx, { ...request, at: later(60_000) })).toEqual({ kind: 'running' });
      expect(await admit(tx, { ...request, at: later(60_001) })).toEqual({ kind: 'first' });
      await keepAnswer(tx, 'k', { status: 200, body: null });
      await withdraw(tx, 'k');
      expect(await admit(tx, request)).toEqual({ kind: 'answered', status: 200, body: null });
    });
  });
});

describe('an operation', () => {
  test('shows its progress, then its first end', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      const id = await startOperation(tx, { kind: 'preview', at: AT });
      await reportProgress(tx, id, { phase: 'contacts', done: 3, expected: 9 });
      expect(await getOperation(tx, id)).toEqual({
        id,
        kind: 'preview',
        pairingId: null,
        policyId: null,
        state: 'running',
        progress: { phase: 'contacts', done: 3, expected: 9 },
        result: null,
        createdAt: AT,
        finishedAt: null,
      });
      await finishOperation(tx, id, { state: 'done', result: { creates: 2 }, at: later(1) });
      await finishOperation(tx, id, { state: 'failed', at: later(2) });
      await reportProgress(tx, id, { phase: 'late' });
      expect(await getOperation(tx, id)).toMatchObject({
        state: 'done',
        result: { creates: 2 },
        progress: { phase: 'contacts' },
        finishedAt: later(1),
      });
      expect(await getOperation(tx, 'opr_unknown')).toBeUndefined();
    });
  });

  test('that waits for a cycle ends with it, and not with an earlier one or with another pairing', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      const [{ pairingId }, other] = [await pairingIn(tx), await pairingIn(tx)];
      const sync = { kind: 'sync', untilCycle: 5, at: AT };
      const id = await startOperation(tx, { ...sync, pairingId });
      await startOperation(tx, { ...sync, pairingId: other.pairingId });
      const unbound = await startOperation(tx, { kind: 'cleanup', pairingId, at: AT });
      expect(await runningOperation(tx, pairingId, 'sync')).toBe(id);
      expect(await finishOperationsOfCycle(tx, { pairingId, cycle: 4, at: later(1) })).toEqual([]);
      expect(await finishOperationsOfCycle(tx, { pairingId, cycle: 6, at: later(2) })).toEqual([id]);
      expect(await runningOperation(tx, pairingId, 'sync')).toBeUndefined();
      expect(await runningOperation(tx, pairingId, 'cleanup')).toBe(unbound);
    });
  });
});

test('a notification is told once, waits until it is sent, and remembers how that went (POL-3)', async () => {
  const ours = await world.organization();
  await world.database.inOrganization(ours, async tx => {
    const facts = {
      kind: 'error',
      recipients: ['admin@contoso.example'],
      subject: 'Stopped',
      body: 'Ada: the secret expired.',
      state: 'pending' as const,
    };
    const first = await recordNotification(tx, { ...facts, dedupe: 'a', at: AT });
    expect(await recordNotification(tx, { ...facts, dedupe: 'a', at: later(1) })).toBeUndefined();
    const second = await recordNotification(tx, { ...facts, dedupe: 'b', at: later(2) });
    await recordNotification(tx, { ...facts, dedupe: 'c', state: 'kept', at: later(3) });

    expect((await pendingNotifications(tx, 9)).map(({ id }) => id)).toEqual([first, second]);
    await settleNotification(tx, first ?? '', { state: 'sent', at: later(4) });
    await settleNotification(tx, second ?? '', { state: 'failed', error: 'No such host.' });
    expect(await pendingNotifications(tx, 9)).toEqual([]);
    const { data } = await listNotifications(tx, { limit: 9 });
    expect(data).toMatchObject([
      { state: 'kept' },
      { state: 'failed', error: 'No such host.', sentAt: null },
      { state: 'sent', error: null, sentAt: later(4), subject: 'Stopped', body: 'Ada: the secret expired.' },
    ]);
  });
});

async function history(tx: Transaction, pairingId: string, ageDays: number, number: number): Promise<void> {
  const at = later(-ageDays * DAY_MS);
  await tx
    .insertInto('cycles')
    .values({ id: tx.newId('cycle'), pairing_id: pairingId, number, trigger: 'schedule', started_at: at })
    .execute();
  await tx
    .insertInto('item_events')
    .values({ pairing_id: pairingId, item_id: 'itm_1', cycle: number, at, action: 'update', reason: 'r' })
    .execute();
}

const kept = (tx: Transaction, pairingId: string) =>
  tx.selectFrom('cycles').select('number').where('pairing_id', '=', pairingId).orderBy('number').execute();

test("history goes when its policy's retention is over (POL-28), other organizations' stays", async () => {
  const [ours, theirs] = [await world.organization(), await world.organization()];
  const fill = (organizationId: string) =>
    world.database.inOrganization(organizationId, async tx => {
      const byDefault = await pairingIn(tx);
      const short = await pairingIn(tx, { retentionDays: 7 });
      for (const { pairingId } of [byDefault, short]) {
        await history(tx, pairingId, 91, 1);
        await history(tx, pairingId, 89, 2);
        await history(tx, pairingId, 8, 3);
        await history(tx, pairingId, 6, 4);
      }
      const entry = { kind: 'Contact', version: '1', settled: true, deleted: false };
      for (const [seq, days] of [31, 29].entries()) {
        await tx
          .insertInto('change_log')
          .values({
            ...entry,
            connection_id: short.crmConnectionId,
            record_id: `${seq}`,
            seq,
            logged_at: later(-days * DAY_MS),
          })
          .execute();
      }
      await admit(tx, { key: 'old', requestHash: 'h', at: later(-2 * DAY_MS) });
      await startOperation(tx, { kind: 'cleanup', at: later(-91 * DAY_MS) });
      const done = await startOperation(tx, { kind: 'cleanup', at: later(-91 * DAY_MS) });
      await finishOperation(tx, done, { state: 'done', at: AT });
      return { byDefault: byDefault.pairingId, short: short.pairingId };
    });
  const [mine, other] = [await fill(ours), await fill(theirs)];

  await world.database.inOrganization(ours, async tx => {
    expect(await purge(tx, AT)).toEqual({
      itemEvents: 4,
      items: 0,
      cycles: 4,
      changeLog: 1,
      deletions: 0,
      answers: 1,
      operations: 1,
      notifications: 0,
      unmatchedAddresses: 0,
    });
    expect(await kept(tx, mine.byDefault)).toEqual([{ number: 2 }, { number: 3 }, { number: 4 }]);
    expect(await kept(tx, mine.short)).toEqual([{ number: 4 }]);
    const events = await tx.selectFrom('item_events').select('cycle').orderBy('id').execute();
    expect(events.map(({ cycle }) => cycle)).toEqual([2, 3, 4, 4]);
  });
  expect(await world.database.inOrganization(theirs, tx => kept(tx, other.short))).toHaveLength(4);
});
