import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { corpusEmailFolder } from '../corpus.ts';

/** A real message, and what a parser that is neither the product's nor the emulator's reads in it. */
export interface RealLetter {
  readonly file: string;
  readonly eml: Buffer;
  readonly facts: LetterFacts;
  /** With a Message-ID and a date of its own: what it lacks, each delivery gives it anew. */
  readonly isNamed: boolean;
}

export interface LetterFacts {
  readonly sender: string | null;
  /** Seconds since 1970; null where the message does not tell a time. */
  readonly sentSecond: number | null;
  readonly subject: string;
  /** Letters and digits of what is to be read, those that stand for pictures among them. */
  readonly words: string;
  /** Of the contents of all attachments, sorted. */
  readonly hashes: readonly string[];
}

/** Every link and picture leads to one host; of messages with one and the same Message-ID each gets its own. */
export async function realLetters(files: readonly string[], origin: string): Promise<RealLetter[]> {
  const letters: RealLetter[] = [];
  for (const [index, file] of files.entries()) {
    const source = readFileSync(join(corpusEmailFolder, file)).toString('latin1');
    const linked = source.replaceAll(/https?:\/\/[\w.:-]+/gi, origin);
    const eml = Buffer.from(linked.replace(/^(message-id:\s*<)/im, `$1${index}.`), 'latin1');
    letters.push({ file, eml, ...(await readBy(eml)) });
  }
  return letters;
}

async function readBy(eml: Buffer): Promise<Pick<RealLetter, 'facts' | 'isNamed'>> {
  const mail = await simpleParser(eml, {
    ...{ skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true },
  });
  const sender = mail.from?.value[0]?.address?.toLowerCase() ?? null;
  const facts: LetterFacts = {
    sender,
    sentSecond: toldSecond(mail.date),
    subject: oneLine(mail.subject ?? ''),
    words: mail.html ? wordsOfHtml(mail.html) : wordsOf(mail.text ?? ''),
    hashes: mail.attachments.map(({ content }) => hashOf(content)).sort(),
  };
  return { facts, isNamed: mail.messageId !== undefined && facts.sentSecond !== null };
}

const HOUR_MS = 3_600_000;

/** The present stands in the place of a date that is missing or cannot be read, for parsers and mailboxes. */
export function toldSecond(date: Date | undefined): number | null {
  const isTold = date !== undefined && Math.abs(date.getTime() - Date.now()) > HOUR_MS;
  return isTold ? Math.floor(date.getTime() / 1_000) : null;
}

export const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

export const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

export const wordsOf = (text: string) => text.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]+/gu, '');

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  copy: '©',
  reg: '®',
};

export function wordsOfHtml(html: string): string {
  const visible = html
    .replaceAll(/<!--.*?-->|<(style|script|title)\b.*?<\/\1\s*>/gis, '')
    .replaceAll(/<img\b[^>]*?\balt="([^"]*)"[^>]*>/gi, ' $1 ')
    .replaceAll(/<[^>]*>/g, ' ');
  return wordsOf(visible.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));?/gi, reference));
}

function reference(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (decimal) return String.fromCodePoint(Number(decimal));
  if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
  return ENTITIES[name ?? ''] ?? whole;
}
