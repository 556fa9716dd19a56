import type { GraphEmulator } from '../emulator.ts';
import { GraphError } from '../protocol/errors.ts';
import { moveItem } from '../resources/mail/folder-contents.ts';
import { folderById, itemById } from '../resources/stored-items.ts';
import { taskById, taskListById } from '../resources/todo/places.ts';
import type { Mailbox } from '../store/mailbox.ts';
import type { Item } from '../store/mailbox-state.ts';

/** What users and the server do to items without the interface of the service. */

export function mailboxNamed(emulator: GraphEmulator, name: string): Mailbox {
  const user = emulator.tenant.directory.findByAddress(name);
  const mailbox = user && emulator.tenant.directory.mailboxes.get(user.id);
  if (!mailbox) throw new GraphError(404, 'NotFound', `There is no mailbox ${name}: load it first.`);
  return mailbox;
}

const idsOf = (mailbox: Mailbox, item: Item) => ({
  id: mailbox.ids.item(item.folder, item.instance),
  immutableId: mailbox.ids.immutable(item.number),
  changeKey: mailbox.ids.changeKey(item.changedAt),
  parentFolderId: mailbox.ids.folder(item.folder),
});

/** A user drags an item into another folder. */
export function moveByUser(emulator: GraphEmulator, move: { mailbox: string; id: string; folder: string }) {
  const mailbox = mailboxNamed(emulator, move.mailbox);
  const item = itemById(mailbox, move.id);
  moveItem(emulator.mail, mailbox, item, folderById(mailbox, move.folder));
  return idsOf(mailbox, item);
}

/** A user drags a task into another list. */
export function moveTaskByUser(emulator: GraphEmulator, move: { mailbox: string; id: string; list: string }) {
  const mailbox = mailboxNamed(emulator, move.mailbox);
  const task = taskById(mailbox, move.id);
  mailbox.moveItem(task, taskListById(mailbox, move.list), emulator.clock.now());
  return idsOf(mailbox, task);
}

/** The server writes an item without changing what is in it. */
export function touchByServer(emulator: GraphEmulator, touch: { mailbox: string; id: string }) {
  const mailbox = mailboxNamed(emulator, touch.mailbox);
  const item = itemById(mailbox, touch.id);
  mailbox.updateItem(item, {}, emulator.clock.now());
  return idsOf(mailbox, item);
}
