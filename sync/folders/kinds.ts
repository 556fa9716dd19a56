import type { RecordType } from '../mail/new-record.ts';
import {
  type FolderModule,
  folderModulesOf,
  type StandardFolderModule,
  standardFolderModules,
} from '../policy/folders.ts';
import type { Policy } from '../policy/schema.ts';

/** What a record with folders in the mailbox is called in keys, in the feed and in the inbox (POL-9). */
export type FolderKind = StandardFolderModule | `custom:${string}`;

const STANDARD: readonly string[] = standardFolderModules;

/** Custom objects are told apart by their API names. */
export function folderKindOf({ module, object }: Pick<FolderModule, 'module' | 'object'>): FolderKind {
  return module === 'custom' ? `custom:${object ?? ''}` : module;
}

export function isFolderKind(kind: string): kind is FolderKind {
  return kind.startsWith('custom:') || STANDARD.includes(kind);
}

/** The other way round. */
export function recordTypeOf(kind: FolderKind): RecordType {
  const [module, object] = kind.split(':', 2) as [FolderModule['module'], string?];
  return object === undefined ? { module } : { module, object };
}

/** The modules of a policy whose records have folders in the mailboxes. */
export function enabledFolderModules(policy: Policy): FolderModule[] {
  return folderModulesOf(policy).filter(({ enabled }) => enabled);
}
