import { spawn } from 'node:child_process';
import { MUTANT_VARIABLE, PROJECT_ROOT } from '../chosen.ts';
import type { Mutant } from '../mutant.ts';

const LOADER = new URL('../load.ts', import.meta.url).href;
const MOST_OUTPUT = 20_000;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs Node with the mutant, in this process and in those that it starts; without one the product is as it is. */
export async function runNode(
  parameters: readonly string[],
  mutant: Mutant | null,
  timeoutMs: number,
): Promise<Ended> {
  const { [MUTANT_VARIABLE]: _, ...environment } = process.env;
  const child = spawn(process.execPath, parameters, {
    cwd: PROJECT_ROOT,
    env: mutant
      ? { ...environment, [MUTANT_VARIABLE]: mutant.name, NODE_OPTIONS: `--import=${LOADER}` }
      : environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output = (output + text.toString()).slice(-MOST_OUTPUT);
    });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGTERM');
  }, timeoutMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  if (isLate) throw new Error(`It did not end within ${timeoutMs / 60_000} minutes.`);
  return { code, output };
}
