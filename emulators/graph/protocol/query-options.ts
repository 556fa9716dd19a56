import { badRequest } from './errors.ts';

/** The query of a request by lower-case option name. */
export type QueryOptions = ReadonlyMap<string, string>;

const NO_OPTIONS: QueryOptions = new Map();

export function parseQuery(query: string): QueryOptions {
  if (query === '') return NO_OPTIONS;
  const options = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decodeQuery(equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    if (name.startsWith('$') && options.has(name)) {
      throw badRequest(
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      );
    }
    options.set(name, equals < 0 ? '' : decodeQuery(part.slice(equals + 1)));
  }
  return options;
}

function decodeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badRequest(`The query contains an invalid escape sequence: '${text}'.`);
  }
}

/** A non-negative whole number, or undefined when the option is absent. */
export function countOption(query: QueryOptions, name: '$top' | '$skip' | '$skiptoken'): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) {
    throw badRequest(
      `Invalid value '${text}' for ${name} query option found. The ${name} query option requires a non-negative integer value.`,
    );
  }
  return Number(text);
}

/** Graph refuses system options that a resource does not know. */
export function allowOptions(query: QueryOptions, allowed: readonly string[]): void {
  for (const name of query.keys()) {
    if (name.startsWith('$') && !allowed.includes(name)) {
      throw badRequest(`The query parameter '${name}' is not supported.`);
    }
  }
}
