import { z } from 'zod';
import { shareActivities } from '../activities/subjectChanges.ts';
import type { Emulator } from '../emulator.ts';
import { failure } from '../failure.ts';
import { canonicalId } from '../recordId.ts';
import { createRecord, systemOf } from '../records/save.ts';
import { type Row, text, type Value } from '../store/row.ts';
import { systemActing, typeOf } from './load.ts';

export const activitiesInput = z.strictObject({
  sharedActivities: z.boolean().optional(),
  multidayEvents: z.boolean().optional(),
  queueOwnedTasks: z.boolean().optional(),
  allDayEnd: z.enum(['inclusive', 'exclusive']).optional(),
  allDayActivityDateTime: z.enum(['null', 'midnight']).optional(),
  activityDateZone: z.enum(['utc', 'owner']).optional(),
  startMoves: z.enum(['end', 'duration']).optional(),
  relationsTouchActivity: z.boolean().optional(),
  deletedRelations: z.enum(['purged', 'recycled']).optional(),
  activitiesOfDeleted: z.enum(['deleted', 'cleared']).optional(),
  declineRemovesChild: z.boolean().optional(),
  childEventEdits: z.enum(['refused', 'allowed']).optional(),
  deletingFirstEndsSeries: z.boolean().optional(),
});

/** Changes the named settings and answers all; Shared Activities brings its relations along, or takes them away. */
export function setActivities({ org }: Emulator, input: z.infer<typeof activitiesInput>): object {
  const { sharedActivities: wasShared } = org.settings.activities;
  Object.assign(org.settings.activities, input);
  const { sharedActivities } = org.settings.activities;
  if (sharedActivities !== wasShared) {
    shareActivities({ org, system: systemOf(systemActing(org)) });
    org.settings.schemaChangedMs = org.clock.nowMs();
  }
  return org.settings.activities;
}

export const archiveInput = z.strictObject({
  ids: z.array(z.string()).min(1),
  archived: z.boolean().default(true),
  /** Whether SystemModstamp moves with it. */
  touches: z.boolean().default(false),
});

/** What the vendor does with old activities: they are found by `queryAll` and by id alone. */
export function archive({ org }: Emulator, input: z.infer<typeof archiveInput>): object {
  const system = systemOf(systemActing(org));
  for (const given of input.ids) {
    const object = given.startsWith('00U') ? 'Event' : 'Task';
    const row = org.store.table(object).get(canonicalId(given) ?? '');
    if (row === undefined) throw failure('NOT_FOUND', `There is no Event or Task ${given}`);
    const stamps = input.touches ? { SystemModstamp: org.now() } : {};
    system.amend(object, row, { IsArchived: input.archived, ...stamps });
  }
  return { ids: input.ids, archived: input.archived };
}

const recordInput = z.record(z.string(), z.unknown());

export const seriesInput = z.strictObject({
  object: z.enum(['Event', 'Task']).default('Event'),
  kind: z.enum(['Lightning', 'Classic']).default('Lightning'),
  /** Fields of every occurrence. */
  record: recordInput,
  /** The pattern's own fields, such as Recurrence2PatternText or RecurrenceType. */
  pattern: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).default({}),
  /** Date-times of a timed event, dates of an all-day event or a task. */
  starts: z.array(z.string()).min(1).max(1000),
  /** Users, contacts and leads invited to every occurrence. */
  invitees: z.array(z.string()).default([]),
  /** Positions in `starts` that do not follow the pattern (IsRecurrence2Exclusion). */
  exclusions: z.array(z.int().min(0)).default([]),
});
type SeriesInput = z.infer<typeof seriesInput>;

function startField(input: SeriesInput): string {
  return input.object === 'Task' || input.record.IsAllDayEvent === true ? 'ActivityDate' : 'ActivityDateTime';
}

function marksOf(input: SeriesInput, first: Row, index: number): Record<string, Value> {
  if (input.kind === 'Classic') return index === 0 ? {} : { RecurrenceActivityId: first.Id };
  return {
    ...input.pattern,
    IsRecurrence2: true,
    IsRecurrence2Exclusion: input.exclusions.includes(index),
    Recurrence2PatternStartDate: text(first, 'StartDateTime'),
    SeriesId: first.Id,
    SeriesIndex: index,
  };
}

/** A series as its user made it: of a classic one the first record is the pattern, the others its occurrences. */
export function loadSeries({ org }: Emulator, input: SeriesInput): object {
  if (input.object === 'Task' && (input.kind === 'Lightning' || input.invitees.length > 0))
    throw failure('INVALID_INPUT', 'Tasks recur in Classic series and have no invitees');
  const acting = systemActing(org);
  const system = systemOf(acting);
  const type = typeOf(org, input.object);
  const field = startField(input);
  const starts = input.kind === 'Classic' ? [input.starts[0], ...input.starts] : input.starts;
  let first: Row | undefined;
  const ids = starts.map((start, index) => {
    const row = createRecord(acting, type, { ...input.record, [field]: start });
    first ??= row;
    const isPattern = input.kind === 'Classic' && index === 0;
    const marks = isPattern ? { ...input.pattern, IsRecurrence: true } : marksOf(input, first, index);
    system.save(input.object, row.Id, marks);
    for (const invitee of isPattern ? [] : input.invitees)
      system.save('EventRelation', undefined, { EventId: row.Id, RelationId: invitee });
    return row.Id;
  });
  return input.kind === 'Classic'
    ? { patternId: ids[0], occurrenceIds: ids.slice(1) }
    : { occurrenceIds: ids };
}
