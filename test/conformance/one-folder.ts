import type { MailboxMail, MarkedFolder } from '../../connectors/mail.ts';

/** Makes one folder, or throws why there is none. */
export async function createFolder(
  mail: MailboxMail,
  parentId: string,
  name: string,
  mark: string,
): Promise<MarkedFolder> {
  const [outcome] = await mail.createFolders(parentId, [{ name, mark }]);
  if (!outcome?.ok) throw outcome?.failure;
  return outcome.value;
}

/** Renames one folder, or throws why it is called as before. */
export async function renameFolder(mail: MailboxMail, folderId: string, name: string): Promise<void> {
  const [outcome] = await mail.renameFolders([{ folderId, name }]);
  if (!outcome?.ok) throw outcome?.failure;
}
