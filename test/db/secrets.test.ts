import pg from 'pg';
import { expect, test } from 'vitest';
import { createApiKey } from '../../db/api-keys.ts';
import { createConnection, updateConnection } from '../../db/connections.ts';
import { admit, keepAnswer } from '../../db/idempotency-keys.ts';
import { recordNotification } from '../../db/notifications.ts';
import { finishOperation, startOperation } from '../../db/operations.ts';
import { AT, useWorld } from './world.ts';

const world = useWorld();
const CANARY = 'canary-5f0c2a9e';

/** Reads every column of every table as text, as a dump would hold it. */
async function dump(): Promise<string> {
  const client = new pg.Client({ connectionString: world.urls.adminUrl });
  await client.connect();
  try {
    const tables = await client.query(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema in ('public', 'tandem_migrations')`,
    );
    let text = '';
    for (const { name } of tables.rows) {
      const rows = await client.query(`select t::text as row from ${name} t`);
      text += rows.rows.map(({ row }) => row).join('\n');
    }
    return text;
  } finally {
    await client.end();
  }
}

test('no secret and no content is in a dump, in any encoding (reliability 8.3.1)', async () => {
  const ours = await world.organization();
  const { secret } = await world.database.inOrganization(ours, async tx => {
    const { id } = await createConnection(tx, {
      name: 'CRM',
      side: 'crm',
      system: 'salesforce',
      settings: { loginUrl: 'https://login.example' },
      credentials: { clientSecret: CANARY },
      createdAt: AT,
    });
    await updateConnection(tx, id, 1, { credentials: { clientSecret: `${CANARY}-2` } });
    const operation = await startOperation(tx, { kind: 'preview', at: AT });
    await finishOperation(tx, operation, { state: 'done', result: { subject: CANARY }, at: AT });
    await recordNotification(tx, {
      kind: 'error',
      dedupe: 'once',
      recipients: ['admin@contoso.example'],
      subject: CANARY,
      body: CANARY,
      state: 'kept',
      at: AT,
    });
    const created = await createApiKey(tx, { name: 'CI', role: 'admin', createdAt: AT });
    await admit(tx, { key: 'k', requestHash: 'h', at: AT });
    await keepAnswer(tx, 'k', { status: 201, body: { secret: created.secret } });
    return created;
  });

  const text = await dump();
  expect(text).toContain('https://login.example');
  for (const word of [CANARY, secret]) {
    const spellings = [
      word,
      Buffer.from(word).toString('hex'),
      Buffer.from(word).toString('base64').slice(0, -4),
      Buffer.from(word).toString('base64url').slice(0, -4),
    ];
    for (const spelling of spellings) expect(text.includes(spelling), spelling).toBe(false);
  }
});
