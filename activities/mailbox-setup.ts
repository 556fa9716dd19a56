import type { ContactFolder, Mailbox, MailFolder, MasterCategory } from '../connectors/connector.ts';
import { sameCategory } from '../sync/items/rules.ts';
import type { Policy } from '../sync/policy/schema.ts';
import { formatStamp, judgeStamp } from '../sync/stamp.ts';
import type { Problem } from './identify.ts';
import { messageCategories } from './mail/features.ts';
import { categoriesOf } from './rules.ts';
import type { Step } from './step.ts';

/** What stands in the mailbox under our names, looked at before anything is made. */
export interface Survey {
  readonly root: MailFolder | null;
  readonly stamp: string | null;
  /** The folders that are in no other. */
  readonly topFolders: readonly MailFolder[];
  readonly contactFolder: ContactFolder | null;
  readonly defaultFolder: ContactFolder;
  readonly categories: Readonly<Record<'contacts' | 'leads', MasterCategory | null>>;
  /** Names that every master category of the mailbox has. */
  readonly categoryNames: readonly string[];
}

export async function survey(step: Step, mailbox: Mailbox): Promise<Survey> {
  const { pairing, options } = step;
  const { name } = options.category;
  const names = categoriesOf(options);
  const topFolders = await mailbox.mailFolders();
  const root =
    (await strayedRoot(step, mailbox, topFolders)) ?? known(topFolders, pairing.root_folder_id, name);
  const contactFolders = options.contacts.separateFolder ? await mailbox.contactFolders() : [];
  const categories = await mailbox.categories();
  const category = (wanted: string) => categories.find(entry => sameCategory(entry.name, wanted)) ?? null;
  return {
    root,
    stamp: root ? ((await mailbox.mailFolder(root.id))?.stamp ?? null) : null,
    topFolders,
    contactFolder: known(contactFolders, pairing.contact_folder_id, name),
    defaultFolder: await mailbox.defaultContactFolder(),
    categories: { contacts: category(names.contacts), leads: category(names.leads) },
    categoryNames: categories.map(entry => entry.name),
  };
}

/** Our root folder where its user moved or deleted it to; what somebody else has marked since stays there. */
async function strayedRoot(
  step: Step,
  mailbox: Mailbox,
  topFolders: readonly MailFolder[],
): Promise<MailFolder | null> {
  const id = step.pairing.root_folder_id;
  if (id === null || topFolders.some(folder => folder.id === id)) return null;
  const found = await mailbox.mailFolder(id);
  return found && judgeStamp(found.stamp, ownStamp(step)).verdict === 'ours' ? found.folder : null;
}

function ownStamp({ installationId, pairing }: Step) {
  return { installationId, pairingId: pairing.id, counter: pairing.stamp_counter };
}

/** By the id that we remember, whatever its name is now; else by name. */
function known<T extends { readonly id: string; readonly name: string }>(
  folders: readonly T[],
  id: string | null,
  name: string,
): T | null {
  return (
    folders.find(folder => folder.id === id) ??
    folders.find(folder => sameCategory(folder.name, name)) ??
    null
  );
}

export const GIVE_UP_MARK =
  'Stop the other synchronization there; then rename its folder in the mailbox, which carries the mark, or delete it once nothing of the user is left in it.';

/** Why the preparation must not begin or go on: nothing of the user's is ever taken over (POL-6, PAIR-5). */
export function obstacle(step: Step, found: Survey): Problem | null {
  const { pairing, options } = step;
  const verdict = judgeStamp(found.stamp, ownStamp(step));
  if (verdict.verdict === 'foreign') {
    return { reason: verdict.reason, fix: GIVE_UP_MARK };
  }
  const { name } = options.category;
  if (verdict.verdict === 'ours')
    return isRootNameFree(found, name) ? null : clash(`a mail folder "${name}"`, 'folder');
  if (found.root && found.root.id !== pairing.root_folder_id)
    return clash(`a mail folder "${name}"`, 'folder');
  if (found.contactFolder && found.contactFolder.id !== pairing.contact_folder_id)
    return clash(`a contacts folder "${name}"`, 'folder');
  if (pairing.root_folder_id !== null) return null;
  const category = found.categories.contacts ?? found.categories.leads;
  return category ? clash(`a category "${category.name}"`, 'category') : null;
}

/** Whether the root folder can have its name again. */
function isRootNameFree({ root, topFolders }: Survey, name: string): boolean {
  return !topFolders.some(folder => folder.id !== root?.id && sameCategory(folder.name, name));
}

function clash(what: string, kind: string): Problem {
  return {
    reason: `The user already has ${what}; it is not taken over.`,
    fix: `Rename or delete the user's ${kind} in Outlook, or choose another category name in a new policy.`,
  };
}

export interface Prepared {
  readonly root_folder_id: string;
  readonly contact_folder_id: string | null;
  readonly default_folder_id: string;
  readonly category_id: string;
  readonly leads_category_id: string;
}

/** Makes what is missing and renames back what was renamed; repeating it changes nothing (CON-6). */
export async function furnish(step: Step, mailbox: Mailbox, found: Survey): Promise<Prepared> {
  const { options } = step;
  const { name, color } = options.category;
  const names = categoriesOf(options);
  const root = found.root ?? (await mailbox.createMailFolder(name, formatStamp(ownStamp(step))));
  await bringBack(mailbox, root, found, name);
  const contactFolder = options.contacts.separateFolder
    ? (found.contactFolder ?? (await mailbox.createContactFolder(name)))
    : null;
  if (contactFolder && contactFolder.name !== name) await mailbox.renameContactFolder(contactFolder.id, name);
  const category = await ensureCategory(mailbox, found.categories.contacts, names.contacts, color);
  const leads = await ensureCategory(mailbox, found.categories.leads, names.leads, color);
  await ensureMessageCategories(mailbox, found, options);
  return {
    root_folder_id: root.id,
    contact_folder_id: contactFolder?.id ?? null,
    default_folder_id: found.defaultFolder.id,
    category_id: category.id,
    leads_category_id: leads.id,
  };
}

/** With all that is in it: what users moved or deleted of ours comes back with their mail (MAIL-1). */
async function bringBack(mailbox: Mailbox, root: MailFolder, found: Survey, name: string): Promise<void> {
  if (root.name !== name) await mailbox.renameMailFolder(root.id, name);
  if (found.root === null || found.topFolders.some(({ id }) => id === root.id)) return;
  const { topId } = await mailbox.mail().usualFolders();
  await mailbox.mail().moveFolder(root.id, topId);
}

/** What the user has under such a name is used as it is. */
async function ensureMessageCategories(mailbox: Mailbox, found: Survey, options: Policy): Promise<void> {
  const present = [...found.categoryNames, ...Object.values(categoriesOf(options))];
  for (const { name, color } of messageCategories(options)) {
    if (present.some(existing => sameCategory(existing, name))) continue;
    await mailbox.createCategory(name, color);
    present.push(name);
  }
}

async function ensureCategory(
  mailbox: Mailbox,
  found: MasterCategory | null,
  name: string,
  color: string,
): Promise<MasterCategory> {
  if (!found) return mailbox.createCategory(name, color);
  if (found.color !== color) await mailbox.recolorCategory(found.id, color);
  return found;
}
