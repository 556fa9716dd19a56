import type { Body, ZonedTime } from '../../sync/calendar/appointment.ts';
import { normalText } from '../../sync/calendar/plain-text.ts';
import { epochMs, zonedTime } from '../../sync/calendar/zones.ts';
import { cutTo, isCut } from './cut.ts';
import type { ObjectShape } from './shape.ts';
import type { Row } from './wire.ts';

/** The values of an event or a task on its way to the CRM. */
export type ActivityRecord = { [column: string]: string | number | boolean | null };

/** The columns of which this org has the objects, as far as its user may see them. */
export function presentIn(shape: ObjectShape, record: ActivityRecord): ActivityRecord {
  return Object.fromEntries(Object.entries(record).filter(([column]) => shape.columns.has(column)));
}

/** A text, null where there is none. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A text, null where there is none; undefined for one that is not on the row or was cut by us. */
export function textIn(row: Row, column: string): string | null | undefined {
  const value = row[column];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') return null;
  return isCut(value) ? undefined : value;
}

/** The description is plain text. */
export function bodyIn(row: Row): Body | null | undefined {
  const told = textIn(row, 'Description');
  if (told == null) return told;
  const text = normalText(told);
  return text === '' ? null : { text, html: null };
}

/** What the column holds of a text. */
export function heldText(shape: ObjectShape, column: string, text: string | null): string | null {
  const maxLength = shape.columns.get(column)?.maxLength ?? null;
  if (text === null || text === '') return null;
  return maxLength === null ? text : cutTo(text, maxLength);
}

/** The CRM keeps moments; the zone in which somebody meant them is not told. */
export function momentIn(value: unknown): ZonedTime | null {
  const atMs = msIn(value);
  return atMs === null ? null : zonedTime(atMs, 'UTC');
}

export function msIn(value: unknown): number | null {
  const atMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

export function momentOf(time: ZonedTime): string {
  return dateTimeOf(epochMs(time));
}

export function dateTimeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
