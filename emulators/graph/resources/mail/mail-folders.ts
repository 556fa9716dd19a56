import { GraphError, invalidRequest } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import type { Route } from '../protocol/router.ts';
import type { Folder } from '../store/folder.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { DELETED_ITEMS, MAIL_ROOT } from '../store/well-known-folders.ts';
import { hierarchyDelta } from './delta.ts';
import type { DeltaWorld } from './delta-page.ts';
import {
  childrenOf,
  countFolders,
  createFolder,
  type FolderType,
  listFolders,
  readFolder,
  refuseDistinguished,
  refuseTakenName,
  removeFolder,
  singleFolder,
  updateFolder,
} from './folders.ts';
import { folderOfClass } from './stored-items.ts';

const READ = ['Mail.ReadBasic.All', 'Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite'];
const WRITE = ['Mail.ReadWrite'];

interface MailWorld extends DeltaWorld {
  now(): number;
}

const mailFolderType: FolderType = {
  name: 'microsoft.graph.mailFolder',
  render: (folder, { mailbox }) => ({
    id: mailbox.ids.folder(folder.state.number),
    displayName: folder.state.displayName,
    parentFolderId: mailbox.ids.folder(folder.state.parent ?? 0),
    childFolderCount: mailChildren(mailbox, folder, false).length,
    unreadItemCount: unreadCount(folder),
    totalItemCount: folder.items.size,
    isHidden: folder.state.hidden,
  }),
  property: (folder, name, call) => mailFolderType.render(folder, call)[name],
  extended: ({ state }) => state.extended,
};

function unreadCount(folder: Folder): number {
  let count = 0;
  for (const item of folder.items.values()) if (item.fields.isRead === false) count++;
  return count;
}

const mailChildren = (mailbox: Mailbox, parent: Folder, withHidden: boolean) =>
  childrenOf(mailbox, parent).filter(({ state }) => state.class === 'mail' && (withHidden || !state.hidden));

const level = 'mailbox' as const;
const TOP = '/users/{id}/mailFolders';

export function mailFolderRoutes(world: MailWorld): Route[] {
  return [
    ...collectionRoutes(TOP, call => call.mailbox.wellKnown(MAIL_ROOT)),
    ...collectionRoutes(`${TOP}/{id}/childFolders`, call =>
      folderOfClass(call.mailbox, call.params[1]!, 'mail'),
    ),
    ...singleRoutes(`${TOP}/{id}`, world),
    ...singleRoutes(`${TOP}/{id}/childFolders/{id}`, world),
    {
      method: 'GET',
      pattern: `${TOP}/delta`,
      level,
      roles: READ,
      handle: call =>
        hierarchyDelta(call, world, {
          folderClass: 'mail',
          type: mailFolderType,
          shows: folder => folder.state.parent !== undefined && !isHidden(call.mailbox, folder),
        }),
    },
  ];
}

function isHidden(mailbox: Mailbox, folder: Folder): boolean {
  const { hidden, parent } = folder.state;
  const above = parent === undefined ? undefined : mailbox.folders.get(parent);
  return hidden || (above !== undefined && isHidden(mailbox, above));
}

function collectionRoutes(pattern: string, parentOf: (call: MailboxCall) => Folder): Route[] {
  const children = (call: MailboxCall) => {
    const withHidden = call.query.get('includehiddenfolders')?.toLowerCase() === 'true';
    return mailChildren(call.mailbox, parentOf(call), withHidden);
  };
  return [
    {
      method: 'GET',
      pattern,
      level,
      roles: READ,
      handle: call => listFolders(call, mailFolderType, children(call)),
    },
    {
      method: 'GET',
      pattern: `${pattern}/$count`,
      level,
      roles: READ,
      handle: call => countFolders(children(call)),
    },
    {
      method: 'POST',
      pattern,
      level,
      roles: WRITE,
      handle: call => createFolder(call, mailFolderType, parentOf(call), 'mail'),
    },
  ];
}

