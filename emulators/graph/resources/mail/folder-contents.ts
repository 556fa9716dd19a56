import type { ExtendedProperties } from '../../store/extended-properties.ts';
import type { Folder } from '../../store/folder.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import type { MessageState } from '../../store/message-state.ts';
import type { MailWorld } from './mail-world.ts';
import { mapiProperties } from './mapi-properties.ts';

/** What comes into folders, changes there and leaves them. */

export function addMessage(
  world: MailWorld,
  mailbox: Mailbox,
  folder: Folder,
  message: MessageState,
  extended: ExtendedProperties = {},
): Item {
  const item = mailbox.addItem(
    {
      kind: 'message',
      folder,
      fields: {},
      extended: { ...extended, ...mapiProperties(message) },
      message,
    },
    world.now(),
  );
  countsChanged(world, mailbox, folder);
  return item;
}

export function saveMessage(
  world: MailWorld,
  mailbox: Mailbox,
  item: Item,
  message: MessageState,
  extended: ExtendedProperties = item.extended,
): void {
  const wasRead = item.message?.isRead;
  item.message = message;
  mailbox.updateItem(item, { extended: { ...extended, ...mapiProperties(message) } }, world.now());
  if (message.isRead !== wasRead) countsChanged(world, mailbox, mailbox.folders.get(item.folder)!);
}

export function moveItem(world: MailWorld, mailbox: Mailbox, item: Item, target: Folder): void {
  const source = mailbox.folders.get(item.folder)!;
  mailbox.moveItem(item, target, world.now());
  countsChanged(world, mailbox, source);
  countsChanged(world, mailbox, target);
}

export function copyMessage(world: MailWorld, mailbox: Mailbox, item: Item, target: Folder): Item {
  return addMessage(world, mailbox, target, item.message!, item.extended);
}

export function removeMessage(world: MailWorld, mailbox: Mailbox, item: Item): void {
  const folder = mailbox.folders.get(item.folder)!;
  mailbox.removeItem(item);
  countsChanged(world, mailbox, folder);
}

function countsChanged({ behaviour }: MailWorld, mailbox: Mailbox, folder: Folder): void {
  if (behaviour.deltaFolderCounts === 'told' && folder.state.class === 'mail') {
    mailbox.updateFolder(folder, {});
  }
}
