import { expander } from '../../odata/expand.ts';
import { GraphError } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';
import type { Folder } from '../../store/folder.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import { DELETED_ITEMS, MAIL_ROOT } from '../../store/well-known-folders.ts';
import { besideActed } from '../context-url.ts';
import { hierarchyDelta } from '../delta.ts';
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
} from '../folders.ts';
import { folderOfClass } from '../stored-items.ts';
import { copyMessage } from './folder-contents.ts';
import { destinationOf, isWithin } from './mail-places.ts';
import { mailRoute } from './mail-route.ts';
import type { MailWorld } from './mail-world.ts';

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
  navigation: {
    childFolders: {
      elements(folder, call, expand) {
        const expanded = expander(mailFolderType, expand, call);
        return mailChildren(call.mailbox, folder, false).map(child => ({
          ...mailFolderType.render(child, call),
          ...expanded?.(child),
        }));
      },
      expands: true,
      // Reported: microsoft-graph-docs-contrib issue 9037, msgraph-sdk-dotnet issue 706.
      pageSize: 10,
      contextUrl: ({ state }, { mailbox, params, serviceRoot }) =>
        `${serviceRoot}/$metadata#users('${encodeURIComponent(params[0]!)}')/mailFolders('${mailbox.ids.folder(state.number)}')/childFolders`,
    },
  },
};

function unreadCount(folder: Folder): number {
  let count = 0;
  for (const item of folder.items.values()) if (item.message?.isRead === false) count++;
  return count;
}

const mailChildren = (mailbox: Mailbox, parent: Folder, withHidden: boolean) =>
  childrenOf(mailbox, parent).filter(({ state }) => state.class === 'mail' && (withHidden || !state.hidden));

const TOP = '/users/{id}/mailFolders';

export function mailFolderRoutes(world: MailWorld): Route[] {
  return [
    ...collectionRoutes(TOP, call => call.mailbox.wellKnown(MAIL_ROOT)),
    ...collectionRoutes(`${TOP}/{id}/childFolders`, call =>
      folderOfClass(call.mailbox, call.params[1]!, 'mail'),
    ),
    ...singleRoutes(`${TOP}/{id}`, world),
    ...singleRoutes(`${TOP}/{id}/childFolders/{id}`, world),
    mailRoute('GET', `${TOP}/delta`, call =>
      hierarchyDelta(call, world, {
        folderClass: 'mail',
        type: mailFolderType,
        shows: folder => folder.state.parent !== undefined && !isHidden(call.mailbox, folder),
      }),
    ),
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
    mailRoute('GET', pattern, call => listFolders(call, mailFolderType, children(call))),
    mailRoute('GET', `${pattern}/$count`, call => countFolders(call, mailFolderType, children(call))),
    mailRoute('POST', pattern, call => createFolder(call, mailFolderType, parentOf(call), 'mail')),
  ];
}

function singleRoutes(pattern: string, world: MailWorld): Route[] {
  const folderOf = (call: MailboxCall) => folderOfClass(call.mailbox, call.params.at(-1)!, 'mail');
  return [
    mailRoute('GET', pattern, call => readFolder(call, mailFolderType, folderOf(call))),
    mailRoute('PATCH', pattern, call => updateFolder(call, mailFolderType, folderOf(call))),
    mailRoute('DELETE', pattern, call => remove(call.mailbox, folderOf(call))),
    mailRoute('POST', `${pattern}/permanentDelete`, call => removeFolder(call.mailbox, folderOf(call))),
    mailRoute('POST', `${pattern}/move`, call => move(call, folderOf(call))),
    mailRoute('POST', `${pattern}/copy`, call => copy(world, call, folderOf(call))),
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

function freeDestination(call: MailboxCall, folder: Folder): Folder {
  const { mailbox } = call;
  const destination = destinationOf(call);
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
  refuseDistinguished(folder, 'moved');
  const destination = freeDestination(call, folder);
  call.mailbox.updateFolder(folder, { parent: destination.state.number });
  return singleFolder(besideActed(call), mailFolderType, folder, 200, 'created');
}

function copy(world: MailWorld, call: MailboxCall, folder: Folder): GraphResponse {
  const copied = copyInto(world, call.mailbox, folder, freeDestination(call, folder));
  return singleFolder(besideActed(call), mailFolderType, copied, 200, 'created');
}

function copyInto(world: MailWorld, mailbox: Mailbox, folder: Folder, parent: Folder): Folder {
  const { displayName, hidden, extended } = folder.state;
  const copied = mailbox.addFolder({
    class: 'mail',
    parent: parent.state.number,
    displayName,
    hidden,
    extended: { ...extended },
  });
  for (const item of [...folder.items.values()]) {
    if (item.kind === 'message') copyMessage(world, mailbox, item, copied);
  }
  for (const child of childrenOf(mailbox, folder)) copyInto(world, mailbox, child, copied);
  return copied;
}
