import { momentsOf, NO_REMINDER, textOfParticipants } from '../../sync/calendar/text-form.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { Field, Fields } from '../../sync/record.ts';

/** Both systems of this folder live here; the days of all-day appointments begin at its midnights. */
export const zone = 'Europe/Berlin';

/** Where nothing is set, these fields say so in words. */
const presets: Fields = {
  showAs: 'busy',
  privacy: 'normal',
  reminder: NO_REMINDER,
  participants: textOfParticipants([]),
  status: 'notStarted',
  priority: 'normal',
  remindAt: NO_REMINDER,
};

/** A value for each of the fields that a system holds, as systems tell of an item that was read whole. */
export function wholeFields(names: Iterable<Field>, fields: Fields): Fields {
  return Object.fromEntries([...names].map(name => [name, fields[name] ?? presets[name] ?? null]));
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export function overlaps({ span }: Fields, { fromMs, toMs }: Stretch): boolean {
  if (!span) return false;
  const { startMs, endMs } = momentsOf(span, zone);
  return endMs > fromMs && startMs < toMs;
}

export function requireSpan({ span }: Fields): void {
  if (!span) {
    throw new SyncFailure('validation', 'span is required', { fields: ['span'], fix: 'Enter a time.' });
  }
  const { startMs, endMs } = momentsOf(span, zone);
  if (endMs < startMs) {
    throw new SyncFailure('validation', 'it ends before it begins', {
      fields: ['span'],
      fix: 'Let the appointment end after its beginning.',
    });
  }
}

export function requireStorable(values: Readonly<Record<string, string | null | undefined>>): void {
  const names = Object.entries(values).flatMap(([name, value]) =>
    value?.includes('\0') || value?.isWellFormed() === false ? [name] : [],
  );
  if (names.length > 0) throw new SyncFailure('validation', `${names}: cannot be stored`, { fields: names });
}

export function required<T>(found: T | undefined): T {
  if (found === undefined) throw new SyncFailure('gone', 'there is no such thing in the mailbox');
  return found;
}

/** Names are taken whatever their case is. */
export function requireFreeName(name: string, taken: readonly { readonly name: string }[]): void {
  if (taken.some(other => other.name.toLowerCase() === name.toLowerCase()))
    throw new SyncFailure('duplicate', `"${name}" is there already`);
}
