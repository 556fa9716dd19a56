import { z } from 'zod';
import type { GraphEmulator } from '../emulator.ts';
import { conversationIn } from '../resources/mail/conversations.ts';
import { addMessage } from '../resources/mail/folder-contents.ts';
import { readMime } from '../resources/mail/mime-reader.ts';
import { folderOfClass } from '../resources/stored-items.ts';
import type { Folder } from '../store/folder.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { mailboxNamed } from './user-hand.ts';

export const deliverySchema = z.strictObject({
  mailbox: z.string(),
  /** The id or the well-known name of a folder of mail, or its name: those of the folders above it before, after slashes. */
  folder: z.string().default('inbox'),
  /** The message as received, base64. */
  eml: z.base64(),
  /** Without, only what lies in Sent Items is read. */
  isRead: z.boolean().optional(),
});

/** A message arrives: it is kept as it came, beside what Exchange reads in it. */
export async function deliver(emulator: GraphEmulator, delivery: z.infer<typeof deliverySchema>) {
  const mailbox = mailboxNamed(emulator, delivery.mailbox);
  const message = await readMime(Buffer.from(delivery.eml, 'base64'), emulator.mail);
  const folder = folderNamed(mailbox, delivery.folder) ?? folderOfClass(mailbox, delivery.folder, 'mail');
  const isRead = delivery.isRead ?? folder.state.wellKnownName === 'sentitems';
  const conversation = conversationIn(mailbox, message);
  const item = addMessage(emulator.mail, mailbox, folder, { ...message, isRead, conversation });
  return {
    id: mailbox.ids.item(item.folder, item.instance),
    immutableId: mailbox.ids.immutable(item.number),
    parentFolderId: mailbox.ids.folder(item.folder),
  };
}

/** The one folder of mail that is called so, and lies in folders that are called so; well-known names come first. */
function folderNamed(mailbox: Mailbox, path: string): Folder | undefined {
  if (mailbox.findWellKnown(path.toLowerCase())) return undefined;
  const names = path.toLowerCase().split('/');
  const found = [...mailbox.folders.values()].filter(
    folder => folder.state.class === 'mail' && isAt(mailbox, folder, names),
  );
  return found.length === 1 ? found[0] : undefined;
}

function isAt(mailbox: Mailbox, folder: Folder, names: readonly string[]): boolean {
  const own = names.at(-1);
  if (own === undefined) return true;
  if (folder.state.displayName.toLowerCase() !== own) return false;
  const above = mailbox.folders.get(folder.state.parent ?? -1);
  return names.length === 1 || (above !== undefined && isAt(mailbox, above, names.slice(0, -1)));
}
