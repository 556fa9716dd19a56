import { failure } from '../failure.ts';
import type { SaveContext, SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';

/** Classic series are made by the control interface alone. */
export function refuseRecurrence(draft: Draft, { given, isSystem }: SaveContext): void {
  if (!isSystem && given.has('IsRecurrence') && draft.IsRecurrence === true)
    throw failure(
      'FUNCTIONALITY_NOT_ENABLED',
      'The emulator makes no series from IsRecurrence: load one with POST /_emulator/series',
      ['IsRecurrence'],
    );
}

/** The live occurrences of a Lightning series. `SeriesId` and `SeriesIndex` are the emulator's own. */
function occurrencesOf(org: Org, seriesId: string | null): Row[] {
  if (seriesId === null) return [];
  return org.store
    .table('Event')
    .withValue('SeriesId', seriesId)
    .filter(row => row.IsDeleted !== true);
}

/** Who deletes the first occurrence deletes the series, if the org is set so. */
export function leaveSeries(row: Row, org: Org, system: SystemWriter): void {
  if (row.SeriesIndex !== 0 || !org.settings.activities.deletingFirstEndsSeries) return;
  for (const other of occurrencesOf(org, text(row, 'SeriesId'))) removeLive(org, system, other);
}

function removeLive(org: Org, system: SystemWriter, row: Row): void {
  const current = org.store.table('Event').get(row.Id);
  if (current !== undefined && current.IsDeleted !== true) system.remove('Event', current);
}

/** Deletes an occurrence of a Lightning series and all later ones (REST API guide, Delete Lightning Experience Event Series). */
export function removeOnwards(org: Org, system: SystemWriter, row: Row): void {
  if (row.IsRecurrence2 !== true || row.IsRecurrence2Exclusion === true)
    throw failure(
      'INVALID_INPUT',
      'Name an event with IsRecurrence2 true and IsRecurrence2Exclusion false, or delete the event alone',
    );
  if (row.IsChild === true)
    throw failure('INVALID_INPUT', 'A child event cannot be deleted onwards: name its parent event');
  const start = text(row, 'StartDateTime') ?? '';
  const patternStart = text(row, 'Recurrence2PatternStartDate') ?? '';
  if (start < patternStart)
    throw failure('INVALID_INPUT', `The event lies before the start of its series, ${patternStart}`);
  for (const other of occurrencesOf(org, text(row, 'SeriesId')))
    if ((text(other, 'StartDateTime') ?? '') >= start) removeLive(org, system, other);
}
