import { findIana, IANA_ALIAS_MAP, WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { GraphError } from '../protocol/errors.ts';

export const WINDOWS_ZONES: string[] = [
  ...new Set(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => windowsName)),
];
export const IANA_ZONES: string[] = [
  ...new Set(IANA_ALIAS_MAP.flatMap(({ alias }) => alias).filter(alias => alias !== 'Etc/Unknown')),
];

const WINDOWS_NAMES = new Set(WINDOWS_ZONES);
const IANA_NAMES = new Set(IANA_ZONES);

const timeZoneNotSupported = (zone: string) =>
  new GraphError(
    400,
    'TimeZoneNotSupportedException',
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${zone}'.`,
  );

/** Refuses a zone that has neither a Windows nor an IANA name. */
export function checkTimeZone(zone: string): void {
  if (!WINDOWS_NAMES.has(zone) && !IANA_NAMES.has(zone)) throw timeZoneNotSupported(zone);
}

const ianaByWindowsName = new Map<string, string>();

/** The IANA zone that a Windows or IANA name means. */
export function ianaZone(zone: string): string {
  if (zone === 'UTC' || IANA_NAMES.has(zone)) return zone;
  const known = ianaByWindowsName.get(zone);
  if (known !== undefined) return known;
  const [iana] = WINDOWS_NAMES.has(zone) ? findIana(zone as Parameters<typeof findIana>[0]) : [];
  if (iana === undefined) throw timeZoneNotSupported(zone);
  ianaByWindowsName.set(zone, iana);
  return iana;
}
