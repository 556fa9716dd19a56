import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { TEMPORAL_CLI_VERSION } from './temporal-binary.ts';

const ANSWER_WITHIN_MS = 5_000;
const DOWNLOAD_WITHIN_MS = 300_000;

/**
 * Puts the official release into the folder. A machine without that way out goes on to the next possibility, soon,
 * so every failure is an answer and none is thrown.
 */
export async function downloadTemporal(folder: string): Promise<boolean> {
  try {
    const file = join(folder, 'temporal.tar.gz');
    writeFileSync(file, await fetchWhole(releaseUrl()));
    return spawnSync('tar', ['-xzf', file, '-C', folder, 'temporal']).status === 0;
  } catch {
    return false;
  }
}

function releaseUrl(): string {
  const architecture = arch() === 'x64' ? 'amd64' : arch();
  const name = `temporal_cli_${TEMPORAL_CLI_VERSION}_${platform()}_${architecture}.tar.gz`;
  return `https://github.com/temporalio/cli/releases/download/v${TEMPORAL_CLI_VERSION}/${name}`;
}

async function fetchWhole(url: string): Promise<Buffer> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), DOWNLOAD_WITHIN_MS);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}
