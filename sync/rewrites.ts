import type { Field, Fields } from './record.ts';

const HOUR_MS = 3_600_000;
const MOST_REWRITES = 3;

interface LastWrite {
  readonly atMs: number;
  readonly fields: readonly Field[];
}

/** What we wrote last to each side, and when something undid it within the hour (PAIR-11). */
export interface WriteMemory {
  readonly mailbox?: LastWrite;
  readonly crm?: LastWrite;
  readonly undoneAtMs: readonly number[];
}

export const NO_WRITES: WriteMemory = { undoneAtMs: [] };

export function afterWrite(
  memory: WriteMemory,
  side: 'mailbox' | 'crm',
  written: Fields,
  nowMs: number,
): WriteMemory {
  return { ...memory, [side]: { atMs: nowMs, fields: Object.keys(written) as Field[] } };
}

/**
 * A change of a field within an hour after our own write of it to the same side undoes that write, once: what a user
 * then edits further is no rewriting of ours.
 */
export function afterChange(
  memory: WriteMemory,
  side: 'mailbox' | 'crm',
  changed: readonly Field[],
  nowMs: number,
): WriteMemory {
  const { [side]: last, ...rest } = memory;
  const undoneAtMs = memory.undoneAtMs.filter(atMs => nowMs - atMs < HOUR_MS);
  const undone =
    last !== undefined && nowMs - last.atMs < HOUR_MS && changed.some(field => last.fields.includes(field));
  return undone ? { ...rest, undoneAtMs: [...undoneAtMs, nowMs] } : { ...memory, undoneAtMs };
}

/** More than three times within the hour: another tool may be at work, the item is parked. */
export function isContested({ undoneAtMs }: WriteMemory, nowMs: number): boolean {
  return undoneAtMs.filter(atMs => nowMs - atMs < HOUR_MS).length > MOST_REWRITES;
}

/** When a parked item is tried again, epoch ms. */
export const parkedUntilMs = (nowMs: number): number => nowMs + HOUR_MS;
