import type { MailboxCall } from '../protocol/exchange.ts';
import type { Route } from '../protocol/router.ts';
import type { Folder } from '../store/folder.ts';
import { contactsRoot } from '../store/mailbox.ts';
import { hierarchyDelta } from './delta.ts';
import type { DeltaWorld } from './delta-page.ts';
import {
  childrenOf,
  countFolders,
  createFolder,
  type FolderType,
  listFolders,
  readFolder,
  removeFolder,
  updateFolder,
} from './folders.ts';
import { contactFolderOfPath } from './stored-items.ts';

const READ = ['Contacts.Read', 'Contacts.ReadWrite'];
const WRITE = ['Contacts.ReadWrite'];

const contactFolderType: FolderType = {
  name: 'microsoft.graph.contactFolder',
  render: ({ state }, { mailbox }) => ({
    id: mailbox.ids.folder(state.number),
    parentFolderId: mailbox.ids.folder(state.parent ?? 0),
    displayName: state.displayName,
  }),
  property: (folder, name, call) => contactFolderType.render(folder, call)[name],
  extended: ({ state }) => state.extended,
};

const level = 'mailbox' as const;
const TOP = '/users/{id}/contactFolders';

/** The default folder is the parent of the others: it is not in their list, but opens by its id. */
export function contactFolderRoutes(world: DeltaWorld): Route[] {
  return [
    ...collectionRoutes(TOP, call => contactsRoot(call.mailbox)),
    ...collectionRoutes(`${TOP}/{id}/childFolders`, call =>
      contactFolderOfPath(call.mailbox, call.params.slice(1, 2)),
    ),
    ...singleRoutes(`${TOP}/{id}`),
    ...singleRoutes(`${TOP}/{id}/childFolders/{id}`),
    {
      method: 'GET',
      pattern: `${TOP}/delta`,
      level,
      roles: READ,
      handle: call =>
        hierarchyDelta(call, world, {
          folderClass: 'contacts',
          type: contactFolderType,
          shows: folder => folder !== contactsRoot(call.mailbox),
        }),
    },
  ];
}

function collectionRoutes(pattern: string, parentOf: (call: MailboxCall) => Folder): Route[] {
  const children = (call: MailboxCall) =>
    childrenOf(call.mailbox, parentOf(call)).filter(
      ({ state }) => state.class === 'contacts' && !state.hidden,
    );
  return [
    {
      method: 'GET',
      pattern,
      level,
      roles: READ,
      handle: call => listFolders(call, contactFolderType, children(call)),
    },
    {
      method: 'GET',
      pattern: `${pattern}/$count`,
      level,
      roles: READ,
      handle: call => countFolders(call, contactFolderType, children(call)),
    },
    {
      method: 'POST',
      pattern,
      level,
      roles: WRITE,
      handle: call => createFolder(call, contactFolderType, parentOf(call), 'contacts'),
    },
  ];
}

function singleRoutes(pattern: string): Route[] {
  const folderOf = (call: MailboxCall) => contactFolderOfPath(call.mailbox, call.params.slice(1));
  const remove = (call: MailboxCall) => removeFolder(call.mailbox, folderOf(call));
  return [
    {
      method: 'GET',
      pattern,
      level,
      roles: READ,
      handle: call => readFolder(call, contactFolderType, folderOf(call)),
    },
    {
      method: 'PATCH',
      pattern,
      level,
      roles: WRITE,
      handle: call => updateFolder(call, contactFolderType, folderOf(call)),
    },
    { method: 'DELETE', pattern, level, roles: WRITE, handle: remove },
    { method: 'POST', pattern: `${pattern}/permanentDelete`, level, roles: WRITE, handle: remove },
  ];
}
