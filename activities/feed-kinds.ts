import type { FeedKind } from '../connectors/connector.ts';
import type { FolderKind } from '../sync/folders/kinds.ts';
import { ITEM_KIND_OF } from '../sync/modules.ts';
import type { Module } from '../sync/record.ts';

/**
 * What the feed asks for: people, and the accounts whose name and address they show; appointments, and who is invited to
 * them; tasks and calls, which are heard of together; records with folders. Modules that no policy has cost nothing.
 */
export function feedKinds(modules: readonly Module[], folderKinds: readonly FolderKind[]): FeedKind[] {
  const kinds = new Set(modules.map(module => ITEM_KIND_OF[module]));
  return [
    'contact',
    'lead',
    'account',
    ...(kinds.has('event') ? (['event', 'invitation'] as const) : []),
    ...(kinds.has('task') ? (['task'] as const) : []),
    ...folderKinds,
  ];
}
