import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { APPLICATION_ROLE, ensureDatabase, OWNER_ROLE, withLogin } from '../../bin/database.ts';
import { migrate } from '../../db/migrate.ts';

/** Migrated once per run; every test's database is a copy of it. */
const TEMPLATE_DATABASE = 'tandem_template';
const TEST_PASSWORD = 'test';

export type TestDatabase = {
  /** The role that owns the schema; no superuser. */
  readonly ownerUrl: string;
  /** The role of API and workers; row-level security applies to it. */
  readonly applicationUrl: string;
  /** A superuser, for what a test must see or break behind the product's back. */
  readonly adminUrl: string;
  drop(): Promise<void>;
};

export async function createTemplate(adminUrl: string): Promise<void> {
  const ownerUrl = await ensureDatabase(adminUrl, TEMPLATE_DATABASE, TEST_PASSWORD);
  await migrate({ ownerUrl, applicationPassword: TEST_PASSWORD });
}

/** A fresh, migrated database on a server that has the template. */
export async function copyTemplate(adminUrl: string): Promise<TestDatabase> {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(adminUrl, `create database ${database} template ${TEMPLATE_DATABASE} owner ${OWNER_ROLE}`);
  const login = (user: string) => withLogin(adminUrl, { user, password: TEST_PASSWORD, database });
  const ownAdminUrl = new URL(adminUrl);
  ownAdminUrl.pathname = `/${database}`;
  return {
    ownerUrl: login(OWNER_ROLE),
    applicationUrl: login(APPLICATION_ROLE),
    adminUrl: ownAdminUrl.href,
    drop: () => asAdmin(adminUrl, `drop database if exists ${database} with (force)`),
  };
}

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
