import { type FolderModule, folderModulesOf, type StandardFolderModule } from '../policy/folders.ts';
import type { Policy } from '../policy/schema.ts';

/** What a record with folders in the mailbox is called in keys, in the feed and in the inbox (POL-9). */
export type FolderKind = StandardFolderModule | `custom:${string}`;

/** Custom objects are told apart by their API names. */
export function folderKindOf({ module, object }: Pick<FolderModule, 'module' | 'object'>): FolderKind {
  return module === 'custom' ? `custom:${object ?? ''}` : module;
}

/** The modules of a policy whose records have folders in the mailboxes. */
export function enabledFolderModules(policy: Policy): FolderModule[] {
  return folderModulesOf(policy).filter(({ enabled }) => enabled);
}
