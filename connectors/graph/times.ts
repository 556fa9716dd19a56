import type { DateTimeTimeZone } from '@microsoft/microsoft-graph-types';
import type { Day, ZonedTime } from '../../sync/calendar/appointment.ts';
import { epochMs, windowsZone, zonedTime, zoneNamed } from '../../sync/calendar/zones.ts';
import { SyncFailure } from '../../sync/failure.ts';

const dayMs = 86_400_000;

/** Null for what names no zone that is known, such as `tzone://Microsoft/Custom` (documentation: event). */
export function ianaZoneOf(name: string | null | undefined): string | null {
  return name ? zoneNamed(name).zone : null;
}

/** All Windows names are accepted, of the IANA names some (documentation: dateTimeTimeZone). */
export function toldZone(zone: string): string {
  return windowsZone(zone) ?? zone;
}

/** A moment as it was told: in UTC, unless another zone was preferred. */
export function toldMoment({ dateTime, timeZone }: DateTimeTimeZone): ZonedTime {
  const zone = ianaZoneOf(timeZone ?? 'UTC');
  const local = (dateTime ?? '').slice(0, 19);
  if (zone !== null && Number.isFinite(Date.parse(`${local}Z`))) return { local, zone };
  throw new SyncFailure('validation', `"${dateTime}" in "${timeZone}" is no time that can be read`, {
    native: 'UnreadableTime',
    fix: 'Set the time and the time zone of the item again in Outlook.',
  });
}

/** A moment in the zone in which it was written (CAL-3); without a known one, as it was told. */
export function zonedTimeOf(told: DateTimeTimeZone, writtenIn: string | null | undefined): ZonedTime {
  const moment = toldMoment(told);
  const zone = ianaZoneOf(writtenIn);
  return zone === null || zone === moment.zone ? moment : zonedTime(epochMs(moment), zone);
}

export function dateTimeOf({ local, zone }: ZonedTime): DateTimeTimeZone {
  return { dateTime: local, timeZone: toldZone(zone) };
}

/**
 * The day whose midnight was written in a zone that may not be told any more, so that another time of day is: UTC tells
 * the 24th of Honolulu as the 24th at 10:00, that of Kiritimati as the 23rd at 10:00. What is no midnight as told is
 * read in the zone where it was probably written, as the nearest midnight: that zone may be a neighbour of the right
 * one, or its clocks may skip midnight.
 */
export function dayTold(told: DateTimeTimeZone, writtenIn: string): Day {
  const moment = toldMoment(told);
  if (moment.local.endsWith('T00:00:00')) return dayOf(moment);
  const { local } = zonedTime(epochMs(moment), writtenIn);
  return new Date(Date.parse(`${local}Z`) + dayMs / 2).toISOString().slice(0, 10);
}

export function midnightOf(day: Day, zone: string): DateTimeTimeZone {
  return dateTimeOf({ local: `${day}T00:00:00`, zone });
}

export function dayAfter(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

function dayOf({ local }: ZonedTime): Day {
  return local.slice(0, 10);
}

/** When the server made or changed something; the beginning of time where it does not say. */
export function momentMs(told: string | null | undefined): number {
  return Date.parse(told ?? '') || 0;
}
