import pg from 'pg';

/** Owns the schema and runs migrations; no superuser, as in production. May create the application's role. */
export const OWNER_ROLE = 'tandem_owner';
/** What the API and the workers connect as: owns nothing, so row-level security applies to it. */
export const APPLICATION_ROLE = 'tandem_app';

export type Login = { readonly user: string; readonly password: string; readonly database: string };

/** Makes the owner's role and its database where they are missing; answers the owner's connection URL. */
export async function ensureDatabase(
  adminUrl: string,
  database: string,
  ownerPassword: string,
): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const owner = client.escapeIdentifier(OWNER_ROLE);
    const role = await client.query('select 1 from pg_roles where rolname = $1', [OWNER_ROLE]);
    const verb = role.rowCount === 0 ? 'create' : 'alter';
    await client.query(
      `${verb} role ${owner} login createrole password ${client.escapeLiteral(ownerPassword)}`,
    );
    const known = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (known.rowCount === 0) {
      await client.query(`create database ${client.escapeIdentifier(database)} owner ${owner}`);
    }
  } finally {
    await client.end();
  }
  return withLogin(adminUrl, { user: OWNER_ROLE, password: ownerPassword, database });
}

/** The same server, another role and database. */
export function withLogin(url: string, login: Login): string {
  const result = new URL(url);
  result.username = login.user;
  result.password = encodeURIComponent(login.password);
  result.pathname = `/${login.database}`;
  return result.href;
}
