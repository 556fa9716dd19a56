import { badRequest } from './errors.ts';

const WITH_PARENTHESES = /^([^()]+)\((.*)\)$/s;
const QUOTED_KEY = /^'((?:[^']|'')*)'$/s;

/**
 * The segments of a path, decoded and with both key syntaxes made one: `contacts('id')` is `contacts/id`,
 * `delta()` and `microsoft.graph.delta` are `delta`. Arguments of functions go into `args`.
 */
export function parseResourcePath(path: string): { segments: string[]; args: string } {
  const segments: string[] = [];
  let args = '';
  for (const raw of path.split('/')) {
    if (raw === '') continue;
    const segment = decodeSegment(raw);
    const parenthesised = WITH_PARENTHESES.exec(segment);
    if (!parenthesised) {
      segments.push(withoutNamespace(segment));
      continue;
    }
    segments.push(withoutNamespace(parenthesised[1]!));
    const inner = parenthesised[2]!.trim();
    const key = QUOTED_KEY.exec(inner)?.[1];
    if (key !== undefined) segments.push(key.replaceAll("''", "'"));
    else args = inner;
  }
  return { segments, args };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`The path contains an invalid escape sequence: '${segment}'.`);
  }
}

const withoutNamespace = (segment: string) => segment.replace(/^microsoft\.graph\./i, '');
