import { GraphError, invalidRequest } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Item } from '../../store/mailbox-state.ts';
import type { MessageState } from '../../store/message-state.ts';
import { conversationIn } from './conversations.ts';
import { addMessage, moveItem, saveMessage } from './folder-contents.ts';
import type { MailWorld } from './mail-world.ts';
import type { Body } from './message-fields.ts';
import { messageOf } from './message-type.ts';
import { messageFromBody } from './message-writes.ts';

/** A draft is sent: it goes to Sent Items, with those in BCC, under the same immutable id. */
export function sendDraft(world: MailWorld, { mailbox }: MailboxCall, item: Item): GraphResponse {
  const draft = messageOf(item);
  if (!draft.isDraft) throw invalidRequest('Only a draft can be sent.');
  const message = sentMessage(world, draft);
  moveItem(world, mailbox, item, mailbox.wellKnown('sentitems'));
  saveMessage(world, mailbox, item, message);
  arrive(world, message);
  return { status: 202 };
}

/** Parameters of actions are accepted with either capitalisation. */
export function sendMail(world: MailWorld, call: MailboxCall): GraphResponse {
  const given = (call.request.body ?? {}) as Body;
  const body = given.message ?? given.Message;
  const saves = (given.saveToSentItems ?? given.SaveToSentItems) !== false;
  const { message, extended } = messageFromBody(world, { ...call, request: { ...call.request, body } });
  const sent = sentMessage(world, message);
  if (saves) addMessage(world, call.mailbox, call.mailbox.wellKnown('sentitems'), sent, extended);
  arrive(world, sent);
  return { status: 202 };
}

function sentMessage(world: MailWorld, draft: MessageState): MessageState {
  const { toRecipients, ccRecipients, bccRecipients } = draft;
  if (toRecipients.length + ccRecipients.length + bccRecipients.length === 0) {
    throw new GraphError(400, 'ErrorInvalidRecipients', "At least one recipient isn't valid.");
  }
  const now = world.now();
  return { ...draft, isDraft: false, isRead: true, sentAt: now, receivedAt: now };
}

/** In the mailboxes of the tenant; nobody there learns who was in BCC. */
function arrive(world: MailWorld, { mime: _withBcc, ...sent }: MessageState): void {
  const { directory } = world;
  const addresses = [...sent.toRecipients, ...sent.ccRecipients, ...sent.bccRecipients];
  const users = new Set(addresses.flatMap(({ address }) => directory.findByAddress(address)?.id ?? []));
  for (const id of users) {
    const mailbox = directory.mailboxes.get(id);
    if (!mailbox) continue;
    const conversation = conversationIn(mailbox, sent);
    addMessage(world, mailbox, mailbox.wellKnown('inbox'), {
      ...sent,
      bccRecipients: [],
      categories: [],
      flag: { flagStatus: 'notFlagged' },
      isRead: false,
      conversation,
    });
  }
}
