import type { Attachment } from '@microsoft/microsoft-graph-types';
import { SyncFailure } from '../../sync/failure.ts';
import type { Outcome } from '../connector.ts';
import type { MessageState } from '../mail.ts';
import { failed, inBatches, isItemMissing } from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { classify } from './failure.ts';
import { type GraphMessage, listedMessage } from './mail-listed.ts';
import { attachmentSelect, mailMessage, mayHaveAttachments, wholeMessage } from './mail-message.ts';
import { query } from './odata.ts';
import { bodyOf, type MailboxWire } from './wire.ts';

const gone: Outcome<MessageState> = { ok: true, value: { type: 'gone' } };

/** Whole messages, in batches of twenty. A body may have megabytes: a batch that is too long is read in parts. */
export function readMessages(
  wire: MailboxWire,
  messageIds: readonly string[],
): Promise<Outcome<MessageState>[]> {
  return inBatches(messageIds, async ids => inParts(ids, part => readPart(wire, part)));
}

/** Only the answer tells whether an attachment is a file, which it then contains. */
export async function readAttachment(
  wire: MailboxWire,
  messageId: string,
  attachmentId: string,
): Promise<string> {
  const url = wire.path('messages', messageId, 'attachments', attachmentId);
  const attachment = (await wire.getLarge(url)) as { readonly contentBytes?: string | null };
  if (attachment.contentBytes != null) return attachment.contentBytes;
  // Within a batch, a body that is not JSON is base64 (JSON batching, "Response format").
  const [answer] = await wire.batchLarge([{ method: 'GET', url: `${url}/$value` }]);
  return String(bodyOf(answer!, 'read') ?? '');
}

async function inParts<T>(
  ids: readonly string[],
  read: (part: readonly string[]) => Promise<Outcome<T>[]>,
): Promise<Outcome<T>[]> {
  try {
    return await read(ids);
  } catch (error) {
    if (!(error instanceof SyncFailure) || error.native !== 'AnswerTooLarge') throw error;
    if (ids.length === 1) return [failed(error)];
    const half = Math.ceil(ids.length / 2);
    return [...(await inParts(ids.slice(0, half), read)), ...(await inParts(ids.slice(half), read))];
  }
}

async function readPart(wire: MailboxWire, ids: readonly string[]): Promise<Outcome<MessageState>[]> {
  const answers = await wire.batch(ids.map(id => messageRequest(wire, id)));
  const asked = ids.filter((_, index) => {
    const answer = answers[index]!;
    return answer.ok && mayHaveAttachments(answer.body as GraphMessage);
  });
  const lists = await wire.batch(asked.map(id => attachmentsRequest(wire, id)));
  const listOf = new Map(asked.map((id, index) => [id, lists[index]!]));
  const states: Outcome<MessageState>[] = [];
  for (const [index, id] of ids.entries())
    states.push(await stateOf(wire, answers[index]!, listOf.get(id) ?? null));
  return states;
}

async function stateOf(
  wire: MailboxWire,
  answer: BatchAnswer,
  list: BatchAnswer | null,
): Promise<Outcome<MessageState>> {
  for (const each of [answer, list]) {
    if (each === null || each.ok) continue;
    return isItemMissing(each.error) ? gone : failed(classify(each.error, 'read'));
  }
  const message = bodyOf(answer, 'read') as GraphMessage;
  const attachments = list === null ? [] : await wire.listFrom<Attachment>(bodyOf(list, 'read'));
  const state: MessageState = {
    type: 'present',
    listed: listedMessage(message),
    message: mailMessage(message, attachments),
  };
  return { ok: true, value: state };
}

function messageRequest(wire: MailboxWire, id: string): BatchRequest {
  return { method: 'GET', url: wire.path('messages', id) + query(wholeMessage) };
}

function attachmentsRequest(wire: MailboxWire, id: string): BatchRequest {
  const url = wire.path('messages', id, 'attachments');
  return { method: 'GET', url: url + query({ $select: attachmentSelect }) };
}
