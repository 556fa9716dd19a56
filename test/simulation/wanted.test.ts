import { describe, expect, test } from 'vitest';
import { readWanted, WrongUsage } from './wanted.ts';

describe('the command line of the simulation', () => {
  test('names seeds, and what is done with them', () => {
    const given = '--seeds 3..12 --json --workers 4 --twice 10 --postgres 100 --mutant some-name';
    expect(readWanted(given.split(' '))).toEqual({
      ...{ from: 3, to: 12, tellsStory: false, json: true, mutant: 'some-name', workers: 4 },
      ...{ twiceEvery: 10, postgresEvery: 100, profiles: false },
    });
    expect(readWanted(['--story', '7'])).toMatchObject({ from: 7, to: 7, tellsStory: true, workers: 2 });
  });

  test.each([
    [[], 'either --seeds A..B or --story SEED'],
    [['--seeds', '1..2', '--story', '3'], 'either --seeds A..B or --story SEED'],
    [['--seeds', '5'], '--seeds takes two seeds, as in 1..200, not "5"'],
    [['--seeds', '5..4'], 'the first has to be the smaller'],
    [['--seeds', '1..9999999999'], 'seeds from 0 to 4294967295'],
    [['--story', 'x'], '--story takes seeds'],
    [['--seeds', '1..2', '--workers', '0'], '--workers takes a whole number from 1 to 64'],
    [['--seeds', '1..2', '--twice', '1.5'], '--twice takes a whole number'],
    [['--seed', '1..2'], "Unknown option '--seed'"],
  ])('%j is refused with words', (given, words) => {
    expect(() => readWanted(given)).toThrow(WrongUsage);
    expect(() => readWanted(given)).toThrow(words);
  });
});
