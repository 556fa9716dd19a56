import { isDeepStrictEqual } from 'node:util';
import type { Played } from './play.ts';

/** Where two runs of a scenario part, in words; null: they are the same. */
export function difference(one: Played, other: Played): string | null {
  return betweenLines(one.lines, other.lines) ?? between('state', one.state, other.state);
}

function betweenLines(one: readonly string[], other: readonly string[]): string | null {
  const most = Math.max(one.length, other.length);
  for (let at = 0; at < most; at++) {
    if (one[at] === other[at]) continue;
    return `line ${at + 1} of the trace\n  first: ${one[at] ?? 'the end'}\n  then:  ${other[at] ?? 'the end'}`;
  }
  return null;
}

function between(path: string, one: unknown, other: unknown): string | null {
  if (isDeepStrictEqual(one, other)) return null;
  if (!isContainer(one) || !isContainer(other))
    return `${path}\n  first: ${JSON.stringify(one)}\n  then:  ${JSON.stringify(other)}`;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const name of names) {
    const found = between(`${path}.${name}`, one[name], other[name]);
    if (found !== null) return found;
  }
  return null;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
