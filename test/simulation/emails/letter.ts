import type { Act } from '../scenario.ts';

/** A message as its sender wrote it: every copy of it says the same. */
export interface Letter {
  /** The first word of its subject. */
  readonly name: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly hasFile: boolean;
  readonly isPrivate: boolean;
}

const listOf = (value: unknown) => String(value ?? '').split(',').filter(Boolean); // biome-ignore format: one line

export function letterOf(act: Act): Letter {
  return {
    name: String(act.letter),
    from: String(act.from),
    to: listOf(act.to),
    cc: listOf(act.cc),
    bcc: listOf(act.bcc),
    hasFile: act.hasFile === true,
    isPrivate: act.isPrivate === true,
  };
}

export const subjectOf = (name: string) => `${name} about things`;
export const wordsOf = (name: string) => `The words of ${name}.`;
export const fileOf = (name: string) => `${name}.txt`;

/** Which letter a subject is of; null where it is none of ours. */
export function letterIn(subject: unknown): string | null {
  return /^L\d+(?= )/.exec(String(subject ?? ''))?.[0] ?? null;
}

/** As it travels (RFC 5322); only the sender's own copy names those in BCC. */
export function emlOf(letter: Letter, sentAtMs: number, isOwnCopy: boolean): string {
  const { name, from, to, cc, bcc, isPrivate } = letter;
  const lines = [
    `From: ${named(from)}`,
    ...(to.length > 0 ? [`To: ${to.map(named).join(', ')}`] : []),
    ...(cc.length > 0 ? [`Cc: ${cc.map(named).join(', ')}`] : []),
    ...(bcc.length > 0 && isOwnCopy ? [`Bcc: ${bcc.map(named).join(', ')}`] : []),
    `Subject: ${subjectOf(name)}`,
    `Date: ${new Date(sentAtMs).toUTCString()}`,
    `Message-ID: <${name}@letters.example>`,
    ...(isPrivate ? ['Sensitivity: Private'] : []),
    'MIME-Version: 1.0',
    ...contentOf(letter),
    '',
  ];
  return lines.join('\r\n');
}

const named = (address: string) => `${address.split('@')[0]} <${address}>`;

const PLAIN = 'Content-Type: text/plain; charset=utf-8';
const BOUNDARY = 'part-of-a-letter';

function contentOf({ name, hasFile }: Letter): string[] {
  if (!hasFile) return [PLAIN, '', wordsOf(name)];
  const file = `Content-Disposition: attachment; filename="${fileOf(name)}"`;
  return [
    ...[`Content-Type: multipart/mixed; boundary="${BOUNDARY}"`, '', `--${BOUNDARY}`],
    ...[PLAIN, '', wordsOf(name), `--${BOUNDARY}`],
    ...[PLAIN, file, '', `The file of ${name}.`, `--${BOUNDARY}--`],
  ];
}

/** Everybody whom a letter names, in lower case. */
export function everybodyIn({ from, to, cc, bcc }: Letter): string[] {
  return [from, ...to, ...cc, ...bcc];
}
