import type { ExistingFolder, FolderOperation, FolderRef } from './forest.ts';
import { foldedName } from './names.ts';

/**
 * The operations of a plan in rounds: those of a round may be carried out in any order, at once. New folders of one parent
 * go together, and new names that nobody of the round still has.
 */
export function inRounds(
  operations: readonly FolderOperation[],
  existing: readonly ExistingFolder[],
): FolderOperation[][] {
  const names = new Map(existing.map(({ id, name }) => [id, foldedName(name)]));
  const rounds: FolderOperation[][] = [];
  for (const operation of operations) {
    const round = rounds.at(-1);
    if (round?.every(other => isIndependent(operation, other, names))) round.push(operation);
    else {
      for (const done of round ?? []) if (done.op === 'rename') learn(done, names);
      rounds.push([operation]);
    }
  }
  return rounds;
}

type Names = Map<string, string>;

function isIndependent(operation: FolderOperation, other: FolderOperation, names: Names): boolean {
  if (operation.op === 'create')
    return other.op === 'create' && nameOf(operation.parent) === nameOf(other.parent);
  if (operation.op !== 'rename' || other.op !== 'rename') return false;
  const id = nameOf(operation.folder);
  const otherId = nameOf(other.folder);
  const wanted = foldedName(operation.name);
  return id !== otherId && wanted !== foldedName(other.name) && wanted !== names.get(otherId);
}

function learn({ folder, name }: Extract<FolderOperation, { op: 'rename' }>, names: Names): void {
  names.set(nameOf(folder), foldedName(name));
}

const nameOf = (ref: FolderRef) => (ref.type === 'existing' ? ref.id : `new ${ref.key}`);
