export interface Preferences {
  immutableIds: boolean;
  maxPageSize: number | undefined;
  /** The zone, of Windows or IANA, in which dates and times are wanted. */
  timeZone: string | undefined;
  /** The form of item bodies; html when nothing is wished. */
  bodyContentType: 'html' | 'text' | undefined;
}

const PAGE_SIZE = /odata\.maxpagesize\s*=\s*"?(\d+)/i;
const TIME_ZONE = /outlook\.timezone\s*=\s*(?:"([^"]*)"|([^\s,;]+))/i;
const BODY_TYPE = /outlook\.body-content-type\s*=\s*"?(html|text)/i;
const ID_TYPE = /IdType\s*=\s*"?ImmutableId"?/i;

/** Several Prefer lines are one list (RFC 7240); unknown preferences are ignored. */
export function readPreferences(headers: Headers): Preferences {
  const prefer = headers.get('prefer');
  if (prefer === null)
    return { immutableIds: false, maxPageSize: undefined, timeZone: undefined, bodyContentType: undefined };
  const pageSize = PAGE_SIZE.exec(prefer)?.[1];
  const zone = TIME_ZONE.exec(prefer);
  return {
    immutableIds: ID_TYPE.test(prefer),
    maxPageSize: pageSize === undefined ? undefined : Number(pageSize),
    timeZone: zone?.[1] ?? zone?.[2],
    bodyContentType: BODY_TYPE.exec(prefer)?.[1]?.toLowerCase() as 'html' | 'text' | undefined,
  };
}

/** The value of Preference-Applied, when a preference was. */
export function appliedPreferences(preferences: Preferences, others: string[] = []): Record<string, string> {
  const applied = [...others];
  if (preferences.immutableIds) applied.push('IdType=ImmutableId');
  return applied.length > 0 ? { 'Preference-Applied': applied.join(', ') } : {};
}
