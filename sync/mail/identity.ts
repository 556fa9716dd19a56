import { createHash } from 'node:crypto';
import { canonicalAddress } from './address.ts';
import type { MailMessage } from './message.ts';
import { cleanLine, cleanText } from './text.ts';

/**
 * By what copies of one message are known (MAIL-7), for a keyed hash. Whoever writes a message chooses its Message-ID: alone
 * it could keep another message out of the CRM, so sender and time stand beside it. Where it is missing, the words do.
 * Sizes and received times differ between copies and are left out.
 */
export function messageIdentity(message: MailMessage): string {
  const author = (message.from ?? message.sender)?.address ?? '';
  const sender = canonicalAddress(author) ?? author.trim().toLowerCase();
  const sentSecond = message.sentAtMs === null ? '' : Math.floor(message.sentAtMs / 1000);
  const messageId = normalMessageId(message.messageId);
  const named = messageId === null ? ['words', ...wordsOf(message)] : ['id', messageId];
  return digest(JSON.stringify([sender, sentSecond, ...named]));
}

/** Without brackets, white space and halves of characters; null where there is none. RFC 5322 lets letters' case count. */
export function normalMessageId(messageId: string | null): string | null {
  const bare = (messageId ?? '').toWellFormed().replaceAll(/[\s\p{Cc}<>]/gu, '');
  return bare === '' ? null : bare;
}

function wordsOf({ subject, text, html }: MailMessage): string[] {
  return [cleanLine(subject), digest(cleanText(text ?? html ?? ''))];
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
