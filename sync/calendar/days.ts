import type { Day, Weekday } from './appointment.ts';

/** Days as numbers, counted from 1970-01-01, so that weeks and months can be calculated with. */

export const DAY_MS = 86_400_000;

export const numberOf = (day: Day): number => {
  const number = Date.parse(`${day}T00:00:00Z`) / DAY_MS;
  if (Number.isNaN(number)) throw new RangeError(`"${day}" is no day: write yyyy-MM-dd`);
  return number;
};

export const dayOf = (number: number): Day => new Date(number * DAY_MS).toISOString().slice(0, 10);

const WEEKDAYS: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** How many days a day comes after the last weekday of that name; 0 when it is one. */
export const daysSince = (weekday: Weekday, number: number): number =>
  modulo(number + FIRST_WEEKDAY - WEEKDAYS.indexOf(weekday), 7);

/** How many days a day comes before the next weekday of that name; 0 when it is one. */
export const daysUntil = (weekday: Weekday, number: number): number => modulo(-daysSince(weekday, number), 7);

const modulo = (dividend: number, divisor: number) => ((dividend % divisor) + divisor) % divisor;

/** Months, counted from the year 0. */
export function monthOf(number: number): number {
  const date = new Date(number * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export const firstDayOf = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;

export const lengthOf = (month: number): number => firstDayOf(month + 1) - firstDayOf(month);
