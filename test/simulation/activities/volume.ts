import type { Violation } from '../module.ts';
import type { View } from './view.ts';

const SETUP_WRITES = 10;

/** Invariant 11: what the product writes is bounded by what users did. */
export function storms({ work, memory, mailboxes }: View, writesPerAct: number): Violation[] {
  const most = mailboxes.length * (SETUP_WRITES + writesPerAct * memory.acts);
  if (work.writes.length <= most) return [];
  const text = `${work.writes.length} writes for ${memory.acts} acts of users; ${most} would be many`;
  return [{ invariant: 11, text }];
}
