import { spawn } from 'node:child_process';
import { once } from 'node:events';

const PROGRESS_INTERVAL_MS = 10_000;
const KEPT_OUTPUT_CHARACTERS = 4_000;

export type LongCommand = {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Record<string, string>;
  readonly progress: (seconds: number) => void;
};

/** Runs a command that takes minutes; throws with the end of what it wrote when it fails. */
export async function runWithProgress(long: LongCommand): Promise<void> {
  const startedAtMs = Date.now();
  const timer = setInterval(() => {
    long.progress(Math.round((Date.now() - startedAtMs) / 1000));
  }, PROGRESS_INTERVAL_MS);
  try {
    const child = spawn(long.command, long.args, {
      env: long.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        output = (output + chunk).slice(-KEPT_OUTPUT_CHARACTERS);
      });
    }
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${long.command} ${long.args.join(' ')} failed:\n${output}`);
  } finally {
    clearInterval(timer);
  }
}
