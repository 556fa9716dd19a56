import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from './environment.ts';

export const TEMPORAL_CLI_VERSION = '1.5.1';

export function cacheFolder(environment: Environment): string {
  return join(environment.XDG_CACHE_HOME, 'tandem');
}

export function cachedTemporal(environment: Environment): string {
  return join(cacheFolder(environment), `temporal-${TEMPORAL_CLI_VERSION}`, 'temporal');
}

/** The `temporal` program of the machine, else the one in the cache folder. */
export function findTemporal(environment: Environment): string | undefined {
  const cached = cachedTemporal(environment);
  return findOnPath('temporal', environment) ?? (isExecutable(cached) ? cached : undefined);
}

export function findOnPath(program: string, environment: Environment): string | undefined {
  return environment.PATH.split(delimiter)
    .filter(Boolean)
    .map(folder => join(folder, program))
    .find(isExecutable);
}

/** One line that differs between versions of the program, of the server in it, or of its UI. */
export function temporalVersion(binary: string): string {
  const { status, stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${binary} does not run: ${error?.message ?? `exit code ${status}`}`);
  return stdout.trim();
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
