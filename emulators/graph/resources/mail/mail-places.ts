import { invalidRequest, itemNotFound } from '../../protocol/errors.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Folder } from '../../store/folder.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { folderOfClass, itemById } from '../stored-items.ts';

export const RECOVERABLE_ROOT = 'recoverableitemsroot';
export const RECOVERABLE = 'recoverableitemsdeletions';

/** Where messages may be asked for. */
export interface MailPlace {
  pattern: string;
  /** How many keys of folders stand in the path. */
  keys: number;
}

const FOLDER = '/users/{id}/mailFolders/{id}';

export const MAIL_PLACES: readonly MailPlace[] = [
  { pattern: '/users/{id}', keys: 0 },
  { pattern: FOLDER, keys: 1 },
  { pattern: `${FOLDER}/childFolders/{id}`, keys: 2 },
];

/** The folder that a path names last; the mailbox as a whole has none. */
export function folderOfPlace(call: MailboxCall, { keys }: MailPlace): Folder | undefined {
  return keys === 0 ? undefined : folderOfClass(call.mailbox, call.params[keys]!, 'mail');
}

/** A message is found by its id wherever it is; a path with a folder must name the folder that it is in. */
export function messageOfPlace(call: MailboxCall, place: MailPlace): Item {
  const item = itemById(call.mailbox, call.params[place.keys + 1]!, 'message');
  const folder = folderOfPlace(call, place);
  if (folder && item.folder !== folder.state.number) throw itemNotFound();
  return item;
}

/** The folder that the parameter of an action names; parameters are accepted with either capitalisation. */
export function destinationOf({ mailbox, request }: MailboxCall): Folder {
  const body = (request.body ?? {}) as { destinationId?: unknown; DestinationId?: unknown };
  const id = body.destinationId ?? body.DestinationId;
  if (typeof id !== 'string') throw invalidRequest('The destinationId is required.');
  return folderOfClass(mailbox, id, 'mail');
}

export function isWithin(mailbox: Mailbox, folder: Folder, ancestor: Folder): boolean {
  if (folder === ancestor) return true;
  const { parent } = folder.state;
  const above = parent === undefined ? undefined : mailbox.folders.get(parent);
  return above !== undefined && isWithin(mailbox, above, ancestor);
}
