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

/** A fixed order of records that nothing else tells apart. */
export function byId(a: TrackedRecord, b: TrackedRecord): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
