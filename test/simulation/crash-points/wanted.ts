import { parseArgs } from 'node:util';
import { CRASH_MODES, type CrashPointsOptions } from '../crash-points.ts';
import { stories } from '../stories/index.ts';

const NAMES = stories.map(({ name }) => name);

export const USAGE = `npm run crash-points -- [options]
  --story NAME      one story instead of all; may be given more than once:
                    ${NAMES.join(', ')}
  --mode MODE       ${CRASH_MODES.join(', ')} instead of all three; may be given more than once
  --every N         one of N crash points of each story instead of all
  --pairs all|N     a second crash in the recovery from the first: at each effect of each, or N of them by chance
  --seed N          of that chance (1)
  --workers N       processes side by side (2)
  --json            the result as one JSON object`;

export interface Wanted extends CrashPointsOptions {
  readonly json: boolean;
}

/** The command line is wrong; the message says what to do. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export function readWanted(parameters: readonly string[]): Wanted {
  const { json = false, story = NAMES, mode = CRASH_MODES, ...values } = parsed(parameters);
  return {
    json,
    stories: story.map(name => oneOf('--story', NAMES, name)),
    modes: mode.map(name => oneOf('--mode', CRASH_MODES, name)),
    every: count('--every', values.every, 1),
    pairs: values.pairs === 'all' ? 'all' : count('--pairs', values.pairs, 0),
    seed: count('--seed', values.seed, 1),
    workers: count('--workers', values.workers, 2),
  };
}

function parsed(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        story: { type: 'string', multiple: true },
        mode: { type: 'string', multiple: true },
        every: { type: 'string' },
        pairs: { type: 'string' },
        seed: { type: 'string' },
        workers: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

function oneOf<T extends string>(option: string, known: readonly T[], given: string): T {
  const found = known.find(one => one === given);
  if (found === undefined)
    throw new WrongUsage(`${option} takes ${known.map(one => `"${one}"`).join(', ')}, not "${given}".`);
  return found;
}

function count(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 1_000_000)
    throw new WrongUsage(`${option} takes a whole number from 1 to 1000000, not "${text}".`);
  return number;
}
