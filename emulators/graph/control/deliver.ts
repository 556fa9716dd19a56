import { z } from 'zod';
import type { GraphEmulator } from '../emulator.ts';
import { conversationIn } from '../resources/mail/conversations.ts';
import { addMessage } from '../resources/mail/folder-contents.ts';
import { readMime } from '../resources/mail/mime-reader.ts';
import { folderOfClass } from '../resources/stored-items.ts';
import { mailboxNamed } from './user-hand.ts';

export const deliverySchema = z.strictObject({
  mailbox: z.string(),
  /** The id or the well-known name of a folder of mail. */
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
  const folder = folderOfClass(mailbox, delivery.folder, 'mail');
  const isRead = delivery.isRead ?? folder.state.wellKnownName === 'sentitems';
  const conversation = conversationIn(mailbox, message);
  const item = addMessage(emulator.mail, mailbox, folder, { ...message, isRead, conversation });
  return {
    id: mailbox.ids.item(item.folder, item.instance),
    immutableId: mailbox.ids.immutable(item.number),
    parentFolderId: mailbox.ids.folder(item.folder),
  };
}
