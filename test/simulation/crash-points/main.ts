import { type CrashPointsResult, runCrashPoints } from '../crash-points.ts';
import { readWanted, USAGE, WrongUsage } from './wanted.ts';

process.exitCode = await run();

/** 0: everything recovered, 1: something did not, 2: the command line is wrong. */
async function run(): Promise<number> {
  try {
    const { json, ...options } = readWanted(process.argv.slice(2));
    const startedMs = performance.now();
    const result = await runCrashPoints({ ...options, onCase: showProgress });
    showProgress();
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    process.stdout.write(json ? `${JSON.stringify({ ...result, seconds })}\n` : asText(result, seconds));
    return result.failures.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return 2;
  }
}

/** One line that counts, where somebody looks on; nothing any more without numbers. */
function showProgress(examined?: number, known?: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\x1b[K${examined === undefined ? '' : `${examined} of ${known} runs`}`);
}

function asText({ points, pairs, recovered, stories, failures }: CrashPointsResult, seconds: number): string {
  const lines = stories.map(story => {
    const byMode = Object.entries(story.points).map(([mode, count]) => `${count} ${mode}`);
    return `${story.name}: ${story.effects} effects; crashes: ${byMode.join(', ')}, ${story.pairs} pairs`;
  });
  const told = failures.map(({ words, differences }) => [words, ...differences].join('\n  '));
  const sum = `${points} crash points and ${pairs} pairs, ${recovered} recovered, ${failures.length} failures, ${seconds} s`;
  return `${[...told, ...lines, sum].join('\n')}\n`;
}
