import { describe, expect, it } from 'vitest';
import type { ExistingFolder, FolderOperation } from '../../sync/folders/forest.ts';
import { inRounds } from '../../sync/folders/rounds.ts';

const folder = (id: string, name: string): ExistingFolder => ({
  ...{ id, name, parentId: 'root', key: id },
  isInDeletedItems: false,
});
const ref = (id: string) => ({ type: 'existing', id }) as const;
const rename = (id: string, name: string): FolderOperation => ({ op: 'rename', folder: ref(id), name });
const create = (key: string, parent = 'root'): FolderOperation => ({
  ...{ op: 'create', key, parent: ref(parent), name: key },
});

const existing = [folder('a', '01 A'), folder('b', '02 B'), folder('c', '03 C')];

describe('MAIL-5: what is done to folders at once', () => {
  it.each<[string, FolderOperation[], number[]]>([
    ['nothing', [], []],
    ['new names that nobody has', [rename('a', '02 A'), rename('b', '03 B'), rename('c', '01 C')], [3]],
    ['a name that a folder of the round still has waits', [rename('a', 'x'), rename('b', '01 a')], [1, 1]],
    ['the same name for two', [rename('a', 'x'), rename('b', 'X')], [1, 1]],
    ['the same folder twice', [rename('a', 'x'), rename('a', 'y')], [1, 1]],
    [
      'a name that was freed in an earlier round',
      [rename('a', 'x'), rename('b', '01 A'), rename('c', '02 B')],
      [1, 1, 1],
    ],
    ['folders of one parent', [create('one'), create('two')], [2]],
    ['folders of two parents', [create('one'), create('two', 'a')], [1, 1]],
    ['kinds do not mix', [create('one'), rename('a', 'x'), create('two')], [1, 1, 1]],
    [
      'what is moved, rescued or deleted goes alone',
      [
        { op: 'move', folder: ref('a'), parent: ref('b') },
        { op: 'rescue', folder: ref('c') },
        { op: 'delete', folder: ref('c') },
      ],
      [1, 1, 1],
    ],
  ])('%s', (_, operations, sizes) => {
    const rounds = inRounds(operations, existing);
    expect(rounds.map(round => round.length)).toEqual(sizes);
    expect(rounds.flat()).toEqual(operations);
  });
});
