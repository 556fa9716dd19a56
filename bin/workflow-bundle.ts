import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from './data-converter.ts';

const WORKFLOWS = fileURLToPath(new URL('../workflows/', import.meta.url));
const SDK_VERSION = createRequire(import.meta.url)('@temporalio/worker/package.json').version as string;

type Bundle = NonNullable<WorkerOptions['workflowBundle']>;

/** The workflows' code, bundled once for each state of their files and each version of the SDK. */
export async function workflowBundle(cacheFolder: string): Promise<Bundle> {
  const file = join(cacheFolder, `workflows-${fingerprint()}.js`);
  if (existsSync(file)) return { codePath: file };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(WORKFLOWS, 'index.ts'),
    failureConverterPath: FAILURE_CONVERTER_PATH,
  });
  return keep(file, cacheFolder, code) ? { codePath: file } : { code };
}

/** Workflows import nothing of ours but types, so their own files say all. */
function fingerprint(): string {
  const hash = createHash('sha256').update(`${SDK_VERSION}\0${WORKFLOWS}`);
  for (const name of readdirSync(WORKFLOWS).sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(join(WORKFLOWS, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Whole or not at all, for several workers may start at once. Where nothing can be written, each bundles for itself. */
function keep(file: string, folder: string, code: string): boolean {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, code, { mode: 0o600 });
  } catch {
    return false;
  }
  renameSync(draft, file);
  return true;
}
