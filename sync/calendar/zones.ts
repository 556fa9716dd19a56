import { findWindows, WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { isIanaZone } from '../schedule/iana.ts';
import type { ZonedTime } from './appointment.ts';
import { offsetMs } from './clocks.ts';
import { DAY_MS } from './days.ts';

/** The zone that a name means; without one, why: the caller knows the moment and says it in UTC. */
export type NamedZone = { readonly zone: string } | { readonly zone: null; readonly reason: string };

/**
 * Zones that IANA renamed while CLDR, from which ICU and windows-iana take their names, goes by the old name (UTS
 * 35, "Time Zone Identifiers": what was canonical once stays so).
 */
const RENAMED = new Map([
  ['Africa/Asmera', 'Africa/Asmara'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['America/Catamarca', 'America/Argentina/Catamarca'],
  ['America/Coral_Harbour', 'America/Atikokan'],
  ['America/Cordoba', 'America/Argentina/Cordoba'],
  ['America/Godthab', 'America/Nuuk'],
  ['America/Indianapolis', 'America/Indiana/Indianapolis'],
  ['America/Jujuy', 'America/Argentina/Jujuy'],
  ['America/Louisville', 'America/Kentucky/Louisville'],
  ['America/Mendoza', 'America/Argentina/Mendoza'],
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Asia/Katmandu', 'Asia/Kathmandu'],
  ['Asia/Rangoon', 'Asia/Yangon'],
  ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
  ['Atlantic/Faeroe', 'Atlantic/Faroe'],
  ['Europe/Kiev', 'Europe/Kyiv'],
  ['Pacific/Enderbury', 'Pacific/Kanton'],
  ['Pacific/Ponape', 'Pacific/Pohnpei'],
  ['Pacific/Truk', 'Pacific/Chuuk'],
]);
const OLD_NAMES = new Map([...RENAMED].map(([old, current]) => [current, old]));

const WORLD = '001';
const IANA_BY_WINDOWS = new Map(
  WINDOWS_TO_IANA_MAP.filter(({ territory }) => territory === WORLD).map(({ windowsName, iana }) => [
    windowsName.toLowerCase(),
    iana[0]!,
  ]),
);

const EXCHANGE_UTC = 'tzone://microsoft/utc';
/** What Graph and EWS say of a zone with rules of its own, which they do not tell (Graph, event resource). */
const CUSTOM = new Set(['tzone://microsoft/custom', 'customized time zone']);

const known = new Map<string, NamedZone>();
const MOST_KNOWN = 10_000;

/** The zone, under its current IANA name, that a name of Exchange, Outlook or Salesforce means (CAL-3). */
export function zoneNamed(name: string): NamedZone {
  const named = known.get(name) ?? lookUp(name.trim());
  if (known.size < MOST_KNOWN) known.set(name, named);
  return named;
}

function lookUp(name: string): NamedZone {
  const lower = name.toLowerCase();
  if (CUSTOM.has(lower))
    return { zone: null, reason: `"${name}" stands for rules that Exchange does not tell` };
  if (lower === EXCHANGE_UTC) return { zone: 'UTC' };
  const iana = IANA_BY_WINDOWS.get(lower) ?? name;
  if (!isIanaZone(iana)) return { zone: null, reason: `no time zone "${name}" is known` };
  const canonical = new Intl.DateTimeFormat('en', { timeZone: iana }).resolvedOptions().timeZone;
  return { zone: RENAMED.get(canonical) ?? canonical };
}

/** CLDR has it, windows-iana not yet. */
const NEWER = new Map([['America/Ciudad_Juarez', 'Mountain Standard Time']]);

const windowsNames = new Map<string, string | null>();

/** The Windows name of a zone, by which Exchange always knows it; null for the few that Windows does not have. */
export function windowsZone(zone: string): string | null {
  const named = windowsNames.get(zone) ?? lookUpWindows(zone);
  if (windowsNames.size < MOST_KNOWN) windowsNames.set(zone, named);
  return named;
}

/** Goes through all names there are. */
function lookUpWindows(zone: string): string | null {
  const names = [zone, OLD_NAMES.get(zone), zoneNamed(zone).zone];
  const found = names.flatMap(name => (name ? findWindows(name) : []))[0];
  return found ?? NEWER.get(zone) ?? null;
}

/**
 * The moment of a wall time. One that the clocks show twice is the first of the two, in summer time; one that they skip
 * is read as if they had not been changed, so that 02:30 becomes 03:30. So decides Windows, by which Outlook goes
 * (TzSpecificLocalTimeToSystemTimeEx: daylight time where ambiguous, standard time where invalid), and RFC 5545, 3.3.5.
 */
export function epochMs({ local, zone }: ZonedTime): number {
  const wallMs = wallMsOf(local);
  const before = offsetMs(zone, wallMs - DAY_MS);
  const after = offsetMs(zone, wallMs + DAY_MS);
  const showing = [wallMs - before, wallMs - after].filter(ms => ms + offsetMs(zone, ms) === wallMs);
  return showing.length > 0 ? Math.min(...showing) : wallMs - before;
}

/** What the clocks of a zone show at a moment, to the second. */
export const wallTime = (epochMs: number, zone: string): string => localOf(epochMs + offsetMs(zone, epochMs));

/**
 * A moment as the clocks of a zone show it. Where they show it for the second time it is said in UTC, because the wall
 * time would mean the first: the zone is lost there, never the moment.
 */
export function zonedTime(momentMs: number, zone: string): ZonedTime {
  const shown = { local: wallTime(momentMs, zone), zone };
  const isFirst = momentMs - epochMs(shown) < 1000;
  return isFirst ? shown : { local: localOf(momentMs), zone: 'UTC' };
}

/** A wall time in milliseconds, as if it were of UTC, to calculate with. */
export function wallMsOf(local: string): number {
  const wallMs = Date.parse(`${local}Z`);
  if (Number.isNaN(wallMs)) throw new RangeError(`"${local}" is no wall time: write yyyy-MM-ddTHH:mm:ss`);
  return wallMs;
}

export const localOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 19);
