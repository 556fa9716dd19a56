import { isOfActivities } from '../activities/work.ts';
import { isOfMail } from '../emails/writes.ts';
import type { Violation } from '../module.ts';
import type { View } from './view.ts';

/** Folders, categories, marks of ownership and their repair. */
const SETUP_WRITES = 20;
const WRITES_PER_ACT = 6;

/** Invariant 11: what the product writes is bounded by what users did. */
export function storms({ writes: all, mailboxes, memory }: View): Violation[] {
  const writes = all.filter(write => !isOfActivities(write) && !isOfMail(write));
  const repairs = memory.furniture.length * (SETUP_WRITES + memory.acts);
  const most = mailboxes.length * (SETUP_WRITES + WRITES_PER_ACT * memory.acts) + repairs;
  if (writes.length <= most) return [];
  return [
    {
      invariant: 11,
      text: `${writes.length} writes for ${memory.acts} acts of users; ${most} would be many`,
    },
  ];
}
