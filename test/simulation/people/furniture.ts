import { CATEGORY } from '../../engine/company.ts';
import { LEADS_CATEGORY } from './hands.ts';
import type { Scene } from './scene.ts';

/** The user deletes or changes the product's category or one of its folders (CON-6). */
export async function furniture(scene: Scene): Promise<string | null> {
  const { mailbox, memory, act } = scene;
  const isDeletion = act.how === 'delete';
  const path = scene.isPrepared ? await pathOf(scene, String(act.what)) : null;
  if (path === null) return null;
  if (isDeletion && act.what === 'contact folder') {
    await discardContents(scene);
    await coverDeletions(scene);
  }
  const outlook = scene.hands.outlook(mailbox);
  const change = path.startsWith('/outlook') ? { color: 'preset1' } : { displayName: 'Renamed' };
  if (isDeletion) await outlook.call('DELETE', path);
  else await outlook.call('PATCH', path, change);
  memory.furniture.push({ mailbox, atMs: scene.atMs });
  return `${scene.user} ${isDeletion ? 'deletes' : 'changes'} the product's ${act.what}`;
}

async function pathOf(scene: Scene, what: string): Promise<string | null> {
  const { pairing, policy } = scene;
  if (what === 'mail folder') return existing(scene, `/mailFolders/${pairing.rootFolderId}`);
  if (what === 'contact folder')
    return policy.contacts.separateFolder
      ? existing(scene, `/contactFolders/${pairing.contactFolderId}`)
      : null;
  const name = what === 'category' ? CATEGORY : LEADS_CATEGORY;
  const { value } = await scene.hands
    .outlook(scene.mailbox)
    .call<{ value: { id: string; displayName: string }[] }>('GET', '/outlook/masterCategories');
  const found = value.find(({ displayName }) => displayName === name);
  return found ? `/outlook/masterCategories/${found.id}` : null;
}

async function existing(scene: Scene, path: string): Promise<string | null> {
  try {
    await scene.hands.outlook(scene.mailbox).call('GET', path);
    return path;
  } catch {
    return null;
  }
}

/** Whoever deletes a folder deletes what stands in it. */
async function discardContents(scene: Scene): Promise<void> {
  const items = await scene.hands.items(scene.mailbox);
  for (const { folderId, values } of items)
    if (folderId === scene.pairing.contactFolderId) scene.memory.discard(Object.values(values));
}

/**
 * What was taken out just before its folder went cannot be told from what went with it, and the folder is repaired with
 * all that stood in it (CON-6).
 */
async function coverDeletions(scene: Scene): Promise<void> {
  const { mailbox, memory } = scene;
  const unheard: string[] = [];
  for (const { mailbox: of, itemId } of memory.takenOut)
    if (of === mailbox && (await scene.partners(itemId)).length > 0) unheard.push(itemId);
  memory.forgetTakenOut(unheard);
}
