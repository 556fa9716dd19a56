import type { Folder } from './hands.ts';
import { OWN_NAMES, type Scene } from './scene.ts';
import { nameIn } from './view.ts';

/** A user renames, moves or deletes a folder of the product, or makes one of his own in it. */
export async function folder(scene: Scene): Promise<string | null> {
  const { act } = scene;
  const what = String(act.what) === 'record' ? `record:${act.record}` : String(act.what);
  const place = await scene.place(what);
  const found = place && (await scene.folder(place.folderId));
  if (!place || !found) return null;
  const deed = HOW[String(act.how)];
  if (!deed) throw new Error(`Nobody can ${act.how} a folder.`);
  const words = await deed(scene, found);
  return words && `${scene.user} ${words} (${place.key})`;
}

const HOW: Readonly<Record<string, (scene: Scene, folder: Folder) => Promise<string | null>>> = {
  async rename(scene, { id, displayName }) {
    const name = `Other ${scene.act.version}`;
    await scene.outlook('PATCH', `/mailFolders/${id}`, { displayName: name });
    return `renames the folder ${displayName} to ${name}`;
  },
  async move(scene, { id, displayName }) {
    const into = await intoOf(scene, id);
    if (into === null) return null;
    const moved = scene.outlook('POST', `/mailFolders/${id}/move`, { destinationId: into.id });
    // There may be one of that name, or it may be inside of the other one.
    if (!(await succeeds(moved))) return null;
    return `moves the folder ${displayName} into ${into.name}`;
  },
  async delete(scene, { id, displayName }) {
    const inside = await within(scene, id);
    const held = await scene.hands.messages(scene.mailbox, inside);
    if (!(await succeeds(scene.outlook('DELETE', `/mailFolders/${id}`)))) return null;
    const ids = new Set(held.map(message => message.id));
    for (const copy of scene.memory.copies) if (ids.has(copy.id)) copy.isDiscarded = true;
    return `deletes the folder ${displayName} with ${held.map(nameIn).join(', ') || 'nothing'} in it`;
  },
  async inside(scene, { id, displayName }) {
    const name = `${OWN_NAMES.inside} ${scene.act.version}`;
    await scene.outlook('POST', `/mailFolders/${id}/childFolders`, { displayName: name });
    return `makes the folder ${name} in ${displayName}`;
  },
};

async function intoOf(scene: Scene, id: string): Promise<{ id: string; name: string } | null> {
  const wanted = String(scene.act.into);
  if (wanted === '') return { id: 'msgfolderroot', name: 'the mailbox' };
  const place = await scene.place(wanted === 'record' ? `record:${scene.act.record}` : wanted);
  if (!place || (await within(scene, id)).some(inside => inside.id === place.folderId)) return null;
  return { id: place.folderId, name: place.key };
}

/** A folder with all that are in it. */
async function within(scene: Scene, id: string): Promise<Folder[]> {
  const all = await scene.hands.folders(scene.mailbox);
  const found = all.filter(one => one.id === id);
  for (const one of found) found.push(...all.filter(({ parentFolderId }) => parentFolderId === one.id));
  return found;
}

function succeeds(done: Promise<unknown>): Promise<boolean> {
  return done.then(
    () => true,
    () => false,
  );
}
