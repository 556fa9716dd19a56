import { createHash } from 'node:crypto';
import type { Mailbox } from '../../store/mailbox.ts';
import type { MessageState } from '../../store/message-state.ts';
import { MESSAGE_ID } from './mapi-properties.ts';

type Threading = Pick<MessageState, 'internetMessageId' | 'inReplyTo' | 'references' | 'headers'>;

/** Where the identifier is in a Thread-Index (MS-OXOMSG 2.2.1.3): after a marker and five bytes of time. */
const THREAD_ID = { from: 6, to: 22 };

/** A message without known relatives belongs to the conversation that its first ancestor began. */
export function conversationOf(message: Threading): string {
  const threadId = threadIndexId(message);
  if (threadId !== undefined) return threadId;
  const root = ancestorsOf(message)[0] ?? message.internetMessageId;
  return createHash('md5').update(root).digest('hex');
}

/** The conversation of the nearest ancestor that the mailbox has; without one, what the message itself tells. */
export function conversationIn(mailbox: Mailbox, message: Threading): string {
  for (const id of ancestorsOf(message).reverse()) {
    for (const number of mailbox.extendedIndex.find(MESSAGE_ID, id)) {
      const conversation = mailbox.items.get(number)?.message?.conversation;
      if (conversation !== undefined) return conversation;
    }
  }
  return conversationOf(message);
}

/** PidTagConversationIndex of a first message: a marker, the time in 100 ns since 1601, the conversation. */
export function conversationIndex({ conversation, sentAt }: MessageState): string {
  const fileTime = BigInt(Math.max(0, sentAt) + 11_644_473_600_000) * 10_000n;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(fileTime);
  return Buffer.concat([Buffer.from([1]), bytes.subarray(1, 6), Buffer.from(conversation, 'hex')]).toString(
    'base64',
  );
}

function threadIndexId({ headers }: Threading): string | undefined {
  const header = headers.find(({ name }) => name.toLowerCase() === 'thread-index');
  const bytes = Buffer.from(header?.value ?? '', 'base64');
  return bytes.length < THREAD_ID.to
    ? undefined
    : bytes.subarray(THREAD_ID.from, THREAD_ID.to).toString('hex');
}

/** Oldest first. */
function ancestorsOf({ inReplyTo, references }: Threading): string[] {
  return `${references ?? ''} ${inReplyTo ?? ''}`.match(/<[^<>\s]+>/g) ?? [];
}
