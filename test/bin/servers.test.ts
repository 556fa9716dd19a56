import { Connection } from '@temporalio/client';
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { createDatabase } from '../setup/database.ts';
import { createTimeSkipping, timeSkippingMissing } from '../setup/time-skipping.ts';

test('the development server has the search attributes and keeps histories for a month', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  try {
    const attributes = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(attributes.customAttributes)).toEqual(
      expect.arrayContaining(['PairingId', 'OrganizationId', 'PolicyId', 'SyncState', 'ErrorStreak']),
    );
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  } finally {
    await connection.close();
  }
});

test('a database of one test is migrated, and the application is no superuser in it', async () => {
  const database = await createDatabase();
  const client = new pg.Client({ connectionString: database.applicationUrl });
  await client.connect();
  const { rows } = await client.query('select rolname, rolsuper from pg_roles where rolname = current_user');
  expect(rows).toEqual([{ rolname: 'tandem_app', rolsuper: false }]);
  await expect(client.query('select count(*) from organizations')).resolves.toBeDefined();
  await client.end();
  await database.drop();
});

describe.skipIf(timeSkippingMissing)(
  `time skipping${timeSkippingMissing ? ` (${timeSkippingMissing})` : ''}`,
  () => {
    test('a day passes at once', async () => {
      const environment = await createTimeSkipping();
      const before = await environment.currentTimeMs();
      await environment.sleep('1 day');
      expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(86_400_000);
      await environment.teardown();
    });
  },
);
