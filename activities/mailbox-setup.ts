import type { ContactFolder, Mailbox, MailFolder, MasterCategory } from '../connectors/connector.ts';
import { sameCategory } from '../sync/items/rules.ts';
import { formatStamp, judgeStamp } from '../sync/stamp.ts';
import type { Problem } from './identify.ts';
import { categoriesOf } from './rules.ts';
import type { Step } from './step.ts';

/** What stands in the mailbox under our names, looked at before anything is made. */
export interface Survey {
  readonly root: MailFolder | null;
  readonly stamp: string | null;
  readonly contactFolder: ContactFolder | null;
  readonly defaultFolder: ContactFolder;
  readonly categories: Readonly<Record<'contacts' | 'leads', MasterCategory | null>>;
}

export async function survey(step: Step, mailbox: Mailbox): Promise<Survey> {
  const { pairing, options } = step;
  const { name } = options.category;
  const names = categoriesOf(options);
  const folders = await mailbox.mailFolders();
  const root = known(folders, pairing.root_folder_id, name);
  const contactFolders = options.contacts.separateFolder ? await mailbox.contactFolders() : [];
  const categories = await mailbox.categories();
  const category = (wanted: string) => categories.find(entry => sameCategory(entry.name, wanted)) ?? null;
  return {
    root,
    stamp: root ? ((await mailbox.mailFolder(root.id))?.stamp ?? null) : null,
    contactFolder: known(contactFolders, pairing.contact_folder_id, name),
    defaultFolder: await mailbox.defaultContactFolder(),
    categories: { contacts: category(names.contacts), leads: category(names.leads) },
  };
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

/** Why the preparation must not begin or go on: nothing of the user's is ever taken over (POL-6, PAIR-5). */
export function obstacle(step: Step, found: Survey): Problem | null {
  const { pairing, options } = step;
  const own = { installationId: step.installationId, pairingId: pairing.id, counter: pairing.stamp_counter };
  const verdict = judgeStamp(found.stamp, own);
  if (verdict.verdict === 'foreign') {
    return {
      reason: verdict.reason,
      fix: 'Stop the other synchronization there; then delete its folder in the mailbox, which carries the mark.',
    };
  }
  if (verdict.verdict === 'ours') return null;
  const { name } = options.category;
  if (found.root && found.root.id !== pairing.root_folder_id)
    return clash(`a mail folder "${name}"`, 'folder');
  if (found.contactFolder && found.contactFolder.id !== pairing.contact_folder_id)
    return clash(`a contacts folder "${name}"`, 'folder');
  if (pairing.root_folder_id !== null) return null;
  const category = found.categories.contacts ?? found.categories.leads;
  return category ? clash(`a category "${category.name}"`, 'category') : null;
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
  const { pairing, options } = step;
  const { name, color } = options.category;
  const names = categoriesOf(options);
  const stamp = formatStamp({
    installationId: step.installationId,
    pairingId: pairing.id,
    counter: pairing.stamp_counter,
  });
  const root = found.root ?? (await mailbox.createMailFolder(name, stamp));
  if (root.name !== name) await mailbox.renameMailFolder(root.id, name);
  const contactFolder = options.contacts.separateFolder
    ? (found.contactFolder ?? (await mailbox.createContactFolder(name)))
    : null;
  if (contactFolder && contactFolder.name !== name) await mailbox.renameContactFolder(contactFolder.id, name);
  const category = await ensureCategory(mailbox, found.categories.contacts, names.contacts, color);
  const leads = await ensureCategory(mailbox, found.categories.leads, names.leads, color);
  return {
    root_folder_id: root.id,
    contact_folder_id: contactFolder?.id ?? null,
    default_folder_id: found.defaultFolder.id,
    category_id: category.id,
    leads_category_id: leads.id,
  };
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
