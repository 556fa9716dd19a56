import type { Weekday } from '../../store/event-state.ts';

/** Dates without time or zone, counted in days since 1970-01-01. */

const DAY_MS = 86_400_000;
export const WEEKDAYS: readonly Weekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];

export const dayOf = (date: string) => Math.floor(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS);

export const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** 0 for Sunday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number) => (((day + 4) % 7) + 7) % 7;

/** Months since the year 0, so that a number of months can be added. */
export function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export const firstDayOf = (month: number) => Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;

export const lengthOf = (month: number) => firstDayOf(month + 1) - firstDayOf(month);
