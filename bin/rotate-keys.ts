import { openDatabase } from '../db/database.ts';
import { parseKeyRing } from '../db/keys.ts';
import { rotateRing } from '../db/rotation.ts';
import { APPLICATION_ROLE, withLogin } from './database.ts';
import { type Environment, withRequired } from './environment.ts';
import { Home } from './home.ts';
import { installationSecrets } from './installation.ts';

type Say = (line: string) => void;
type Run = { readonly database: { readonly url: string } };

/** Wraps all data keys with the ring's current key, while everything runs; may be stopped and repeated (OPS-5). */
export async function rotateKeys(environment: Environment, say: Say): Promise<void> {
  const { url, keys } = storeOf(environment);
  const keyRing = parseKeyRing(keys);
  const database = openDatabase({ url, keyRing });
  try {
    const { rewrapped } = await rotateRing(database);
    say(`Organizations that were moved to the key "${keyRing.currentId}": ${rewrapped}.`);
    say(
      'Keep older keys in the ring for as long as histories in Temporal name them: see "encryption-key-id" there.',
    );
  } finally {
    await database.close();
  }
}

/** What the environment names; else the installation of the home folder, which must be running. */
function storeOf(environment: Environment): { url: string; keys: string } {
  const home = new Home(environment.TANDEM_HOME);
  const run = environment.TANDEM_DATABASE_APP_URL ? undefined : home.read<Run>('run.json');
  if (!run) {
    const names = ['TANDEM_DATABASE_APP_URL', 'TANDEM_KEYS'] as const;
    const { TANDEM_DATABASE_APP_URL, TANDEM_KEYS } = withRequired(environment, names);
    return { url: TANDEM_DATABASE_APP_URL, keys: TANDEM_KEYS };
  }
  const { keyRing, applicationPassword: password } = installationSecrets(home, environment);
  const database = new URL(run.database.url).pathname.slice(1);
  return { url: withLogin(run.database.url, { user: APPLICATION_ROLE, password, database }), keys: keyRing };
}
