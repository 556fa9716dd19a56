import type { Behaviour } from '../../control/behaviour.ts';
import { countEntities, listEntities, viewOf } from '../../odata/list.ts';
import { badRequest, GraphError, itemNotFound } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import { appliedPreferences } from '../../protocol/preferences.ts';
import { allowOptions } from '../../protocol/query-options.ts';
import type { Route } from '../../protocol/router.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { contextOf, entityLocation } from '../context-url.ts';
import { refuseNul } from '../stored-items.ts';
import { type Attached, attachmentId, attachmentType } from './attachment-type.ts';
import { attach, detach, writtenAttachment } from './attachment-writes.ts';
import { MAIL_PLACES, type MailPlace, messageOfPlace } from './mail-places.ts';
import { contentRoute } from './mail-route.ts';
import { type MailWorld, ownerOf } from './mail-world.ts';
import type { Body } from './message-fields.ts';
import { MESSAGE, messageOf, renderMessage } from './message-type.ts';
import { mimeOf } from './mime-writer.ts';
import { createUploadSession } from './upload-routes.ts';

export const attachmentRoutes = (world: MailWorld): Route[] =>
  MAIL_PLACES.flatMap(place => routesOf(world, place));

function routesOf(world: MailWorld, place: MailPlace): Route[] {
  const pattern = `${place.pattern}/messages/{id}/attachments`;
  const single = `${pattern}/{id}`;
  const itemOf = (call: MailboxCall) => messageOfPlace(call, place);
  const attachedOf = (call: MailboxCall) => attachedById(call, itemOf(call));
  return [
    contentRoute('GET', pattern, call => list(world, call, itemOf(call))),
    contentRoute('POST', pattern, call => create(world, call, itemOf(call))),
    contentRoute('GET', `${pattern}/$count`, call => count(call, itemOf(call))),
    contentRoute('POST', `${pattern}/createUploadSession`, call =>
      createUploadSession(world, call, itemOf(call)),
    ),
    contentRoute('GET', single, call => read(world, call, attachedOf(call))),
    contentRoute('GET', `${single}/$value`, call => content(attachedOf(call))),
    contentRoute('DELETE', single, call => {
      const { item, attachment } = attachedOf(call);
      detach(world, call.mailbox, item, attachment);
      return { status: 204 };
    }),
  ];
}

function attachedById({ mailbox, params }: MailboxCall, item: Item): Attached {
  const id = params.at(-1)!;
  const attachment = messageOf(item).attachments.find(each =>
    [true, false].some(immutable => attachmentId(mailbox, { item, attachment: each }, immutable) === id),
  );
  if (!attachment) throw itemNotFound();
  return { item, attachment };
}

/** The longest list that is given in one page: the documentation tells of no pages. */
const PAGE_SIZE = 1000;

function list({ behaviour }: MailWorld, call: MailboxCall, item: Item): GraphResponse {
  const expanded = expandingItems(call, behaviour);
  const all = messageOf(item).attachments.map(attachment => ({ item, attachment }));
  const page = listEntities(expanded.type, () => all, expanded.call, { pageSize: PAGE_SIZE });
  return {
    status: 200,
    headers: appliedPreferences(call.preferences),
    body: { '@odata.context': contextOf(call), ...page },
  };
}

const count = (call: MailboxCall, item: Item) =>
  countEntities(
    attachmentType,
    () => messageOf(item).attachments.map(attachment => ({ item, attachment })),
    call,
  );

function read({ behaviour }: MailWorld, call: MailboxCall, attached: Attached): GraphResponse {
  allowOptions(call.query, ['$select', '$expand']);
  const expanded = expandingItems(call, behaviour);
  const entity = viewOf(expanded.type, expanded.call)(attached);
  return {
    status: 200,
    headers: appliedPreferences(call.preferences),
    body: { '@odata.context': contextOf(call, 'entity'), ...entity },
  };
}

const ITEM_EXPANSION = /^\s*microsoft\.graph\.itemattachment\/item\s*$/i;
const FILE_CAST = /microsoft\.graph\.fileAttachment\//gi;
const FILE_MEMBERS = ['contentBytes', 'contentId', 'contentLocation'];

/** What belongs to one kind of attachment is expanded and selected through a cast to it. */
function expandingItems(call: MailboxCall, behaviour: Behaviour) {
  const query = new Map(call.query);
  const selected = query.get('$select');
  if (selected !== undefined) {
    refuseWithoutCast(selected);
    query.set('$select', selected.replaceAll(FILE_CAST, ''));
  }
  if (!ITEM_EXPANSION.test(query.get('$expand') ?? '')) {
    return { type: attachmentType, call: { ...call, query } };
  }
  query.delete('$expand');
  if (selected) query.set('$select', `${query.get('$select')},item`);
  const inner = { ...call, query: new Map<string, string>() };
  const type: typeof attachmentType = {
    ...attachmentType,
    name: 'microsoft.graph.itemAttachment',
    render: (attached, each) => ({
      ...attachmentType.render(attached, each),
      ...itemMember(attached, inner, behaviour),
    }),
  };
  return { type, call: { ...call, query } };
}

const itemMember = ({ attachment }: Attached, call: MailboxCall, behaviour: Behaviour) =>
  attachment.kind === 'item'
    ? { item: { '@odata.type': `#${MESSAGE}`, ...renderMessage(attachment.message, call, behaviour) } }
    : {};

function refuseWithoutCast(selected: string): void {
  const name = selected.split(',').find(each => FILE_MEMBERS.includes(each.trim()));
  if (name === undefined) return;
  throw badRequest(
    `Parsing OData Select and Expand failed: Could not find a property named '${name.trim()}' on type 'microsoft.graph.attachment'.`,
  );
}

function create(world: MailWorld, call: MailboxCall, item: Item): GraphResponse {
  const { mailbox, request } = call;
  if (typeof request.body !== 'object' || request.body === null) {
    throw badRequest('Empty Payload. JSON content expected.');
  }
  if (world.behaviour.nulCharacters === 'refused') refuseNul(request.body);
  const writing = { owner: ownerOf(world, mailbox), now: world.now(), newId: world.newId };
  const attachment = attach(world, mailbox, item, writtenAttachment(request.body as Body, writing));
  const entity = viewOf(attachmentType, call)({ item, attachment });
  return {
    status: 201,
    headers: {
      ...appliedPreferences(call.preferences),
      Location: entityLocation(call, String(entity.id)),
    },
    body: { '@odata.context': contextOf(call, 'created'), ...entity },
  };
}

async function content({ attachment }: Attached): Promise<GraphResponse> {
  if (attachment.kind === 'reference') {
    throw new GraphError(405, 'ErrorInvalidRequest', 'A reference attachment has no content here.');
  }
  if (attachment.kind === 'item') {
    return {
      status: 200,
      headers: { 'Content-Type': 'text/plain' },
      body: await mimeOf(attachment.message),
    };
  }
  return {
    status: 200,
    headers: { 'Content-Type': attachment.contentType ?? 'application/octet-stream' },
    body: Buffer.from(attachment.content, 'base64'),
  };
}
