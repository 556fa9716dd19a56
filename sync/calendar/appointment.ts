/** A day, `yyyy-MM-dd`, in no zone at all. */
export type Day = string;

/**
 * A moment as people wrote it: wall time `yyyy-MM-ddTHH:mm:ss` and the IANA zone it was meant in (CAL-3). A system that
 * keeps moments only (Salesforce) says UTC.
 */
export interface ZonedTime {
  readonly local: string;
  readonly zone: string;
}

/** When something happens. An all-day item is a date in any zone (CAL-3); `lastDay` is the last one that it covers. */
export type Span =
  | { readonly allDay: true; readonly firstDay: Day; readonly lastDay: Day }
  | { readonly allDay: false; readonly start: ZonedTime; readonly end: ZonedTime };

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
/** Which of the days of a month that fit: the last one is not always the fourth. */
export type WeekIndex = 'first' | 'second' | 'third' | 'fourth' | 'last';

export type RecurrencePattern =
  | { readonly type: 'daily'; readonly interval: number }
  | {
      readonly type: 'weekly';
      readonly interval: number;
      readonly days: readonly Weekday[];
      readonly firstDayOfWeek: Weekday;
    }
  | { readonly type: 'monthlyOnDay'; readonly interval: number; readonly dayOfMonth: number }
  | {
      readonly type: 'monthlyOnWeekday';
      readonly interval: number;
      readonly days: readonly Weekday[];
      readonly index: WeekIndex;
    }
  /** `interval`: in years. */
  | {
      readonly type: 'yearlyOnDay';
      readonly interval: number;
      readonly month: number;
      readonly dayOfMonth: number;
    }
  | {
      readonly type: 'yearlyOnWeekday';
      readonly interval: number;
      readonly month: number;
      readonly days: readonly Weekday[];
      readonly index: WeekIndex;
    };

export type RecurrenceEnd =
  | { readonly type: 'never' }
  /** The last day on which an occurrence may begin. */
  | { readonly type: 'until'; readonly day: Day }
  | { readonly type: 'count'; readonly occurrences: number };

/** How a series repeats. Its days are days of `zone`, where its occurrences keep their wall time over DST (CAL-4). */
export interface Recurrence {
  readonly pattern: RecurrencePattern;
  readonly firstDay: Day;
  readonly end: RecurrenceEnd;
  readonly zone: string;
}

export type Response = 'none' | 'accepted' | 'tentative' | 'declined';

/** Somebody who takes part (CAL-5). */
export interface Participant {
  /** Lower case. */
  readonly address: string;
  readonly name: string | null;
  readonly role: 'organizer' | 'required' | 'optional' | 'resource';
  readonly response: Response;
}

/** As text (paragraphs by line breaks) and, where the side has it, as the HTML that it was made from (CAL-6). */
export interface Body {
  readonly text: string;
  readonly html: string | null;
}

/**
 * What one side says about an appointment. `null` is empty; an absent field is *unknown* and writes nothing, as for
 * people (`Fields` in sync/record.ts).
 */
export interface AppointmentFields {
  readonly subject?: string | null;
  readonly location?: string | null;
  readonly body?: Body | null;
  readonly span?: Span;
  readonly showAs?: 'free' | 'tentative' | 'busy' | 'outOfOffice' | 'elsewhere';
  readonly isPrivate?: boolean;
  /** Minutes before the start; null: no reminder (POL-15). */
  readonly reminderMinutes?: number | null;
  readonly participants?: readonly Participant[];
  readonly recurrence?: Recurrence | null;
}
