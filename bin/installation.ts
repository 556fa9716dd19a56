import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyRing } from '../db/keys.ts';
import type { Environment } from './environment.ts';
import { type Home, randomSecret } from './home.ts';

/** Secrets of one embedded installation: made at its first start, the same ever after. */
export type Secrets = {
  readonly installationId: string;
  readonly installationKey: string;
  readonly keyRing: string;
  readonly adminPassword: string;
  readonly ownerPassword: string;
  readonly applicationPassword: string;
};

export function installationSecrets(home: Home, environment: Environment): Secrets {
  const made = home.remember('secrets.json', () => ({
    installationId: randomUUID(),
    installationKey: randomSecret(),
    adminPassword: randomSecret(),
    ownerPassword: randomSecret(),
    applicationPassword: randomSecret(),
  }));
  return {
    ...made,
    installationId: environment.TANDEM_INSTALLATION_ID ?? made.installationId,
    installationKey: environment.TANDEM_INSTALLATION_KEY ?? made.installationKey,
    keyRing: environment.TANDEM_KEYS ?? keyRingOf(home),
  };
}

/** In a file of its own: losing it loses what is encrypted, so it is what a backup must have beside the database. */
function keyRingOf(home: Home): string {
  const file = home.path('keys.json');
  if (!existsSync(file)) writeFileSync(file, `${generateKeyRing()}\n`, { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}
