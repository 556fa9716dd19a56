import type { EntityType } from '../odata/entity-type.ts';
import { countEntities, listEntities, viewOf } from '../odata/list.ts';
import { folderExists, GraphError, invalidRequest } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import { appliedPreferences } from '../protocol/preferences.ts';
import { allowOptions } from '../protocol/query-options.ts';
import { checkBody } from '../protocol/schema.ts';
import type { Folder } from '../store/folder.ts';
import type { Mailbox } from '../store/mailbox.ts';
import type { FolderClass } from '../store/mailbox-state.ts';
import { FLAGGED_EMAILS } from '../store/well-known-folders.ts';
import { contextOf, entityLocation } from './context-url.ts';
import { writtenExtendedProperties } from './extended-body.ts';

/** What folders of contacts and of mail have in common. */
export type FolderType = EntityType<Folder, MailboxCall>;

export function childrenOf(mailbox: Mailbox, parent: Folder): Folder[] {
  return [...parent.children].map(number => mailbox.folders.get(number)!);
}

export function listFolders(call: MailboxCall, type: FolderType, folders: Folder[]): GraphResponse {
  const page = listEntities(type, () => folders, call);
  return {
    status: 200,
    headers: appliedPreferences(call.preferences),
    body: { '@odata.context': contextOf(call), ...page },
  };
}

export const countFolders = (call: MailboxCall, type: FolderType, folders: Folder[]) =>
  countEntities(type, () => folders, call);

export function readFolder(call: MailboxCall, type: FolderType, folder: Folder): GraphResponse {
  allowOptions(call.query, ['$select', '$expand']);
  return singleFolder(call, type, folder, 200);
}

export function singleFolder(
  call: MailboxCall,
  type: FolderType,
  folder: Folder,
  status: 200 | 201,
  of: 'entity' | 'created' = status === 201 ? 'created' : 'entity',
): GraphResponse {
  const entity = viewOf(type, call)(folder);
  return {
    status,
    headers: status === 201 ? { Location: entityLocation(call, String(entity.id)) } : {},
    body: { '@odata.context': contextOf(call, of), ...entity },
  };
}

export function createFolder(
  call: MailboxCall,
  type: FolderType,
  parent: Folder,
  folderClass: FolderClass,
): GraphResponse {
  const { body } = call.request;
  checkBody(body, type.name);
  const displayName = requireName(body.displayName);
  refuseTakenName(call.mailbox, parent, folderClass, displayName);
  const folder = call.mailbox.addFolder({
    class: folderClass,
    parent: parent.state.number,
    displayName,
    hidden: body.isHidden === true,
    extended: writtenExtendedProperties(body, {}) ?? {},
  });
  return singleFolder(call, type, folder, 201);
}

export function updateFolder(call: MailboxCall, type: FolderType, folder: Folder): GraphResponse {
  const { body } = call.request;
  checkBody(body, type.name);
  const { mailbox } = call;
  const { displayName: currentName, parent, wellKnownName } = folder.state;
  const displayName = 'displayName' in body ? requireName(body.displayName) : currentName;
  if (displayName !== currentName) {
    if (wellKnownName !== undefined) throw distinguishedFolder('renamed');
    const siblings = parent === undefined ? undefined : mailbox.folders.get(parent);
    if (siblings && displayName.toLowerCase() !== currentName.toLowerCase()) {
      refuseTakenName(mailbox, siblings, folder.state.class, displayName);
    }
  }
  const extended = writtenExtendedProperties(body, folder.state.extended);
  mailbox.updateFolder(folder, { displayName, ...(extended && { extended }) });
  return singleFolder(call, type, folder, 200);
}

export function removeFolder(mailbox: Mailbox, folder: Folder): GraphResponse {
  refuseDistinguished(folder);
  mailbox.removeFolder(folder);
  return { status: 204 };
}

export function refuseDistinguished(folder: Folder, what: 'deleted' | 'moved' = 'deleted'): void {
  if (folder.state.wellKnownName !== undefined) throw distinguishedFolder(what);
}

const distinguishedFolder = (what: string) =>
  new GraphError(
    400,
    what === 'moved' ? 'ErrorMoveDistinguishedFolder' : 'ErrorDeleteDistinguishedFolder',
    `Distinguished folders cannot be ${what}.`,
  );

/** As Exchange keeps PidTagDisplayName of folders. */
const MAX_NAME_LENGTH = 255;

export function requireName(name: unknown): string {
  if (typeof name === 'string' && name.length > MAX_NAME_LENGTH) {
    throw new GraphError(
      400,
      'ErrorFolderSavePropertyError',
      `The displayName of a folder has at most ${MAX_NAME_LENGTH} characters.`,
    );
  }
  if (typeof name === 'string' && name.trim() !== '') return name;
  throw invalidRequest('The displayName of a folder is required.');
}

/** Folders in one folder have different names, whatever is in them (MS-OXCFOLD: ecDuplicateName); To Do's lists are apart. */
const isUsual = (wellKnownName: string | undefined) =>
  wellKnownName !== undefined && wellKnownName !== FLAGGED_EMAILS;

export function refuseTakenName(
  mailbox: Mailbox,
  parent: Folder,
  folderClass: FolderClass,
  displayName: string,
): void {
  const name = displayName.toLowerCase();
  const taken = childrenOf(mailbox, parent).some(
    ({ state }) =>
      state.displayName.toLowerCase() === name &&
      (state.class === folderClass || isUsual(state.wellKnownName)),
  );
  if (taken) throw folderExists();
}
