import { ensureDatabase } from '../../bin/database.ts';
import { migrate } from '../../db/migrate.ts';

/** Migrated once per run; every test's database is a copy of it. */
export const TEMPLATE_DATABASE = 'tandem_template';
export const TEST_PASSWORD = 'test';

export async function createTemplate(adminUrl: string): Promise<void> {
  const ownerUrl = await ensureDatabase(adminUrl, TEMPLATE_DATABASE, TEST_PASSWORD);
  await migrate({ ownerUrl, applicationPassword: TEST_PASSWORD });
}
