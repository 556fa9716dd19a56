import { saveCursors } from '../db/cursors.ts';
import { type CursorRow, updatePairing } from '../db/pairing-state.ts';
import { calendarContainer, kindOfContainer, windowOf } from '../sync/containers.ts';
import type { Policy } from '../sync/policy/schema.ts';
import type { ItemKind } from '../sync/record.ts';
import { stableOffset } from '../sync/schedule/offset.ts';
import type { ActivityDeps } from './deps.ts';
import type { Step } from './step.ts';

const DAY_MS = 86_400_000;

export function daysFrom(nowMs: number, days: number): number {
  return nowMs + days * DAY_MS;
}

/** Midnight of the sync start date (POL-2), epoch milliseconds. */
export function sinceMsOf(options: Policy): number {
  return Date.parse(`${options.general.syncStartDate}T00:00:00Z`);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** A range of the calendar is read for a month before a new one begins (ARCHITECTURE.md section 4). */
const RANGE_LASTS_DAYS = 31;

/**
 * The container of the calendar's horizon as it is now (POL-16): it covers a month more than the policy asks, and up to a
 * month again by pairing, so that not all of them begin a new range on the same day.
 */
export function currentWindow(options: Policy, pairingId: string, nowMs: number): string {
  const spread = Math.floor(stableOffset(pairingId) * RANGE_LASTS_DAYS);
  return calendarContainer({
    fromDay: dayOf(firstMoment(options, nowMs)),
    toDay: dayOf(daysFrom(nowMs, options.calendar.futureDays + RANGE_LASTS_DAYS + spread)),
  });
}

function firstMoment(options: Policy, nowMs: number): number {
  return Math.min(daysFrom(nowMs, -options.calendar.pastDays), sinceMsOf(options));
}

/** Whether the calendar's range no longer covers what the policy asks, so that a new one has to begin. */
export function isHorizonShort(cursors: readonly CursorRow[], options: Policy, nowMs: number): boolean {
  const neededTo = dayOf(daysFrom(nowMs, options.calendar.futureDays));
  const neededFrom = dayOf(firstMoment(options, nowMs));
  const ranges = cursors.flatMap(({ containerId }) => windowOf(containerId) ?? []);
  return !ranges.some(({ fromDay, toDay }) => toDay >= neededTo && fromDay <= neededFrom);
}

/** What the policy's modules need to be watched and is not yet. */
export function missingContainers({ cursors, options }: Pick<Step, 'cursors' | 'options'>): ItemKind[] {
  const { appointments, calls, tasks } = options.modules;
  const needed: ItemKind[] = [
    ...(appointments.enabled ? (['event'] as const) : []),
    ...(calls.enabled || tasks.enabled ? (['task'] as const) : []),
  ];
  return needed.filter(kind => !cursors.some(({ containerId }) => kindOfContainer(containerId) === kind));
}

/** Begins a new range of the calendar beside the one that is read, when that no longer reaches far enough. */
export async function extendHorizon(deps: ActivityDeps, step: Step): Promise<readonly CursorRow[]> {
  const { cursors, options, pairing, nowMs } = step;
  if (!options.modules.appointments.enabled || !isHorizonShort(cursors, options, nowMs)) return cursors;
  const range: CursorRow = {
    containerId: currentWindow(options, pairing.id, nowMs),
    cursor: null,
    enumerating: true,
    // What was made since the first cycle is new, whenever it comes into the range (PAIR-6).
    readAtMs: pairing.initialized_at?.getTime() ?? null,
  };
  await deps.database.inOrganization(step.organizationId, async tx => {
    await saveCursors(tx, pairing.id, [range]);
    await updatePairing(tx, pairing, { sweep_wanted: true });
  });
  return [...cursors.filter(({ containerId }) => containerId !== range.containerId), range];
}

/** Ranges of the calendar that a later one has taken the place of: it was read to its end. */
export function retiredRanges(cursors: readonly CursorRow[]): string[] {
  const ranges = cursors.filter(({ containerId }) => windowOf(containerId) !== null);
  const latest = ranges.toSorted((a, b) => (endOf(a) < endOf(b) ? 1 : -1))[0];
  if (!latest || latest.enumerating) return [];
  return ranges.filter(range => range !== latest).map(({ containerId }) => containerId);
}

function endOf({ containerId }: CursorRow): string {
  return windowOf(containerId)?.toDay ?? '';
}
