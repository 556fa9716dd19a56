import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { APPLICATION_ROLE, OWNER_ROLE, withLogin } from '../../bin/database.ts';
import { TEMPLATE_DATABASE, TEST_PASSWORD } from './template.ts';

export type TestDatabase = {
  /** The role that owns the schema; no superuser. */
  readonly ownerUrl: string;
  /** The role of API and workers; row-level security applies to it. */
  readonly applicationUrl: string;
  /** A superuser, for what a test must see or break behind the product's back. */
  readonly adminUrl: string;
  drop(): Promise<void>;
};

/** A fresh, migrated database of one's own. */
export async function createDatabase(): Promise<TestDatabase> {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(`create database ${database} template ${TEMPLATE_DATABASE} owner ${OWNER_ROLE}`);
  const login = (user: string) => withLogin(inject('adminUrl'), { user, password: TEST_PASSWORD, database });
  const adminUrl = new URL(inject('adminUrl'));
  adminUrl.pathname = `/${database}`;
  return {
    ownerUrl: login(OWNER_ROLE),
    applicationUrl: login(APPLICATION_ROLE),
    adminUrl: adminUrl.href,
    drop: () => asAdmin(`drop database if exists ${database} with (force)`),
  };
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('adminUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
