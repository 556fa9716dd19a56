import type { Policy } from '../policy/schema.ts';
import { enabledFolderModules, type FolderKind, folderKindOf } from './kinds.ts';

/** An open record of a folder-based module, as far as folders show it. */
export interface TrackedRecord {
  readonly id: string;
  /** Of cases, before the name. */
  readonly number: string | null;
  readonly name: string;
  readonly ownerId: string;
  readonly modifiedAtMs: number;
}

export interface TrackingRules {
  /** POL-10 */
  readonly filter: 'owner' | 'visible';
  readonly ownUserId: string;
  readonly maximumItems: number;
  readonly maximumAgeDays: number;
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;

/** MAIL-5: the records that have a drop folder of their own, the most recently modified first. */
export function trackedRecords(records: readonly TrackedRecord[], rules: TrackingRules): TrackedRecord[] {
  const oldestMs = rules.nowMs - rules.maximumAgeDays * DAY_MS;
  return records
    .filter(({ ownerId }) => rules.filter === 'visible' || ownerId === rules.ownUserId)
    .filter(({ modifiedAtMs }) => modifiedAtMs >= oldestMs)
    .sort((a, b) => b.modifiedAtMs - a.modifiedAtMs || byId(a, b))
    .slice(0, rules.maximumItems);
}

/** When the next record becomes too old for a drop folder of its own, epoch milliseconds; null where none will. */
export function nextAgeing(
  records: readonly (TrackedRecord & { readonly kind: FolderKind })[],
  policy: Policy,
  nowMs: number,
): number | null {
  if (!policy.assignTo.enabled) return null;
  const ends = enabledFolderModules(policy).flatMap(module => {
    const lifeMs = module.limits.maximumAgeDays * DAY_MS;
    return records
      .filter(({ kind }) => kind === folderKindOf(module))
      .map(({ modifiedAtMs }) => modifiedAtMs + lifeMs + 1)
      .filter(endMs => endMs > nowMs);
  });
  return ends.length === 0 ? null : Math.min(...ends);
}

/** A fixed order of records that nothing else tells apart. */
export function byId(a: TrackedRecord, b: TrackedRecord): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
