import { parseArgs } from 'node:util';

export const USAGE = `npm run simulate -- --seeds A..B | --story SEED
  --seeds A..B      the seeds to run, both included
  --story SEED      tells what happens in one seed, as it is
  --json            the result as one JSON object
  --mutant NAME     the product has a mistake of test/mutants/catalogue
  --workers N       processes side by side (2)
  --twice N         every N-th seed runs twice and has to do the same again
  --postgres N      every N-th seed runs on a PostgreSQL server as well and has to do the same there
  --profile         tells where the time goes`;

/** What the command line asks for. */
export interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly tellsStory: boolean;
  readonly json: boolean;
  readonly mutant: string | null;
  readonly workers: number;
  readonly twiceEvery: number | null;
  readonly postgresEvery: number | null;
  readonly profiles: boolean;
}

/** The command line is wrong; the message says what to do. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const MOST_WORKERS = 64;

export function readWanted(parameters: readonly string[]): Wanted {
  const values = parsed(parameters);
  if ((values.seeds === undefined) === (values.story === undefined))
    throw new WrongUsage('Say either --seeds A..B or --story SEED.');
  const [from, to] = values.story === undefined ? range(values.seeds ?? '') : oneSeed(values.story);
  return {
    from,
    to,
    tellsStory: values.story !== undefined,
    json: values.json ?? false,
    mutant: values.mutant ?? null,
    workers: count('--workers', values.workers, MOST_WORKERS) ?? 2,
    twiceEvery: count('--twice', values.twice),
    postgresEvery: count('--postgres', values.postgres),
    profiles: values.profile ?? false,
  };
}

function parsed(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        seeds: { type: 'string' },
        story: { type: 'string' },
        json: { type: 'boolean' },
        mutant: { type: 'string' },
        workers: { type: 'string' },
        twice: { type: 'string' },
        postgres: { type: 'string' },
        profile: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

function range(text: string): [number, number] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw new WrongUsage(`--seeds takes two seeds, as in 1..200, not "${text}".`);
  const ends: [number, number] = [seed('--seeds', from), seed('--seeds', to)];
  if (ends[0] > ends[1])
    throw new WrongUsage(`--seeds ${text} holds no seed: the first has to be the smaller.`);
  return ends;
}

function oneSeed(text: string): [number, number] {
  return [seed('--story', text), seed('--story', text)];
}

function seed(option: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number >= 2 ** 32)
    throw new WrongUsage(`${option} takes seeds from 0 to ${2 ** 32 - 1}, not "${text}".`);
  return number;
}

function count(option: string, text: string | undefined, most = 2 ** 32): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most)
    throw new WrongUsage(`${option} takes a whole number from 1 to ${most}, not "${text}".`);
  return number;
}
