import type { Traffic, Write } from '../traffic.ts';
import type { Names } from './names.ts';

/**
 * What an accepted write did outside, and how often it may do so:
 * - `created` and `deleted`: exactly as often as without a crash. A copy would stay for ever, and deleting once more
 *   would delete something else.
 * - `changed`: as often, and once more for each crash, with the same values. Nobody can tell a lost answer from a lost
 *   request, and the same values again change nothing.
 * - `stamped`: a number of ours on a folder of ours, by which a restored mailbox is known; as often as we like.
 *
 * Reads and tokens are no effects, nor is what was refused (a delete that is repeated answers 404).
 */
type EffectKind = 'created' | 'changed' | 'deleted' | 'stamped';

export interface Effect {
  readonly kind: EffectKind;
  readonly side: 'mailbox' | 'crm';
  /** What was written where; the same for the same effect of another run. */
  readonly text: string;
}

export function effectsOf(traffic: Traffic, names: Names): Effect[] {
  return traffic.writes().map(write => {
    const path = decodeURIComponent(write.path).replace(VERSION, '');
    const body = GIVEN.reduce((text, given) => text.replace(given, ''), JSON.stringify(write.body ?? null));
    const text = names.inText(`${write.method} ${path} ${body}`);
    return { kind: kindOf(write), side: write.system === 'graph' ? 'mailbox' : 'crm', text };
  });
}

/** What follows from ids or from the number of the cycle, or says when something was changed. */
const GIVEN = [
  /"transactionId":"[^"]*",?/,
  /(?<="(account|contact|lead):\w+:)\d+/g,
  /(?<="SystemTime 0x[0-9A-F]+","value":")[^"]*/g,
];
/** Requests of a batch are told without it. */
const VERSION = /^(\/v1\.0|\/services\/data\/v\d+\.0)(?=\/)/;

function kindOf({ method, path, body, status, answer }: Write): EffectKind {
  if (method === 'DELETE') return 'deleted';
  if (method === 'POST') return 'created';
  if (path.includes('/mailFolders/') && JSON.stringify(body).includes('TandemStamp')) return 'stamped';
  // An upsert by our key tells which of the two it was.
  const isNew = status === 201 || (answer as { created?: boolean } | null)?.created === true;
  return isNew ? 'created' : 'changed';
}

/** What a run with so many crashes did otherwise than the one without. */
export function effectDifferences(
  effects: readonly Effect[],
  expected: readonly Effect[],
  crashes: number,
): string[] {
  const [done, wanted] = [counted(effects), counted(expected)];
  return [...new Set([...done.keys(), ...wanted.keys()])].flatMap(text => {
    const [times, least] = [done.get(text) ?? 0, wanted.get(text) ?? 0];
    const most = least > 0 && text.startsWith('changed') ? least + crashes : least;
    if (times >= least && times <= most) return [];
    return [`${times} times instead of ${least}: ${text}`];
  });
}

function counted(effects: readonly Effect[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, side, text } of effects) {
    if (kind === 'stamped') continue;
    const told = `${kind} in the ${side}: ${text}`;
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  return counts;
}
