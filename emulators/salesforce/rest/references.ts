/** A `@{…}` that names nothing: the subrequest is not run. */
export class ReferenceFailure extends Error {}

const REFERENCE = /@\{([A-Za-z][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*|\[\d+\])*)\}/g;
const STEP = /\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]/g;

function lookUp(results: ReadonlyMap<string, unknown>, name: string, path: string): unknown {
  if (!results.has(name))
    throw new ReferenceFailure(`Invalid reference specified. No value for ${name}${path} found in ${name}`);
  let value = results.get(name);
  for (const [, key, index] of path.matchAll(STEP)) {
    value =
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[key ?? index ?? '']
        : undefined;
    if (value === undefined || value === null)
      throw new ReferenceFailure(
        `Invalid reference specified. No value for ${name}${path} found in ${name}. Provided reference is not accessible`,
      );
  }
  return value;
}

/** Replaces `@{ref.path}` by results of earlier subrequests, all through a JSON value. A string that is one reference takes its value's type. */
export function substitute(
  value: unknown,
  results: ReadonlyMap<string, unknown>,
  encode: (text: string) => string = text => text,
): unknown {
  if (typeof value === 'string') {
    const whole = /^@\{([A-Za-z][A-Za-z0-9_]*)([^{}]*)\}$/.exec(value);
    if (whole !== null) return lookUp(results, whole[1] ?? '', whole[2] ?? '');
    return value.replace(REFERENCE, (_, name: string, path: string) =>
      encode(String(lookUp(results, name, path))),
    );
  }
  if (Array.isArray(value)) return value.map(each => substitute(each, results, encode));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, substitute(each, results, encode)]),
  );
}
