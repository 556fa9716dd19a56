import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the process tells in its last line. */
export interface SeedsVerdict {
  readonly runs: number;
  readonly failure: string | null;
}

interface Failure {
  readonly seed: number;
  readonly invariant: unknown;
  readonly story: unknown;
}
type Run = (range: {
  from: number;
  runs: number;
}) => Promise<{ failures: readonly Failure[] }> | { failures: readonly Failure[] };

const FIRST_SEED = 1;
const FIRST_LOT = 20;

const [module = '', entry = '', most = '0'] = process.argv.slice(2);
const exported = (await import(pathToFileURL(resolve(module)).href)) as Record<string, Run | undefined>;
const run = exported[entry];
if (!run) throw new Error(`${module} exports no ${entry}.`);
console.log(JSON.stringify(await firstFailure(run, Number(most))));

/** Lots grow, so that a mistake that shows at once costs little. */
async function firstFailure(runLot: Run, wanted: number): Promise<SeedsVerdict> {
  for (let done = 0, lot = FIRST_LOT; done < wanted; done += lot, lot *= 4) {
    const runs = Math.min(lot, wanted - done);
    const { failures } = await runLot({ from: FIRST_SEED + done, runs });
    const [first] = [...failures].sort((a, b) => a.seed - b.seed);
    if (first)
      return { runs: first.seed - FIRST_SEED + 1, failure: `${first.invariant}: ${lastLine(first.story)}` };
  }
  return { runs: wanted, failure: null };
}

function lastLine(story: unknown): string {
  return String(story).trim().split('\n').at(-1) ?? '';
}
