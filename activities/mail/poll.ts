import type { MailboxProbeResult, MailFolder } from '../../connectors/connector.ts';
import type { KnownFolder } from '../../db/mail-folders.ts';
import type { Vault } from '../../db/vault.ts';
import { isFolderKind } from '../../sync/folders/kinds.ts';
import { purposeOf } from '../../sync/folders/tree.ts';
import type { Step } from '../step.ts';
import type { Phase } from '../types.ts';
import { mailPhases } from './features.ts';

/** The folders below which ours are: the root, the display folders, and those with a folder per record. */
export function folderParents({ pairing, mailFolders }: Pick<Step, 'pairing' | 'mailFolders'>): string[] {
  if (pairing.root_folder_id === null || mailFolders.length === 0) return [];
  return [pairing.root_folder_id, ...mailFolders.filter(isParent).map(({ folderId }) => folderId)];
}

function isParent({ key }: KnownFolder): boolean {
  const { type } = purposeOf(key);
  return type === 'display' || type === 'assign';
}

/** What the tree looks like from its parents, hashed: names of folders are those of customers. */
export function digestOf(vault: Vault, folders: MailboxProbeResult['folders']): string {
  const told = [...folders].map(([parentId, children]) => [
    parentId,
    children?.map(({ id, name }) => [id, name]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) ?? null,
  ]);
  return vault.hash('folders', JSON.stringify(told.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))));
}

/** What the folders ask for: messages to work on, a tree to be put right, summaries to be looked through. */
export function phasesOfFolders(
  { pairing, mailFolders, nowMs }: Pick<Step, 'pairing' | 'mailFolders' | 'nowMs'>,
  { folders }: Pick<MailboxProbeResult, 'folders'>,
  vault: Vault,
): Set<Phase> {
  const phases = new Set<Phase>();
  const byId = new Map([...folders.values()].flatMap(list => list ?? []).map(folder => [folder.id, folder]));
  for (const { key, folderId, itemCount } of mailFolders) {
    const count = byId.get(folderId)?.itemCount;
    const { type } = purposeOf(key);
    if ((type === 'archive' || type === 'create') && (count ?? 0) > 0) phases.add('dropFolders');
    if (type === 'assign' && (folders.get(folderId) ?? []).some(isFilled)) phases.add('assignTo');
    if (type === 'display' && count !== itemCount) phases.add('summaries');
  }
  const isDue = (pairing.folders_due_at?.getTime() ?? Number.POSITIVE_INFINITY) <= nowMs;
  if (folders.size > 0 && (isDue || digestOf(vault, folders) !== pairing.folders_digest))
    phases.add('folders');
  return phases;
}

/**
 * The phases of mail that have work, in their order: what the folders show, messages that wait, records that changed. A
 * cycle that begins with a preparation looks at everything.
 */
export function mailPhasesDue(
  step: Step,
  found: ReadonlySet<Phase>,
  kinds: readonly string[],
  begins: boolean,
): Phase[] {
  const { options, mailFolders, peopleWanted } = step;
  const drops = found.has('dropFolders') || peopleWanted;
  const records = kinds.some(isFolderKind);
  const folders = found.has('folders') || records || begins || found.has('dropFolders');
  const due: Readonly<Partial<Record<Phase, boolean>>> = {
    dropFolders: drops,
    assignTo: found.has('assignTo'),
    sentItems: kinds.includes('sentitems'),
    inbox: kinds.includes('inbox'),
    folders,
    summaries: folders || found.has('summaries'),
  };
  const own = mailPhases(options);
  // What a policy no longer has is taken out of the mailbox; whom an admin wants is made whatever the policy has.
  const wanted = (phase: Phase) =>
    own.includes(phase) ||
    (phase === 'folders' && mailFolders.length > 0) ||
    (phase === 'dropFolders' && peopleWanted);
  return MAIL_PHASES.filter(phase => due[phase] === true && wanted(phase));
}

const MAIL_PHASES = ['dropFolders', 'assignTo', 'sentItems', 'inbox', 'folders', 'summaries'] as const;

const isFilled = ({ itemCount }: MailFolder) => itemCount > 0;
