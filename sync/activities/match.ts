import { spanOfText } from '../calendar/text-form.ts';
import { epochMs } from '../calendar/zones.ts';
import { isBlank } from '../items/compare.ts';
import type { ActivityModule, Fields } from '../record.ts';

/**
 * What an appointment or a task is recognised by on the other side (PAIR-7): an appointment by subject, start and end, a
 * task by subject and due date. Compared through keyed hashes where they are stored. Without a subject nothing is
 * recognised.
 */
export function activityKeys(module: ActivityModule, fields: Fields): string[] {
  if (isBlank(fields.subject)) return [];
  const subject = fold(fields.subject ?? '');
  if (module !== 'appointments') return [`t:${subject}|${fields.dueDay ?? ''}`];
  return fields.span ? [`s:${subject}|${timesOf(fields.span)}`] : [];
}

/** What an operator finds it by, linked or not. */
export function subjectKey(fields: Fields): string[] {
  return isBlank(fields.subject) ? [] : [`n:${fold(fields.subject ?? '')}`];
}

/** The same moments, in whichever zone they are told. */
function timesOf(text: string): string {
  const span = spanOfText(text);
  return span.allDay ? `${span.firstDay}|${span.lastDay}` : `${epochMs(span.start)}|${epochMs(span.end)}`;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

interface Candidate {
  readonly id: string;
  readonly fields: Fields;
}

/** The one candidate that is this activity; several are never guessed between. */
export function matchActivity<T extends Candidate>(
  module: ActivityModule,
  fields: Fields,
  candidates: readonly T[],
):
  | { readonly type: 'one'; readonly candidate: T }
  | { readonly type: 'none' }
  | { readonly type: 'ambiguous'; readonly candidates: readonly T[] } {
  const wanted = new Set(activityKeys(module, fields));
  const found = candidates.filter(candidate =>
    activityKeys(module, candidate.fields).some(key => wanted.has(key)),
  );
  if (found.length > 1) return { type: 'ambiguous', candidates: found };
  return found[0] ? { type: 'one', candidate: found[0] } : { type: 'none' };
}
