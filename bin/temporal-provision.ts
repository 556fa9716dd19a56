import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, environmentForChild } from './environment.ts';
import { runWithProgress } from './progress.ts';
import { cachedTemporal, findOnPath, findTemporal, TEMPORAL_CLI_VERSION } from './temporal-binary.ts';
import { downloadTemporal } from './temporal-download.ts';
import { hasTemporalTarget } from './temporal-target.ts';

const MODULE = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;

type Say = (line: string) => void;

/** After this a Temporal server can be reached or started; ARCHITECTURE.md section 8 has the order. */
export async function provideTemporal(environment: Environment, say: Say): Promise<void> {
  if (hasTemporalTarget(environment) || findTemporal(environment)) return;
  const fetched = await intoCache(environment, async folder => {
    if (!environment.TANDEM_OFFLINE && (await downloadTemporal(folder))) return true;
    return buildTemporal(folder, environment, say);
  }).catch(error => {
    throw new Error(`${(error as Error).message}\n\n${WHAT_TO_INSTALL}`);
  });
  if (!fetched) throw new Error(WHAT_TO_INSTALL);
  say(`Temporal is ready: ${cachedTemporal(environment)}`);
}

const WHAT_TO_INSTALL = [
  'Tandem needs a Temporal server and found none. Do one of these, then start again:',
  '  - install the Temporal CLI, so that `temporal` is on the PATH: https://docs.temporal.io/cli',
  '  - install Go (https://go.dev/doc/install): Tandem then builds the Temporal CLI by itself, once',
  '  - set TEMPORAL_ADDRESS=host:port to the address of a Temporal server that runs already',
].join('\n');

/** Fills a folder of its own and renames the result: two set-ups at once end with one whole program. */
async function intoCache(
  environment: Environment,
  fill: (folder: string) => Promise<boolean>,
): Promise<boolean> {
  const target = cachedTemporal(environment);
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(`${dirname(target)}-draft-`);
  try {
    if (!(await fill(draft))) return false;
    renameSync(join(draft, 'temporal'), target);
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function buildTemporal(folder: string, environment: Environment, say: Say): Promise<boolean> {
  const go = findOnPath('go', environment);
  if (!go) return false;
  say('Building the Temporal development server with Go (about three minutes, only this once) …');
  await runWithProgress({
    command: go,
    args: ['install', '-ldflags=-s -w', MODULE],
    // In case the machine's Go settings ask for a vendor folder.
    environment: environmentForChild({ GOBIN: folder, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'auto' }),
    progress: seconds => say(`  still building Temporal, ${seconds} s …`),
  });
  return true;
}
