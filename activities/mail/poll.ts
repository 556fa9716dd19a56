import type { MailboxProbeResult, MailFolder } from '../../connectors/connector.ts';
import { areOfRecords, doubtItemCounts } from '../../db/mail-folders.ts';
import { waitedForIn } from '../../db/messages.ts';
import { updatePairing } from '../../db/pairing-state.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { Vault } from '../../db/vault.ts';
import { enabledFolderModules, isFolderKind } from '../../sync/folders/kinds.ts';
import { purposeOf } from '../../sync/folders/tree.ts';
import type { Policy } from '../../sync/policy/schema.ts';
import type { Step } from '../step.ts';
import type { Phase } from '../types.ts';
import { hasFolders, mailPhases } from './features.ts';

/** The folders below which ours are: the root, the display folders, and those with a folder per record. */
export function folderParents({ pairing, mailFolders }: Pick<Step, 'pairing' | 'mailFolders'>): string[] {
  if (pairing.root_folder_id === null || mailFolders.length === 0) return [];
  return [
    pairing.root_folder_id,
    ...mailFolders.filter(({ key }) => isParent(key)).map(({ folderId }) => folderId),
  ];
}

/** Whether the folders directly in a folder of ours are looked at in each cycle. */
export function isParent(key: string): boolean {
  const { type } = purposeOf(key);
  return type === 'display' || type === 'assign';
}

type FolderNames = ReadonlyMap<string, readonly Pick<MailFolder, 'id' | 'name'>[] | null>;

/**
 * What the tree looks like from its parents, and what decides how it shall look: a subscription that changes makes no new
 * version of a policy. Hashed: names of folders are those of customers.
 */
export function digestOf(vault: Vault, options: Policy, folders: FolderNames): string {
  const { smartConvert, assignTo, names } = options;
  const wanted = [smartConvert.enabled, assignTo, names, enabledFolderModules(options)];
  const told = [...folders].map(([parentId, children]) => [
    parentId,
    children?.map(({ id, name }) => [id, name]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) ?? null,
  ]);
  const tree = told.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return vault.hash('folders', JSON.stringify([wanted, tree]));
}

type Polled = Pick<Step, 'pairing' | 'options' | 'mailFolders' | 'nowMs' | 'nextAttemptMs'>;

/** What the folders ask for: messages to work on, a tree to be put right, summaries to be looked through. */
export async function phasesOfFolders(
  tx: Transaction,
  step: Polled,
  { folders }: Pick<MailboxProbeResult, 'folders'>,
): Promise<Set<Phase>> {
  const { pairing, mailFolders, nowMs } = step;
  const phases = new Set<Phase>();
  const filled: string[] = [];
  const byId = new Map([...folders.values()].flatMap(list => list ?? []).map(folder => [folder.id, folder]));
  for (const { key, folderId, itemCount } of mailFolders) {
    const count = byId.get(folderId)?.itemCount;
    const { type } = purposeOf(key);
    if ((type === 'archive' || type === 'create') && (count ?? 0) > 0) phases.add('dropFolders');
    if (type === 'assign') filled.push(...(folders.get(folderId) ?? []).filter(isFilled).map(({ id }) => id));
    if (type === 'display' && count !== itemCount) phases.add('summaries');
  }
  const isAgeing = (pairing.folders_due_at?.getTime() ?? Number.POSITIVE_INFINITY) <= nowMs;
  if (isAgeing || !isTreeRight(step, folders, tx.vault)) phases.add('folders');
  for (const phase of await phasesOfLeft(tx, step, folders)) phases.add(phase);
  // A user may have folders of another purpose there.
  if (filled.length > 0 && (await areOfRecords(tx, pairing.id, filled))) phases.add('assignTo');
  return phases;
}

/** A message that could not be archived may be the last one of its folder: that it was taken out is told as well (MAIL-3). */
async function phasesOfLeft(
  tx: Transaction,
  { pairing, mailFolders, nextAttemptMs }: Polled,
  folders: MailboxProbeResult['folders'],
): Promise<Phase[]> {
  if (nextAttemptMs === null) return [];
  const phaseOf = new Map<string, Phase>();
  for (const { key, folderId } of mailFolders) {
    const { type } = purposeOf(key);
    if (type === 'archive' || type === 'create') phaseOf.set(folderId, 'dropFolders');
    if (type === 'assign') for (const { id } of folders.get(folderId) ?? []) phaseOf.set(id, 'assignTo');
  }
  const present = [...folders.values()].flatMap(list => list ?? []);
  const empty = present.filter(({ id, itemCount }) => itemCount === 0 && phaseOf.has(id)).map(({ id }) => id);
  return (await waitedForIn(tx, pairing.id, empty)).flatMap(id => phaseOf.get(id) ?? []);
}

function isTreeRight(
  { pairing, options, mailFolders }: Polled,
  folders: MailboxProbeResult['folders'],
  vault: Vault,
): boolean {
  const isRead = pairing.records_sweep >= pairing.sweep;
  if (mailFolders.length === 0) return !hasFolders(options);
  return isRead && digestOf(vault, options, folders) === pairing.folders_digest;
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
    sentItems: begins || kinds.includes('sentitems'),
    inbox: begins || kinds.includes('inbox'),
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

/**
 * What was found not to be right, or is to be looked at as a whole, is in doubt until the phases have put it right, whichever
 * cycle they belong to.
 */
export async function noteDoubts(
  tx: Transaction,
  { pairing }: Step,
  found: ReadonlySet<Phase>,
  begins: boolean,
): Promise<void> {
  if (begins || found.has('folders')) await doubtTree(tx, pairing);
  else if (found.has('summaries')) await doubtItemCounts(tx, pairing.id);
}

/** Neither the folders count as right any more, nor what they show. */
export async function doubtTree(tx: Transaction, pairing: Step['pairing']): Promise<void> {
  await updatePairing(tx, pairing, { folders_digest: null });
  await doubtItemCounts(tx, pairing.id);
}

const MAIL_PHASES = ['dropFolders', 'assignTo', 'sentItems', 'inbox', 'folders', 'summaries'] as const;

const isFilled = ({ itemCount }: MailFolder) => itemCount > 0;
