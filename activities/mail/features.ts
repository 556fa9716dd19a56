import type { CursorRow } from '../../db/pairing-state.ts';
import { kindOfContainer, mailContainer } from '../../sync/containers.ts';
import { enabledFolderModules } from '../../sync/folders/kinds.ts';
import type { Policy } from '../../sync/policy/schema.ts';
import type { Step } from '../step.ts';
import type { Phase } from '../types.ts';

/** Whether the policy puts folders into the mailbox below the root folder (MAIL-1). */
export function hasFolders(options: Policy): boolean {
  return options.smartConvert.enabled || enabledFolderModules(options).length > 0;
}

/** Outlook's colours of its presets: green, red. */
const PROCESSED_COLOR = 'preset4';
const NOT_ARCHIVED_COLOR = 'preset0';

/** The categories by which messages say what became of them (MAIL-3). */
export function messageCategories(options: Policy): { readonly name: string; readonly color: string }[] {
  const { smartConvert, assignTo, inbox, sentItems, names } = options;
  if (![smartConvert, assignTo, inbox, sentItems].some(({ enabled }) => enabled)) return [];
  return [
    { name: names.processed, color: PROCESSED_COLOR },
    { name: names.notArchived, color: NOT_ARCHIVED_COLOR },
  ];
}

/** The containers whose messages are archived by themselves (POL-23). */
export function archivedContainers({ inbox, sentItems }: Policy): string[] {
  return [
    ...(inbox.enabled ? [mailContainer('inbox')] : []),
    ...(sentItems.enabled ? [mailContainer('sentitems')] : []),
  ];
}

/** Containers of messages that the policy needs and that are not watched yet. */
export function missingArchives({ cursors, options }: Pick<Step, 'cursors' | 'options'>): string[] {
  return archivedContainers(options).filter(
    wanted => !cursors.some(({ containerId }) => containerId === wanted),
  );
}

/** Containers that the policy no longer archives: nothing of them is asked any more. */
export function retiredArchives({ cursors, options }: Pick<Step, 'cursors' | 'options'>): string[] {
  const wanted = new Set(archivedContainers(options));
  return cursors
    .filter(({ containerId }) => kindOfContainer(containerId) === 'message' && !wanted.has(containerId))
    .map(({ containerId }) => containerId);
}

/** What is read in a cycle. */
export function watchedCursors(step: Pick<Step, 'cursors' | 'options'>): CursorRow[] {
  const retired = new Set(retiredArchives(step));
  return step.cursors.filter(({ containerId }) => !retired.has(containerId));
}

/** The phases of mail that a policy has, all of them. */
export function mailPhases(options: Policy): Phase[] {
  return [
    ...(options.smartConvert.enabled ? (['dropFolders'] as const) : []),
    ...(options.assignTo.enabled ? (['assignTo'] as const) : []),
    ...(options.sentItems.enabled ? (['sentItems'] as const) : []),
    ...(options.inbox.enabled ? (['inbox'] as const) : []),
    ...(hasFolders(options) ? (['folders', 'summaries'] as const) : []),
  ];
}
