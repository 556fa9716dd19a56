import { migrate } from '../db/migrate.ts';
import { APPLICATION_ROLE } from './database.ts';
import { type Environment, EnvironmentError, withRequired } from './environment.ts';

/** Brings the schema up to date as its owner, and gives the application's role the password of its own URL. */
export async function runMigrations(environment: Environment, say: (line: string) => void): Promise<void> {
  const { DATABASE_URL, TANDEM_DATABASE_APP_URL } = withRequired(environment, [
    'DATABASE_URL',
    'TANDEM_DATABASE_APP_URL',
  ]);
  const application = new URL(TANDEM_DATABASE_APP_URL);
  if (application.username !== APPLICATION_ROLE) {
    throw new EnvironmentError([`TANDEM_DATABASE_APP_URL: its user must be ${APPLICATION_ROLE}`]);
  }
  const { applied } = await migrate({
    ownerUrl: DATABASE_URL,
    applicationPassword: decodeURIComponent(application.password),
  });
  say(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The schema is up to date.');
}
