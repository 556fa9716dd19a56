import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendAudit, listAudit } from '../../db/audit.ts';
import { listConnections } from '../../db/connections.ts';
import type { Transaction } from '../../db/database.ts';
import { listNotifications, recordNotification } from '../../db/notifications.ts';
import { createOrganization, listOrganizations } from '../../db/organizations.ts';
import { InvalidCursor, type Page, type PageRequest } from '../../db/page.ts';
import { AT, connection, later, useWorld } from './world.ts';

const world = useWorld();

async function everything<Row>(
  list: (request: PageRequest) => Promise<Page<Row>>,
  limit: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    expect(page.data.length).toBeLessThanOrEqual(limit);
    rows.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return rows;
}

const notify = (tx: Transaction, n: number, at: Date) =>
  recordNotification(tx, {
    kind: 'error',
    dedupe: `n${n}`,
    recipients: [],
    subject: `${n}`,
    body: '',
    state: 'kept',
    at,
  });

describe('a list (OPS-1)', () => {
  test('gives every row once and in order, whatever the page size, also with equal times', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      for (let n = 0; n < 7; n++) await notify(tx, n, later(Math.floor(n / 3) * 1_000));
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), async limit => {
        const rows = await world.database.inOrganization(ours, tx =>
          everything(request => listNotifications(tx, request), limit),
        );
        expect(new Set(rows.map(row => row.subject)).size).toBe(7);
        const times = rows.map(row => row.createdAt.getTime());
        expect(times).toEqual([...times].sort((a, b) => b - a));
      }),
      { numRuns: 9 },
    );
  });

  test('is not shifted by rows that come between two pages', async () => {
    const ours = await world.organization();
    const seen = await world.database.inOrganization(ours, async tx => {
      for (const action of ['a', 'b', 'c'])
        await appendAudit(tx, { at: AT, actor: 'k', action, outcome: 'done' });
      const first = await listAudit(tx, { limit: 2 });
      await appendAudit(tx, { at: AT, actor: 'k', action: 'd', outcome: 'done' });
      const second = await listAudit(tx, { limit: 2, cursor: first.nextCursor ?? undefined });
      return [...first.data, ...second.data].map(entry => entry.action);
    });
    expect(seen).toEqual(['c', 'b', 'a']);
  });

  test("refuses a cursor that is not its own: made up, another list's, another organization's", async () => {
    const [ours, theirs] = [await world.organization(), await world.organization()];
    const cursorOf = (organizationId: string) =>
      world.database.inOrganization(organizationId, async tx => {
        await connection(tx);
        await connection(tx);
        return (await listConnections(tx, { limit: 1 })).nextCursor ?? '';
      });
    const [cursor, foreign] = [await cursorOf(ours), await cursorOf(theirs)];
    await world.database.inOrganization(ours, async tx => {
      expect((await listConnections(tx, { limit: 1, cursor })).data).toHaveLength(1);
      for (const wrong of ['', 'nonsense', `${cursor}x`, `W10.${cursor.split('.')[1]}`, foreign]) {
        await expect(listConnections(tx, { limit: 1, cursor: wrong }), wrong).rejects.toBeInstanceOf(
          InvalidCursor,
        );
      }
      await expect(listAudit(tx, { limit: 1, cursor })).rejects.toBeInstanceOf(InvalidCursor);
    });
  });

  test('of the audit log is filtered by who, what, which and when', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      await appendAudit(tx, {
        at: AT,
        actor: 'k1',
        action: 'policy.change',
        target: 'pol_1',
        outcome: 'done',
      });
      await appendAudit(tx, {
        at: later(1_000),
        actor: 'k2',
        action: 'policy.change',
        target: 'pol_2',
        outcome: 'denied',
        detail: { needs: 'admin' },
        requestId: 'r',
      });
      const found = async (filter: Parameters<typeof listAudit>[2]) =>
        (await listAudit(tx, { limit: 9 }, filter)).data.map(entry => entry.target);
      expect(await found({})).toEqual(['pol_2', 'pol_1']);
      expect(await found({ actor: 'k1' })).toEqual(['pol_1']);
      expect(await found({ action: 'policy.change', target: 'pol_2' })).toEqual(['pol_2']);
      expect(await found({ from: later(1_000) })).toEqual(['pol_2']);
      expect(await found({ before: later(1_000) })).toEqual(['pol_1']);
      expect((await listAudit(tx, { limit: 1 })).data[0]).toMatchObject({
        at: later(1_000),
        outcome: 'denied',
        detail: { needs: 'admin' },
        requestId: 'r',
      });
    });
  });
});

test('the installation lists organizations one after the other', async () => {
  const others = await world.database.organizationIds();
  for (const id of ['org_zzz1', 'org_zzz2', 'org_zzz3']) {
    const facts = { id, name: id, subscription: 'lite' as const, createdAt: AT };
    await createOrganization(world.database, facts, async () => undefined);
  }
  const first = await listOrganizations(world.database, { limit: others.length + 2 });
  expect(first.data.slice(-2)).toMatchObject([{ id: 'org_zzz1', trial: false }, { id: 'org_zzz2' }]);
  expect(first.nextAfter).toBe('org_zzz2');
  const second = await listOrganizations(world.database, { limit: 1, after: 'org_zzz2' });
  expect(second).toMatchObject({ data: [{ id: 'org_zzz3' }], nextAfter: null });
});
