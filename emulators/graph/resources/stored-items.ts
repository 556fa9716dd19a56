import {
  changeKeyConflict,
  folderNotFound,
  invalidRequest,
  itemNotFound,
  malformedId,
} from '../protocol/errors.ts';
import type { MailboxCall } from '../protocol/exchange.ts';
import type { Folder } from '../store/folder.ts';
import { looksLikeExchangeId } from '../store/ids.ts';
import { contactsRoot, type Mailbox } from '../store/mailbox.ts';
import type { FolderClass, Item, ItemKind } from '../store/mailbox-state.ts';
import { DELETED_ITEMS } from '../store/well-known-folders.ts';

/** Finds what an id or a well-known name in a path means, and checks what a write of it demands. */

export function itemById(mailbox: Mailbox, id: string, kind?: ItemKind): Item {
  const decoded = mailbox.ids.decode(id);
  if (!decoded) throw looksLikeExchangeId(id) ? itemNotFound() : malformedId();
  const item =
    decoded.form === 'item' ? mailbox.byInstance(decoded.instance) : mailbox.items.get(decoded.number);
  if (!item || decoded.form === 'folder' || (kind && item.kind !== kind)) throw itemNotFound();
  return item;
}

export function folderById(mailbox: Mailbox, id: string): Folder {
  const wellKnown = mailbox.findWellKnown(id.toLowerCase());
  if (wellKnown) return wellKnown;
  const decoded = mailbox.ids.decode(id);
  if (!decoded) throw looksLikeExchangeId(id) ? folderNotFound() : malformedId();
  const folder = decoded.form === 'folder' ? mailbox.folders.get(decoded.number) : undefined;
  if (!folder) throw folderNotFound();
  return folder;
}

export function folderOfClass(mailbox: Mailbox, id: string, folderClass: FolderClass): Folder {
  const folder = folderById(mailbox, id);
  if (folder.state.class !== folderClass) throw folderNotFound();
  return folder;
}

/** The folder that a path names last; without one, the default contact folder. Deleted Items has all kinds. */
export function contactFolderOfPath(mailbox: Mailbox, folderIds: string[]): Folder {
  const id = folderIds.at(-1);
  const folder = id === undefined ? contactsRoot(mailbox) : folderById(mailbox, id);
  if (folder.state.class === 'contacts' || folder.state.wellKnownName === DELETED_ITEMS) return folder;
  throw folderNotFound();
}

export const itemId = (mailbox: Mailbox, item: Item, immutable: boolean) =>
  immutable ? mailbox.ids.immutable(item.number) : mailbox.ids.item(item.folder, item.instance);

export const etagOf = (mailbox: Mailbox, changedAt: number) => `W/"${mailbox.ids.changeKey(changedAt)}"`;

export function checkIfMatch(call: MailboxCall, changedAt: number): void {
  const wanted = call.request.headers.get('if-match');
  if (wanted === null || wanted.trim() === '*') return;
  const current = call.mailbox.ids.changeKey(changedAt);
  const matching = wanted
    .split(',')
    .some(tag => tag.trim().replace(/^W\//, '').replaceAll('"', '') === current);
  if (!matching) throw changeKeyConflict();
}

/** NUL cannot be kept in a MAPI string property; the service's text for it is not documented. */
export function refuseNul(body: unknown): void {
  if (typeof body === 'string') {
    if (body.includes('\0'))
      throw invalidRequest('A text contains the character 0x00, which is not allowed.');
    return;
  }
  if (typeof body !== 'object' || body === null) return;
  for (const value of Object.values(body)) refuseNul(value);
}
