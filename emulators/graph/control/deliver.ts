import { z } from 'zod';
import type { GraphEmulator } from '../emulator.ts';
import { folderById } from '../resources/stored-items.ts';
import { mailboxNamed } from './user-hand.ts';

export const deliverySchema = z.strictObject({
  mailbox: z.string(),
  /** The id or the well-known name of a folder. */
  folder: z.string().default('inbox'),
  /** The message as received, base64. */
  eml: z.base64(),
});

/** A message arrives: it is kept as received, unread. */
export function deliver(
  emulator: GraphEmulator,
  { mailbox: name, folder, eml }: z.infer<typeof deliverySchema>,
) {
  const mailbox = mailboxNamed(emulator, name);
  const item = mailbox.addItem(
    {
      kind: 'message',
      folder: folderById(mailbox, folder),
      fields: { isRead: false },
      extended: {},
      mime: eml,
    },
    emulator.clock.now(),
  );
  return {
    id: mailbox.ids.item(item.folder, item.instance),
    immutableId: mailbox.ids.immutable(item.number),
    parentFolderId: mailbox.ids.folder(item.folder),
  };
}
