import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { connection, useWorld } from './world.ts';

const world = useWorld();
let owner: pg.Client;

beforeAll(async () => {
  owner = new pg.Client({ connectionString: world.urls.ownerUrl });
  await owner.connect();
});
afterAll(() => owner.end());

test('migrating again changes nothing', async () => {
  expect(await migrate({ ownerUrl: world.urls.ownerUrl })).toEqual({ applied: [] });
});

test('migrating waits for no transaction that uses the tables', async () => {
  const ours = await world.organization();
  await world.database.inOrganization(ours, async tx => {
    await connection(tx);
    expect(await migrate({ ownerUrl: world.urls.ownerUrl })).toEqual({ applied: [] });
  });
});

test('the owner is an ordinary role, the application owns nothing and bypasses nothing', async () => {
  const { rows } = await owner.query(`
    select rolname, rolsuper, rolbypassrls, rolcreatedb,
      (select count(*)::int from pg_class c where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace) > 0
        as owns
    from pg_roles r where rolname in (current_user, 'tandem_app') order by rolname`);
  expect(rows).toMatchObject([
    { rolname: 'tandem_app', rolsuper: false, rolbypassrls: false, rolcreatedb: false, owns: false },
    { rolsuper: false, rolbypassrls: false, owns: true },
  ]);
});

test('every table forces row-level security on the application by its organization', async () => {
  const { rows } = await owner.query(`
    select c.relname, c.relrowsecurity and c.relforcerowsecurity as forced, p.qual, p.with_check
    from pg_class c
    left join pg_policies p
      on p.schemaname = 'public' and p.tablename = c.relname and p.roles::text[] = array['tandem_app'] and p.cmd = 'ALL'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`);
  expect(rows.length).toBeGreaterThan(20);
  const mine = "(organization_id = current_setting('tandem.organization'::text, true))";
  for (const row of rows) {
    expect(row).toEqual({ relname: row.relname, forced: true, qual: mine, with_check: mine });
  }
});

test('the audit log can be added to and read, not rewritten', async () => {
  const { rows } = await owner.query(`
    select privilege_type from information_schema.role_table_grants
    where grantee = 'tandem_app' and table_name = 'audit' order by 1`);
  expect(rows.map(row => row.privilege_type)).toEqual(['INSERT', 'SELECT']);
});

test('whatever runs as the owner has a fixed search path, is on the list, and is not for everybody', async () => {
  const { rows } = await owner.query(`
    select proname, proconfig, has_function_privilege('public', oid, 'execute') as everybody
    from pg_proc where pronamespace = 'public'::regnamespace and prosecdef order by 1`);
  const expected = [
    'api_key_by_hash',
    'feeds_that_should_run',
    'identity_claim',
    'organization_ids',
    'pairings_that_should_run',
  ];
  expect(rows).toEqual(
    expected.map(proname => ({ proname, proconfig: ['search_path=""'], everybody: false })),
  );
});

describe('a release', () => {
  test('finds the tables as it made them', async () => {
    await expect(world.database.requireMigrated()).resolves.toBeUndefined();
  });

  test('refuses those of another release and says what to do', async () => {
    await owner.query(`insert into tandem_migrations.kysely_migration values ('9999-later', 'x')`);
    await expect(world.database.requireMigrated()).rejects.toThrow(/9999-later.*run `migrate`/);
    await expect(migrate({ ownerUrl: world.urls.ownerUrl })).rejects.toThrow(/nothing was changed/);
    await owner.query(`delete from tandem_migrations.kysely_migration where name = '9999-later'`);
  });
});

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly filledIn: boolean;
}

const typeOf: Record<string, string> = {
  text: 'string',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  bool: 'boolean',
  timestamptz: 'Date',
  bytea: 'Buffer',
  jsonb: 'json',
  _text: 'string[]',
};

test('the types of the schema are those of the tables', async () => {
  expect(await typedTables()).toEqual(await realTables());
});

async function realTables(): Promise<Record<string, Column[]>> {
  const { rows } = await owner.query(`
    select table_name, column_name, udt_name, is_nullable = 'YES' as nullable,
      column_default is not null or is_identity = 'YES' as filled_in
    from information_schema.columns where table_schema = 'public' order by table_name, column_name`);
  const tables: Record<string, Column[]> = {};
  for (const row of rows) {
    tables[row.table_name] ??= [];
    tables[row.table_name]?.push({
      name: row.column_name,
      type: typeOf[row.udt_name] ?? row.udt_name,
      nullable: row.nullable,
      filledIn: row.filled_in,
    });
  }
  return tables;
}

async function typedTables(): Promise<Record<string, Column[]>> {
  const files = ['schema.ts', 'schema-mail.ts'].map(name => join(import.meta.dirname, '../../db', name));
  const source = (await Promise.all(files.map(path => readFile(path, 'utf8')))).join('\n');
  const interfaces = source.matchAll(/^(?:export )?interface (\w+)Table( extends Tenant)? \{\n(.*?)^\}/gms);
  const entries = [...interfaces].map(([, name = '', tenant, body = '']) => {
    const columns = [...body.matchAll(/^ {2}(\w+): ([^;]+);/gm)].map(([, column = '', type = '']) =>
      typedColumn(column, type),
    );
    if (tenant) columns.push(typedColumn('organization_id', 'Generated<string>'));
    return [tableName(name), columns.sort((a, b) => (a.name < b.name ? -1 : 1))] as const;
  });
  return Object.fromEntries(entries);
}

function typedColumn(name: string, declared: string): Column {
  return {
    name,
    type: plainType(declared),
    nullable: /\| null$/.test(declared) || declared.startsWith('NullableJson'),
    filledIn: declared.startsWith('Generated') || declared === 'Serial',
  };
}

function plainType(declared: string): string {
  if (declared.includes('Json<')) return 'json';
  if (declared === 'Serial') return 'number';
  const inner = declared
    .replace(/^Generated<\s*(.*?)\s*>$/s, '$1')
    .replace(/ \| null$/, '')
    .trim();
  return /^('|Subscription|Role|Side|UnmatchedState)/.test(inner) ? 'string' : inner;
}

function tableName(type: string): string {
  return type.replace(/(?<!^)[A-Z]/g, letter => `_${letter}`).toLowerCase();
}