function singleRoutes(pattern: string, world: MailWorld): Route[] {
  const folderOf = (call: MailboxCall) => folderOfClass(call.mailbox, call.params.at(-1)!, 'mail');
  return [
    {
      method: 'GET',
      pattern,
      level,
      roles: READ,
      handle: call => readFolder(call, mailFolderType, folderOf(call)),
    },
    {
      method: 'PATCH',
      pattern,
      level,
      roles: WRITE,
      handle: call => updateFolder(call, mailFolderType, folderOf(call)),
    },
    { method: 'DELETE', pattern, level, roles: WRITE, handle: call => remove(call.mailbox, folderOf(call)) },
    {
      method: 'POST',
      pattern: `${pattern}/permanentDelete`,
      level,
      roles: WRITE,
      handle: call => removeFolder(call.mailbox, folderOf(call)),
    },
    {
      method: 'POST',
      pattern: `${pattern}/move`,
      level,
      roles: WRITE,
      handle: call => move(call, folderOf(call)),
    },
    {
      method: 'POST',
      pattern: `${pattern}/copy`,
      level,
      roles: WRITE,
      handle: call => copy(call, folderOf(call), world.now()),
    },
  ];
}

/** A deleted folder goes to Deleted Items with what is in it; deleted there, it is gone. */
function remove(mailbox: Mailbox, folder: Folder): GraphResponse {
  refuseDistinguished(folder);
  const deletedItems = mailbox.wellKnown(DELETED_ITEMS);
  if (isWithin(mailbox, folder, deletedItems)) mailbox.removeFolder(folder);
  else mailbox.updateFolder(folder, { parent: deletedItems.state.number });
  return { status: 204 };
}

function isWithin(mailbox: Mailbox, folder: Folder, ancestor: Folder): boolean {
  if (folder === ancestor) return true;
  const { parent } = folder.state;
  const above = parent === undefined ? undefined : mailbox.folders.get(parent);
  return above !== undefined && isWithin(mailbox, above, ancestor);
}

function destinationOf({ mailbox, request }: MailboxCall, folder: Folder): Folder {
  const { destinationId } = (request.body ?? {}) as { destinationId?: unknown };
  if (typeof destinationId !== 'string') throw invalidRequest('The destinationId is required.');
  const destination = folderOfClass(mailbox, destinationId, 'mail');
  if (isWithin(mailbox, destination, folder)) {
    throw new GraphError(
      400,
      'ErrorMoveCopyFailed',
      'The folder cannot be put into itself or into a folder below it.',
    );
  }
  refuseTakenName(mailbox, destination, 'mail', folder.state.displayName);
  return destination;
}

function move(call: MailboxCall, folder: Folder): GraphResponse {
  refuseDistinguished(folder);
  const destination = destinationOf(call, folder);
  call.mailbox.updateFolder(folder, { parent: destination.state.number });
  return singleFolder(call, mailFolderType, folder, 200);
}

function copy(call: MailboxCall, folder: Folder, now: number): GraphResponse {
  const copied = copyInto(call.mailbox, folder, destinationOf(call, folder), now);
  return singleFolder(call, mailFolderType, copied, 200);
}

function copyInto(mailbox: Mailbox, folder: Folder, parent: Folder, now: number): Folder {
  const { displayName, hidden, extended } = folder.state;
  const copied = mailbox.addFolder({
    class: 'mail',
    parent: parent.state.number,
    displayName,
    hidden,
    extended: { ...extended },
  });
  for (const { kind, fields, extended: properties, mime } of [...folder.items.values()]) {
    mailbox.addItem(
      {
        kind,
        folder: copied,
        fields: { ...fields },
        extended: { ...properties },
        ...(mime !== undefined && { mime }),
      },
      now,
    );
  }
  for (const child of childrenOf(mailbox, folder)) copyInto(mailbox, child, copied, now);
  return copied;
}
