import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { epochMs, windowsZone, zonedTime, zoneNamed } from '../../sync/calendar/zones.ts';

describe('CAL-3 the zone that a name means', () => {
  it.each([
    ['a Windows name', 'W. Europe Standard Time', 'Europe/Berlin'],
    ['a Windows name as somebody typed it', ' w. europe standard time', 'Europe/Berlin'],
    ['a Windows zone of half an hour', 'India Standard Time', 'Asia/Kolkata'],
    ['a Windows zone at the date line', 'Dateline Standard Time', 'Etc/GMT+12'],
    ['the other side of it', 'Line Islands Standard Time', 'Pacific/Kiritimati'],
    ['a Windows zone that is an offset', 'UTC-11', 'Etc/GMT+11'],
    ['UTC of Windows', 'UTC', 'UTC'],
    ['UTC of Exchange', 'tzone://Microsoft/Utc', 'UTC'],
    ['UTC of IANA', 'Etc/UTC', 'UTC'],
    ['GMT of Salesforce', 'GMT', 'UTC'],
    ['an IANA name', 'Australia/Lord_Howe', 'Australia/Lord_Howe'],
    ['an IANA name in small letters', 'europe/london', 'Europe/London'],
    ['an alias', 'US/Pacific', 'America/Los_Angeles'],
    ['a name of Graph that IANA has given up', 'America/Santa_Isabel', 'America/Tijuana'],
    ['a renamed zone', 'Europe/Kiev', 'Europe/Kyiv'],
    ['its new name', 'Europe/Kyiv', 'Europe/Kyiv'],
    ['its Windows name', 'FLE Standard Time', 'Europe/Kyiv'],
    ['the old name of Kolkata', 'Asia/Calcutta', 'Asia/Kolkata'],
    ['the new name of Kolkata', 'Asia/Kolkata', 'Asia/Kolkata'],
    ['the old name of Buenos Aires', 'America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ])('%s', (_, name, zone) => {
    expect(zoneNamed(name)).toEqual({ zone });
  });

  it.each([
    ['rules of its own', 'tzone://Microsoft/Custom', /Exchange does not tell/],
    ['rules of its own, as EWS says it', 'Customized Time Zone', /Exchange does not tell/],
    ['an offset, which knows no summer time', '+05:30', /no time zone "\+05:30" is known/],
    ['a place that is nowhere', 'Europe/Atlantis', /no time zone "Europe\/Atlantis" is known/],
    // Windows keeps it with rules that no IANA zone has (CLDR dropped it).
    ['a Windows zone without a counterpart', 'Kamchatka Standard Time', /no time zone/],
    ['nothing', '', /no time zone "" is known/],
  ])('none: %s', (_, name, reason) => {
    expect(zoneNamed(name)).toEqual({ zone: null, reason: expect.stringMatching(reason) });
  });

  it('every Windows zone has one and is found again by it', () => {
    for (const windowsName of new Set(WINDOWS_TO_IANA_MAP.map(entry => entry.windowsName))) {
      const { zone } = zoneNamed(windowsName);
      expect([windowsName, zone && windowsZone(zone)]).toEqual([windowsName, windowsName]);
    }
  });

  it('every zone of this platform is known, under one name only', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const { zone } = zoneNamed(name);
      expect(zoneNamed(zone!)).toEqual({ zone });
      const winter = { local: '2026-01-15T12:00:00', zone: name };
      expect(epochMs({ ...winter, zone: zone! })).toBe(epochMs(winter));
    }
  });

  it.each([
    ['Europe/Kyiv', 'FLE Standard Time'],
    ['Europe/Kiev', 'FLE Standard Time'],
    ['Asia/Kolkata', 'India Standard Time'],
    ['Pacific/Kanton', 'UTC+13'],
    ['America/Ciudad_Juarez', 'Mountain Standard Time'],
    ['US/Pacific', 'Pacific Standard Time'],
    ['Europe/Oslo', 'W. Europe Standard Time'],
    ['Antarctica/Troll', null],
    ['Europe/Atlantis', null],
    ['constructor', null],
  ])('%s is %s to Windows', (zone, windowsName) => {
    expect(windowsZone(zone)).toBe(windowsName);
  });
});

