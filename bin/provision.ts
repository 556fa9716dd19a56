/** What `setup.mjs` runs on the installed Node: finds, fetches or builds the servers that are no npm packages. */
import { EnvironmentError, readEnvironment } from './environment.ts';
import { provideTemporal } from './temporal-provision.ts';
import { provideTestServer } from './test-server.ts';

try {
  const environment = readEnvironment();
  await provideTemporal(environment, line => console.log(line));
  if (process.argv[2] === 'test') await provideTestServer(environment, line => console.log(line));
} catch (error) {
  console.error(error instanceof EnvironmentError ? error.message : (error as Error).message);
  process.exitCode = 1;
}
