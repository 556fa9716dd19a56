/** Date-times on the wire: UTC, one-second grain, `+0000` without a colon. Equal length, so text order is time order. */
export function stampOf(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}.000+0000`;
}

export function msOfStamp(stamp: string): number {
  return Date.parse(stamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The wire form of a date-time in any of the forms the API accepts, or undefined. Without a zone it is UTC. */
export function parseDateTime(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return DATE.test(text) && parseDate(text) ? `${text}T00:00:00.000+0000` : undefined;
  const zone = (match[4] ?? 'Z').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${match[1]}T${match[2]}${match[3] ?? ''}${zone}`);
  return Number.isNaN(ms) ? undefined : stampOf(ms);
}

/** A calendar date that exists, or undefined. A date-time gives its date. */
export function parseDate(text: string): string | undefined {
  const date = DATE.test(text) ? text : DATE_TIME.test(text) ? text.slice(0, 10) : undefined;
  if (date === undefined) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? undefined : date;
}
