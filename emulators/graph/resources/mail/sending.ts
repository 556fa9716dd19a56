import { GraphError, invalidRequest } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Item } from '../../store/mailbox-state.ts';
import type { MessageState } from '../../store/message-state.ts';
import { conversationIn } from './conversations.ts';
import { addMessage, moveItem, saveMessage } from './folder-contents.ts';
import { type MailWorld, ownerOf } from './mail-world.ts';
import type { Body } from './message-fields.ts';
import { messageOf } from './message-type.ts';
import { draftFromMime, messageFromBody } from './message-writes.ts';

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

/** Parameters of actions are accepted with either capitalisation; the documentation's examples write the flag as text. */
export async function sendMail(world: MailWorld, call: MailboxCall): Promise<GraphResponse> {
  if (typeof call.request.body === 'string') return sendMime(world, call);
  const given = (call.request.body ?? {}) as Body;
  const body = given.message ?? given.Message;
  const saves = !/^false$/i.test(String(given.saveToSentItems ?? given.SaveToSentItems));
  const { message, extended } = messageFromBody(world, { ...call, request: { ...call.request, body } });
  const sent = sentMessage(world, message);
  if (saves) addMessage(world, call.mailbox, call.mailbox.wellKnown('sentitems'), sent, extended);
  arrive(world, sent);
  return { status: 202 };
}

/** MIME comes instead of a body, and is kept in Sent Items (documentation: user sendMail). */
async function sendMime(world: MailWorld, call: MailboxCall): Promise<GraphResponse> {
  const draft = await draftFromMime(world, call);
  const from = draft.from ?? ownerOf(world, call.mailbox);
  const sent = sentMessage(world, { ...draft, from, sender: draft.sender ?? from });
  addMessage(world, call.mailbox, call.mailbox.wellKnown('sentitems'), sent);
  arrive(world, sent);
  return { status: 202 };
}

const ADDRESS = /^[^\s@]+@[^\s@]+$/;

function sentMessage(world: MailWorld, draft: MessageState): MessageState {
  const { toRecipients, ccRecipients, bccRecipients } = draft;
  const recipients = [...toRecipients, ...ccRecipients, ...bccRecipients];
  if (recipients.length === 0 || !recipients.every(({ address }) => ADDRESS.test(address))) {
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
