import type { FolderClass } from './mailbox-state.ts';

interface WellKnownFolder {
  name: string;
  displayName: string;
  parent?: string;
  folderClass: FolderClass;
  hidden?: boolean;
}

export const MAIL_ROOT = 'msgfolderroot';
export const DELETED_ITEMS = 'deleteditems';
export const CONTACTS_ROOT = 'contacts';
export const CALENDAR = 'calendar';
export const DEFAULT_TASK_LIST = 'tasks';
export const FLAGGED_EMAILS = 'flaggedemails';

const inMailRoot = (name: string, displayName: string, hidden = false): WellKnownFolder => ({
  name,
  displayName,
  parent: MAIL_ROOT,
  folderClass: 'mail',
  hidden,
});

/** What every mailbox has from the first day (names: the mailFolder resource type of the documentation). */
export const WELL_KNOWN_FOLDERS: readonly WellKnownFolder[] = [
  { name: MAIL_ROOT, displayName: 'Top of Information Store', folderClass: 'mail' },
  inMailRoot('archive', 'Archive'),
  inMailRoot('conversationhistory', 'Conversation History'),
  inMailRoot(DELETED_ITEMS, 'Deleted Items'),
  inMailRoot('drafts', 'Drafts'),
  inMailRoot('inbox', 'Inbox'),
  inMailRoot('junkemail', 'Junk Email'),
  inMailRoot('outbox', 'Outbox'),
  inMailRoot('sentitems', 'Sent Items'),
  inMailRoot('clutter', 'Clutter', true),
  inMailRoot('scheduled', 'Scheduled', true),
  inMailRoot('syncissues', 'Sync Issues', true),
  { name: 'conflicts', displayName: 'Conflicts', parent: 'syncissues', folderClass: 'mail' },
  { name: 'localfailures', displayName: 'Local Failures', parent: 'syncissues', folderClass: 'mail' },
  { name: 'serverfailures', displayName: 'Server Failures', parent: 'syncissues', folderClass: 'mail' },
  { name: 'searchfolders', displayName: 'Finder', folderClass: 'mail', hidden: true },
  { name: 'recoverableitemsroot', displayName: 'Recoverable Items', folderClass: 'mail', hidden: true },
  {
    name: 'recoverableitemsdeletions',
    displayName: 'Deletions',
    parent: 'recoverableitemsroot',
    folderClass: 'mail',
    hidden: true,
  },
  { name: CONTACTS_ROOT, displayName: 'Contacts', parent: MAIL_ROOT, folderClass: 'contacts' },
  { name: CALENDAR, displayName: 'Calendar', parent: MAIL_ROOT, folderClass: 'calendar' },
  { name: DEFAULT_TASK_LIST, displayName: 'Tasks', parent: MAIL_ROOT, folderClass: 'tasks' },
  { name: FLAGGED_EMAILS, displayName: 'Flagged Emails', parent: MAIL_ROOT, folderClass: 'tasks' },
];
