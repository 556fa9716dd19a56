import { badRequest, GraphError, unreadableBody } from '../../protocol/errors.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import { checkBody } from '../../protocol/schema.ts';
import type { Folder } from '../../store/folder.ts';
import type { Item } from '../../store/mailbox-state.ts';
import type { MessageState } from '../../store/message-state.ts';
import { DELETED_ITEMS } from '../../store/well-known-folders.ts';
import { writtenExtendedProperties } from '../extended-body.ts';
import { checkIfMatch, refuseNul } from '../stored-items.ts';
import { numbered, writtenAttachment } from './attachment-writes.ts';
import { conversationIn } from './conversations.ts';
import { addMessage, moveItem, removeMessage, saveMessage } from './folder-contents.ts';
import { RECOVERABLE } from './mail-places.ts';
import { type MailWorld, ownerOf } from './mail-world.ts';
import { withCreationFlags, withMapiProperties } from './mapi-properties.ts';
import {
  type Body,
  draftOnlyProperties,
  newMessage,
  withoutDraftOnly,
  writtenMessage,
} from './message-fields.ts';
import { MESSAGE, messageOf } from './message-type.ts';
import { readMime } from './mime-reader.ts';

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A body as the contract allows it, without its attachments: these have types of their own. */
function checkedBody(world: MailWorld, { request }: MailboxCall): { body: Body; attachments: Body[] } {
  const { attachments = [], ...body } = isObject(request.body) ? request.body : {};
  checkBody(isObject(request.body) ? body : request.body, MESSAGE);
  if (!Array.isArray(attachments) || !attachments.every(isObject)) {
    throw unreadableBody("The property 'attachments' must be an array of objects.");
  }
  if (world.behaviour.nulCharacters === 'refused') refuseNul(request.body);
  return { body, attachments };
}

/** A message from the JSON of a creation: a draft, unless its message flags say otherwise. */
export function messageFromBody(world: MailWorld, call: MailboxCall) {
  const { body, attachments } = checkedBody(world, call);
  const extended = writtenExtendedProperties(body, {}) ?? {};
  const writing = { owner: ownerOf(world, call.mailbox), now: world.now(), newId: world.newId };
  const written = withCreationFlags(withMapiProperties(newMessage(body, writing), extended), extended);
  const message: MessageState = {
    ...written,
    isRead: written.isRead || body.isRead === true,
    conversation: conversationIn(call.mailbox, written),
    attachments: numbered(attachments.map(each => writtenAttachment(each, writing))),
  };
  return { message, extended };
}

/** While MIME is read, the folder may go: it is looked for afterwards. */
export async function createMessage(
  world: MailWorld,
  call: MailboxCall,
  folderOf: () => Folder,
): Promise<Item> {
  if (typeof call.request.body === 'string') {
    const message = await draftFromMime(world, call);
    return addMessage(world, call.mailbox, folderOf(), message);
  }
  const { message, extended } = messageFromBody(world, call);
  return addMessage(world, call.mailbox, folderOf(), message, extended);
}

/** MIME comes as base64 and is always a draft (documentation: create message in MIME format). */
export async function draftFromMime(world: MailWorld, { request }: MailboxCall): Promise<MessageState> {
  const text = String(request.body);
  if (!/^\s*text\/plain\b/i.test(request.headers.get('content-type') ?? '')) {
    throw badRequest('MIME content is posted as base64 with the Content-Type text/plain, a message as JSON.');
  }
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) {
    throw new GraphError(
      400,
      'ErrorMimeContentInvalidBase64String',
      'Invalid base64 string for MIME content.',
    );
  }
  return { ...(await readMime(Buffer.from(text, 'base64'), world)), isDraft: true, isRead: true };
}

export function updateMessage(world: MailWorld, call: MailboxCall, item: Item): void {
  const { body: given } = checkedBody(world, call);
  checkIfMatch(call, item.changedAt);
  const current = messageOf(item);
  const body = current.isDraft ? given : allowedOfSent(world, given);
  const extended = writtenExtendedProperties(body, item.extended);
  const named = writtenExtendedProperties(body, {}) ?? {};
  const written = withMapiProperties(writtenMessage(body, current), named);
  saveMessage(world, call.mailbox, item, keptMime(written, body), extended);
}

function allowedOfSent({ behaviour }: MailWorld, body: Body): Body {
  const refused = draftOnlyProperties(body);
  if (refused.length === 0 || behaviour.draftOnlyChanges === 'ignored') return withoutDraftOnly(body);
  throw new GraphError(
    400,
    'ErrorInvalidPropertySet',
    `Only drafts take a change of: ${refused.join(', ')}.`,
  );
}

/** A draft that says something else is not any more what came. */
function keptMime(message: MessageState, body: Body): MessageState {
  if (draftOnlyProperties(body).length === 0) return message;
  const { mime: _former, ...rest } = message;
  return rest;
}

/** To Deleted Items; from there to the recoverable items; from there it is gone. */
export function deleteMessage(world: MailWorld, call: MailboxCall, item: Item): void {
  const { mailbox } = call;
  checkIfMatch(call, item.changedAt);
  const recoverable = mailbox.wellKnown(RECOVERABLE);
  const deletedItems = mailbox.wellKnown(DELETED_ITEMS);
  const isDeleted = item.folder === deletedItems.state.number;
  if (item.folder === recoverable.state.number) removeMessage(world, mailbox, item);
  else if (isDeleted || world.behaviour.deletedMessages === 'recoverableItems') {
    moveItem(world, mailbox, item, recoverable);
  } else moveItem(world, mailbox, item, deletedItems);
}
