import type { Body, Day, ZonedTime } from '../calendar/appointment.ts';

/** What one side says about a task (TASK-1). `null` is empty; an absent field is *unknown* and writes nothing. */
export interface TaskFields {
  readonly subject?: string | null;
  readonly body?: Body | null;
  readonly dueDay?: Day | null;
  readonly startDay?: Day | null;
  readonly status?: 'notStarted' | 'inProgress' | 'waiting' | 'deferred' | 'completed';
  readonly priority?: 'low' | 'normal' | 'high';
  /** When the reminder rings; null: none (POL-15). */
  readonly reminder?: ZonedTime | null;
}