describe('CAL-3 wall times and moments', () => {
  it.each([
    ['winter', '2026-01-15T09:00:00', 'Europe/London', '2026-01-15T09:00:00Z'],
    ['summer', '2026-07-15T09:00:00', 'Europe/London', '2026-07-15T08:00:00Z'],
    ['summer in the south', '2026-01-15T09:00:00', 'Australia/Sydney', '2026-01-14T22:00:00Z'],
    ['no summer time', '2026-07-15T09:00:00', 'Asia/Kolkata', '2026-07-15T03:30:00Z'],
    ['half an hour and summer time', '2026-07-15T09:00:00', 'America/St_Johns', '2026-07-15T11:30:00Z'],
    ['half an hour of summer time', '2026-01-15T09:00:00', 'Australia/Lord_Howe', '2026-01-14T22:00:00Z'],
    ['a skipped hour', '2026-03-08T02:30:00', 'America/Denver', '2026-03-08T09:30:00Z'],
    ['a skipped half hour', '2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-03T15:45:00Z'],
    ['an hour that comes twice', '2026-11-01T01:30:00', 'America/Denver', '2026-11-01T07:30:00Z'],
    ['winter time that Ireland counts from', '2026-10-25T01:30:00', 'Europe/Dublin', '2026-10-25T00:30:00Z'],
    ['the day that Samoa left out', '2011-12-30T10:00:00', 'Pacific/Apia', '2011-12-30T20:00:00Z'],
  ])('%s', (_, local, zone, moment) => {
    expect(new Date(epochMs({ local, zone })).toISOString()).toBe(moment.replace('Z', '.000Z'));
  });

  it('what is shown for the second time is said in UTC', () => {
    const first = Date.parse('2026-11-01T07:30:00Z');
    expect(zonedTime(first, 'America/Denver')).toEqual({
      local: '2026-11-01T01:30:00',
      zone: 'America/Denver',
    });
    expect(zonedTime(first + 3_600_000, 'America/Denver')).toEqual({
      local: '2026-11-01T08:30:00',
      zone: 'UTC',
    });
  });

  it('every moment comes back from its wall time', () => {
    const moment = fc
      .integer({ min: 0, max: Date.parse('2037-01-01') / 1000 })
      .map(seconds => seconds * 1000);
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    fc.assert(fc.property(moment, zone, (ms, name) => epochMs(zonedTime(ms, name)) === ms));
  });

  it('every wall time means the moment that an independent library finds', () => {
    const wall = fc
      .integer({ min: Date.parse('1990-01-01') / 60_000, max: Date.parse('2037-01-01') / 60_000 })
      .map(minutes => new Date(minutes * 60_000).toISOString().slice(0, 19));
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    fc.assert(
      fc.property(
        wall,
        zone,
        (local, name) =>
          epochMs({ local, zone: name }) ===
          Temporal.PlainDateTime.from(local).toZonedDateTime(name).epochMilliseconds,
      ),
    );
  });

  it('every wall time around a change of the clocks, too', () => {
    for (const [day, zone] of [
      ['2026-03-08', 'America/Denver'],
      ['2026-11-01', 'America/Denver'],
      ['2026-10-04', 'Australia/Lord_Howe'],
      ['2026-04-05', 'Australia/Lord_Howe'],
      ['2026-10-25', 'Europe/Dublin'],
      ['2011-12-30', 'Pacific/Apia'],
    ] as const) {
      for (let wall = Temporal.PlainDateTime.from(day); wall.toString().startsWith(day); ) {
        const expected = wall.toZonedDateTime(zone).epochMilliseconds;
        expect([wall.toString(), epochMs({ local: `${wall}`.slice(0, 19), zone })]).toEqual([
          `${wall}`,
          expected,
        ]);
        wall = wall.add({ minutes: 15 });
      }
    }
  });

  it('what is no wall time is said so', () => {
    expect(() => epochMs({ local: 'tomorrow', zone: 'UTC' })).toThrow('"tomorrow" is no wall time');
  });

  it('every moment of a day on which clocks change comes back', () => {
    for (const [day, zone] of [
      ['2026-11-01', 'America/Denver'],
      ['2026-04-04', 'Australia/Lord_Howe'],
      ['2026-10-25', 'Europe/Dublin'],
    ] as const) {
      for (let ms = Date.parse(day); ms < Date.parse(day) + 86_400_000; ms += 900_000) {
        expect(epochMs(zonedTime(ms, zone))).toBe(ms);
      }
    }
  });
});
