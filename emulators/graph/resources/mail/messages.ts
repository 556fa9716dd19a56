import { viewOf } from '../../odata/list.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import { allowOptions } from '../../protocol/query-options.ts';
import type { Route } from '../../protocol/router.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { appliedOutlook } from '../calendar/preferences.ts';
import { besideActed, contextOf, entityLocation } from '../context-url.ts';
import { type ExtensionHolder, openExtensionRoutes } from '../open-extension-routes.ts';
import { etagOf } from '../stored-items.ts';
import { copyMessage, moveItem, removeMessage, saveMessage } from './folder-contents.ts';
import { destinationOf, folderOfPlace, MAIL_PLACES, type MailPlace, messageOfPlace } from './mail-places.ts';
import { contentRoute, mailRoute, sendRoute } from './mail-route.ts';
import type { MailWorld } from './mail-world.ts';
import { messageDelta } from './message-delta.ts';
import { countMessages, listMessages } from './message-list.ts';
import { type MessageType, messageOf, messageType } from './message-type.ts';
import { createMessage, deleteMessage, updateMessage } from './message-writes.ts';
import { mimeOf } from './mime-writer.ts';
import { sendDraft, sendMail } from './sending.ts';

/** Messages at every place where they may be asked for. */
export function messageRoutes(world: MailWorld): Route[] {
  const type = messageType(world.behaviour);
  return [
    ...MAIL_PLACES.flatMap(place => [
      ...collectionRoutes(world, type, place),
      ...singleRoutes(world, type, place),
      ...actionRoutes(world, type, place),
      ...extensionRoutes(world, place),
    ]),
    sendRoute('/users/{id}/sendMail', call => sendMail(world, call)),
  ];
}

function collectionRoutes(world: MailWorld, type: MessageType, place: MailPlace): Route[] {
  const pattern = `${place.pattern}/messages`;
  return [
    mailRoute('GET', pattern, call => listMessages(call, type, folderOfPlace(call, place))),
    mailRoute('POST', pattern, async call => {
      const folderOf = () => folderOfPlace(call, place) ?? call.mailbox.wellKnown('drafts');
      return single(type, call, await createMessage(world, call, folderOf), 201);
    }),
    mailRoute('GET', `${pattern}/$count`, call => countMessages(call, type, folderOfPlace(call, place))),
    mailRoute('GET', `${pattern}/delta`, call => messageDelta(world, type, call, place)),
  ];
}

function singleRoutes(world: MailWorld, type: MessageType, place: MailPlace): Route[] {
  const pattern = `${place.pattern}/messages/{id}`;
  const itemOf = (call: MailboxCall) => messageOfPlace(call, place);
  return [
    mailRoute('GET', pattern, call => {
      allowOptions(call.query, ['$select', '$expand']);
      return single(type, call, itemOf(call), 200);
    }),
    mailRoute('PATCH', pattern, call => {
      const item = itemOf(call);
      updateMessage(world, call, item);
      return single(type, call, item, 200);
    }),
    mailRoute('DELETE', pattern, call => {
      deleteMessage(world, call, itemOf(call));
      return { status: 204 };
    }),
    contentRoute('GET', `${pattern}/$value`, async call => ({
      status: 200,
      headers: { 'Content-Type': 'text/plain' },
      body: await mimeOf(messageOf(itemOf(call))),
    })),
  ];
}

function actionRoutes(world: MailWorld, type: MessageType, place: MailPlace): Route[] {
  const pattern = `${place.pattern}/messages/{id}`;
  const itemOf = (call: MailboxCall) => messageOfPlace(call, place);
  return [
    mailRoute('POST', `${pattern}/move`, call => {
      const item = itemOf(call);
      moveItem(world, call.mailbox, item, destinationOf(call));
      return single(type, besideActed(call), item, 201);
    }),
    mailRoute('POST', `${pattern}/copy`, call => {
      const copied = copyMessage(world, call.mailbox, itemOf(call), destinationOf(call));
      return single(type, besideActed(call), copied, 201);
    }),
    mailRoute('POST', `${pattern}/permanentDelete`, call => {
      removeMessage(world, call.mailbox, itemOf(call));
      return { status: 204 };
    }),
    sendRoute(`${pattern}/send`, call => sendDraft(world, call, itemOf(call))),
  ];
}

function extensionRoutes(world: MailWorld, place: MailPlace): Route[] {
  const holderOf = (call: MailboxCall): ExtensionHolder => {
    const item = messageOfPlace(call, place);
    const message = messageOf(item);
    return {
      extensions: message.extensions,
      save(extensions) {
        const changed = { ...message, extensions };
        if (world.behaviour.extensionWritesTouch) saveMessage(world, call.mailbox, item, changed);
        else {
          item.message = changed;
          call.mailbox.amendItem(item, item.fields);
        }
      },
    };
  };
  return openExtensionRoutes(`${place.pattern}/messages/{id}/extensions`, holderOf, contentRoute, world);
}

function single(type: MessageType, call: MailboxCall, item: Item, status: 200 | 201): GraphResponse {
  const entity = viewOf(type, call)(item);
  return {
    status,
    headers: {
      ...appliedOutlook(call),
      ETag: etagOf(call.mailbox, item.changedAt),
      ...(status === 201 && { Location: entityLocation(call, String(entity.id)) }),
    },
    body: { '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'), ...entity },
  };
}
