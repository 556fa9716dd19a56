import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { instantOf, wallTimeAt } from '../../../emulators/graph/resources/calendar/wall-times.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Pacific/Apia',
  'America/Sao_Paulo',
];
const instant = fc.integer({
  min: Date.UTC(1975, 0) / 900_000,
  max: Date.UTC(2045, 0) / 900_000,
});
const changes = zones.flatMap(zone => {
  const found: { zone: string; at: number }[] = [];
  let time: Temporal.ZonedDateTime | null = Temporal.ZonedDateTime.from(`2005-01-01T00:00[${zone}]`);
  for (let count = 0; count < 60 && time; count++) {
    time = time.getTimeZoneTransition('next');
    if (time) found.push({ zone, at: time.epochMilliseconds / 900_000 });
  }
  return found;
});
/** Any time, and times about changes of the clocks. */
const moment = fc.oneof(
  fc.record({ zone: fc.constantFrom(...zones), at: instant }),
  fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -120, max: 120 }))
    .map(([{ zone, at }, quarters]) => ({ zone, at: at + quarters })),
);

it('reads the clocks of a zone as Temporal does, in both directions', () => {
  fc.assert(
    fc.property(moment, ({ zone, at }) => {
      const time = at * 900_000;
      const shown = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).toPlainDateTime();
      const dateTime = shown.toString({ smallestUnit: 'second' });
      expect(wallTimeAt(time, zone)).toEqual({ dateTime, timeZone: zone });
      const wall = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO('UTC').toPlainDateTime();
      const written = { dateTime: wall.toString({ smallestUnit: 'second' }), timeZone: zone };
      expect(instantOf(written)).toBe(wall.toZonedDateTime(zone).epochMilliseconds);
    }),
    { numRuns: 1000 },
  );
});
