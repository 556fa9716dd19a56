import { GraphError, invalidRequest } from '../../protocol/errors.ts';
import { enumMember } from '../../protocol/schema.ts';
import type { MessageAddress, MessageBody, MessageHeader, MessageState } from '../../store/message-state.ts';
import { writtenExtensions } from '../open-extensions.ts';
import { conversationOf } from './conversations.ts';

export type Body = Record<string, unknown>;

/** "Updatable only if isDraft = true" (documentation: message update). */
const DRAFT_ONLY = [
  'subject',
  'body',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'internetMessageId',
  'isReadReceiptRequested',
  'isDeliveryReceiptRequested',
  'internetMessageHeaders',
] as const;

export const draftOnlyProperties = (body: Body): string[] => DRAFT_ONLY.filter(name => name in body);

export const withoutDraftOnly = (body: Body): Body =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !DRAFT_ONLY.some(each => each === name)));

/** A draft as it is when the body of its creation was written to it. */
export function newMessage(
  body: Body,
  { owner, now, newId }: { owner: MessageAddress; now: number; newId: () => string },
): MessageState {
  const internetMessageId = `<${newId()}@mail.emulated>`;
  const blank: MessageState = {
    subject: '',
    body: { contentType: 'text', content: '' },
    from: owner,
    sender: owner,
    toRecipients: [],
    ccRecipients: [],
    bccRecipients: [],
    replyTo: [],
    headers: [],
    internetMessageId,
    inReplyTo: undefined,
    references: undefined,
    conversation: '',
    categories: [],
    importance: 'normal',
    sensitivity: 'normal',
    inferenceClassification: 'focused',
    flag: { flagStatus: 'notFlagged' },
    isDraft: true,
    isRead: true,
    isReadReceiptRequested: false,
    isDeliveryReceiptRequested: false,
    receivedAt: now,
    sentAt: now,
    attachments: [],
    extensions: writtenExtensions(body),
  };
  const message = writtenMessage(body, blank);
  return { ...message, conversation: conversationOf(message) };
}

/** A message after a write; read-only properties of the body are ignored. */
export function writtenMessage(body: Body, current: MessageState): MessageState {
  const texts = ['subject', 'internetMessageId'] as const;
  const flags = ['isRead', 'isReadReceiptRequested', 'isDeliveryReceiptRequested'] as const;
  const lists = ['toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo'] as const;
  const written: MessageState = { ...current };
  for (const name of texts) if (name in body) written[name] = String(body[name] ?? '');
  for (const name of flags) if (typeof body[name] === 'boolean') written[name] = body[name];
  for (const name of lists) if (Array.isArray(body[name])) written[name] = addressesIn(body[name]);
  for (const name of ['from', 'sender'] as const) {
    if (name in body) written[name] = addressesIn([body[name]])[0];
  }
  if ('body' in body) written.body = bodyIn(body.body as Body | null);
  if (Array.isArray(body.categories)) written.categories = body.categories.map(String);
  if ('internetMessageHeaders' in body) written.headers = headersIn(body.internetMessageHeaders);
  if ('flag' in body) written.flag = flagIn((body.flag ?? {}) as Body);
  return { ...written, ...enumsIn(body) };
}

function enumsIn(body: Body): Partial<MessageState> {
  const member = (name: string, type: string) =>
    typeof body[name] === 'string' ? enumMember(type, body[name]) : undefined;
  const importance = member('importance', 'microsoft.graph.importance');
  const classification = member('inferenceClassification', 'microsoft.graph.inferenceClassificationType');
  return {
    ...(importance && { importance: importance as MessageState['importance'] }),
    ...(classification && {
      inferenceClassification: classification as MessageState['inferenceClassification'],
    }),
  };
}

function addressesIn(given: unknown[]): MessageAddress[] {
  return given.flatMap(each => {
    const { emailAddress } = (each ?? {}) as { emailAddress?: { name?: unknown; address?: unknown } };
    if (!emailAddress) return [];
    const address = String(emailAddress.address ?? '');
    return [{ name: String(emailAddress.name || address), address }];
  });
}

function bodyIn(given: Body | null): MessageBody {
  const isHtml = String(given?.contentType ?? 'text').toLowerCase() === 'html';
  return { contentType: isHtml ? 'html' : 'text', content: String(given?.content ?? '') };
}

const MAX_HEADERS = 5;

function headersIn(given: unknown): MessageHeader[] {
  const headers = (given ?? []) as ({ name?: unknown; value?: unknown } | null)[];
  if (headers.length > MAX_HEADERS) {
    throw new GraphError(
      400,
      'InvalidInternetMessageHeaderCollection',
      `Maximum number of headers in one message should be less than or equal to ${MAX_HEADERS}.`,
    );
  }
  return headers.map(header => {
    const { name, value } = header ?? {};
    if (/^x-/i.test(String(name))) return { name: String(name), value: String(value ?? '') };
    throw new GraphError(
      400,
      'InvalidInternetMessageHeader',
      `The internet message header name '${String(name)}' should start with 'x-' or 'X-'.`,
    );
  });
}

/** A flag has the members of its state: the others are forgotten. */
function flagIn({ flagStatus = 'notFlagged', startDateTime, dueDateTime, completedDateTime }: Body): Body {
  const status = enumMember('microsoft.graph.followupFlagStatus', String(flagStatus)) ?? 'notFlagged';
  if (dueDateTime && !startDateTime) {
    throw invalidRequest('A flag with a dueDateTime needs a startDateTime.');
  }
  return {
    flagStatus: status,
    ...(status === 'complete' && completedDateTime ? { completedDateTime } : {}),
    ...(status === 'flagged' && startDateTime ? { startDateTime } : {}),
    ...(status === 'flagged' && dueDateTime ? { dueDateTime } : {}),
  };
}
