import { CATEGORY } from '../../engine/company.ts';
import { emlOf, letterOf } from './letter.ts';
import type { Copy } from './memory.ts';
import type { Scene } from './scene.ts';

/** A letter arrives where its user has rules for, or among what was sent; without such a folder in the Inbox. */
export async function deliver(scene: Scene): Promise<string | null> {
  const { act, mailbox, memory, atMs, company } = scene;
  const letter = letterOf(act);
  const sent = memory.letters.get(letter.name) ?? { ...letter, sentAtMs: atMs };
  memory.letters.set(letter.name, sent);
  const { key, folderId } = (await scene.place(String(act.place))) ?? { key: 'inbox', folderId: 'inbox' };
  const eml = emlOf(letter, sent.sentAtMs, letter.from === mailbox);
  const { immutableId } = (await company.graph.control('POST', 'deliver', {
    ...{ mailbox, folder: folderId, eml: Buffer.from(eml).toString('base64') },
  })) as { immutableId: string };
  const copy: Copy = {
    ...{ letter: letter.name, mailbox, id: immutableId, isDiscarded: false },
    isEarly: scene.pairing.initializedAtMs === null,
    places: [{ place: key, atMs }],
    markedAtMs: [],
  };
  memory.copies.push(copy);
  const marks = act.isMarked ? await mark(scene, copy, true) : '';
  const { from, to, cc, bcc } = letter;
  const everybody = `from ${from} to ${[...to, ...cc, ...bcc.map(one => `(${one})`)].join(', ')}`;
  return `${letter.name} ${everybody} comes into ${scene.user}'s ${key}${marks}`;
}

export async function drop(scene: Scene): Promise<string | null> {
  const copy = scene.copy();
  const place = await scene.place(String(scene.act.place));
  if (!copy || !place || !(await isThere(scene, copy))) return null;
  await scene.outlook('POST', `/messages/${copy.id}/move`, { destinationId: place.folderId });
  copy.places.push({ place: place.key, atMs: scene.atMs });
  copy.isDiscarded = false;
  return `${scene.user} moves ${copy.letter} to ${place.key}`;
}

export async function discard(scene: Scene): Promise<string | null> {
  const copy = scene.copy();
  if (!copy || !(await isThere(scene, copy))) return null;
  await scene.outlook('DELETE', `/messages/${copy.id}`);
  copy.places.push({ place: 'deleted', atMs: scene.atMs });
  copy.isDiscarded = true;
  return `${scene.user} deletes ${copy.letter}`;
}

export async function categorize(scene: Scene): Promise<string | null> {
  const copy = scene.copy();
  if (!copy || !(await isThere(scene, copy))) return null;
  const isMarked = scene.act.isMarked === true;
  await mark(scene, copy, isMarked);
  return `${scene.user} ${isMarked ? 'gives' : 'takes'} ${copy.letter} the category`;
}

async function mark(scene: Scene, copy: Copy, isMarked: boolean): Promise<string> {
  const path = `/messages/${copy.id}`;
  const { categories } = await scene.outlook<{ categories: string[] }>('GET', path);
  const others = categories.filter(name => name !== CATEGORY);
  await scene.outlook('PATCH', path, { categories: isMarked ? [...others, CATEGORY] : others });
  if (isMarked) copy.markedAtMs.push(scene.atMs);
  return ' with the category';
}

function isThere(scene: Scene, { id }: Copy): Promise<boolean> {
  return scene.outlook('GET', `/messages/${id}`).then(
    () => true,
    () => false,
  );
}
