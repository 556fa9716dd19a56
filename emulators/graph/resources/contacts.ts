import type { Behaviour } from '../control/behaviour.ts';
import type { EntityType } from '../odata/entity-type.ts';
import { seek } from '../odata/extended-filter.ts';
import type { Expression } from '../odata/filter-parser.ts';
import { countEntities, listEntities, viewOf } from '../odata/list.ts';
import { GraphError, itemNotFound } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import { appliedPreferences } from '../protocol/preferences.ts';
import { allowOptions } from '../protocol/query-options.ts';
import type { Route } from '../protocol/router.ts';
import { checkBody } from '../protocol/schema.ts';
import type { Folder } from '../store/folder.ts';
import type { Mailbox } from '../store/mailbox.ts';
import type { Item } from '../store/mailbox-state.ts';
import { DELETED_ITEMS } from '../store/well-known-folders.ts';
import { writtenContactFields } from './contact-fields.ts';
import { contextOf, entityLocation } from './context-url.ts';
import { itemDelta } from './delta.ts';
import type { DeltaWorld } from './delta-page.ts';
import { writtenExtendedProperties } from './extended-body.ts';
import { checkIfMatch, contactFolderOfPath, etagOf, itemById, itemId, refuseNul } from './stored-items.ts';
import { wireTime } from './wire-time.ts';

const TYPE_NAME = 'microsoft.graph.contact';
const READ = ['Contacts.Read', 'Contacts.ReadWrite'];
const WRITE = ['Contacts.ReadWrite'];

/** The places of contacts; how many folder keys stand before the contact's own. */
const COLLECTIONS = [
  { pattern: '/users/{id}/contacts', folderKeys: 0 },
  { pattern: '/users/{id}/contactFolders/{id}/contacts', folderKeys: 1 },
  { pattern: '/users/{id}/contactFolders/{id}/childFolders/{id}/contacts', folderKeys: 2 },
];

const contactType: EntityType<Item, MailboxCall> = {
  name: TYPE_NAME,
  render: (item, { mailbox, preferences }) => ({
    '@odata.etag': etagOf(mailbox, item.changedAt),
    id: itemId(mailbox, item, preferences.immutableIds),
    createdDateTime: wireTime(item.createdAt),
    lastModifiedDateTime: wireTime(item.modifiedAt),
    changeKey: mailbox.ids.changeKey(item.changedAt),
    parentFolderId: mailbox.ids.folder(item.folder),
    ...item.fields,
  }),
  property(item, name, call) {
    if (name in item.fields) return item.fields[name];
    return contactType.render(item, call)[name];
  },
  extended: item => item.extended,
};

export function contactRoutes(world: ContactWorld): Route[] {
  return COLLECTIONS.flatMap(({ pattern, folderKeys }): Route[] => {
    const folderOf = (call: MailboxCall) =>
      contactFolderOfPath(call.mailbox, call.params.slice(1, 1 + folderKeys));
    const itemOf = (call: MailboxCall) => {
      const folder = folderKeys > 0 ? folderOf(call) : undefined;
      return contactOfPath(call, folder, world.behaviour);
    };
    const level = 'mailbox' as const;
    const item = `${pattern}/{id}`;
    return [
      { method: 'GET', pattern, level, roles: READ, handle: call => list(call, folderOf(call)) },
      {
        method: 'GET',
        pattern: `${pattern}/$count`,
        level,
        roles: READ,
        handle: call =>
          countEntities(contactType, filter => candidates(call.mailbox, folderOf(call), filter), call, {
            checkFilter,
          }),
      },
      {
        method: 'GET',
        pattern: `${pattern}/delta`,
        level,
        roles: READ,
        handle: call =>
          itemDelta({ call, folderOf, type: contactType, kind: 'contact', resource: 'Contacts' }, world),
      },
      { method: 'POST', pattern, level, roles: WRITE, handle: call => create(call, folderOf(call), world) },
      { method: 'GET', pattern: item, level, roles: READ, handle: call => read(call, itemOf(call)) },
      {
        method: 'PATCH',
        pattern: item,
        level,
        roles: WRITE,
        handle: call => update(call, itemOf(call), world),
      },
      {
        method: 'DELETE',
        pattern: item,
        level,
        roles: WRITE,
        handle: call => remove(call, itemOf(call), world),
      },
      {
        method: 'POST',
        pattern: `${item}/permanentDelete`,
        level,
        roles: WRITE,
        handle: call => {
          call.mailbox.removeItem(itemOf(call));
          return { status: 204 };
        },
      },
    ];
  });
}

export interface ContactWorld extends DeltaWorld {
  now(): number;
}

/** An item is opened by its id wherever it is; a deleted one only in Deleted Items, unless switched. */
function contactOfPath(call: MailboxCall, folder: Folder | undefined, behaviour: Behaviour): Item {
  const item = itemById(call.mailbox, call.params.at(-1)!, 'contact');
  const deletedItems = call.mailbox.wellKnown(DELETED_ITEMS);
  const isDeleted = item.folder === deletedItems.state.number;
  if (isDeleted && folder !== deletedItems && !behaviour.deletedItemsOpenById) throw itemNotFound();
  return item;
}

function list(call: MailboxCall, folder: Folder): GraphResponse {
  const page = listEntities(contactType, filter => candidates(call.mailbox, folder, filter), call, {
    checkFilter,
  });
  return {
    status: 200,
    headers: appliedPreferences(call.preferences),
    body: { '@odata.context': contextOf(call), ...page },
  };
}

function* candidates(mailbox: Mailbox, folder: Folder, filter: Expression | undefined): Iterable<Item> {
  const sought = seek(filter, mailbox.extendedIndex);
  const items = sought
    ? [...sought].flatMap(number => folder.items.get(number) ?? [])
    : folder.items.values();
  for (const item of items) if (item.kind === 'contact') yield item;
}

/** The only filter on addresses is any(a:a/address eq '…') (documentation of the list of contacts). */
function checkFilter(filter: Expression): void {
  if (filter.kind === 'and' || filter.kind === 'or') {
    checkFilter(filter.left);
    checkFilter(filter.right);
  } else if (filter.kind === 'not') {
    checkFilter(filter.inner);
  } else if (
    (filter.kind === 'any' || filter.kind === 'all') &&
    /^emailAddresses$/i.test(filter.path[0] ?? '')
  ) {
    const { inner } = filter;
    const byAddress =
      inner?.kind === 'compare' &&
      inner.comparison === 'eq' &&
      inner.left.kind === 'path' &&
      inner.left.path[1] === 'address';
    if (filter.kind === 'all' || !byAddress) throw invalidNodes();
  }
}

const invalidNodes = () =>
  new GraphError(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');

function single(call: MailboxCall, item: Item, status: number): GraphResponse {
  const entity = viewOf(contactType, call)(item);
  const context = contextOf(call, status === 201 ? 'created' : 'entity');
  return {
    status,
    headers: {
      ...appliedPreferences(call.preferences),
      ETag: etagOf(call.mailbox, item.changedAt),
      ...(status === 201 && { Location: entityLocation(call, String(entity.id)) }),
    },
    body: { '@odata.context': context, ...entity },
  };
}

function read(call: MailboxCall, item: Item): GraphResponse {
  allowOptions(call.query, ['$select', '$expand']);
  return single(call, item, 200);
}

function checkedBody(call: MailboxCall, behaviour: Behaviour): Record<string, unknown> {
  const { body } = call.request;
  checkBody(body, TYPE_NAME);
  if (behaviour.nulCharacters === 'refused') refuseNul(body);
  return body;
}

function create(call: MailboxCall, folder: Folder, world: ContactWorld): GraphResponse {
  const body = checkedBody(call, world.behaviour);
  const item = call.mailbox.addItem(
    {
      kind: 'contact',
      folder,
      fields: writtenContactFields(body),
      extended: writtenExtendedProperties(body, {}) ?? {},
    },
    world.now(),
  );
  return single(call, item, 201);
}

function update(call: MailboxCall, item: Item, world: ContactWorld): GraphResponse {
  const body = checkedBody(call, world.behaviour);
  checkIfMatch(call, item.changedAt);
  const extended = writtenExtendedProperties(body, item.extended);
  const fields = writtenContactFields(body, item.fields);
  call.mailbox.updateItem(item, { fields, ...(extended && { extended }) }, world.now());
  return single(call, item, 200);
}

function remove(call: MailboxCall, item: Item, world: ContactWorld): GraphResponse {
  checkIfMatch(call, item.changedAt);
  const deletedItems = call.mailbox.wellKnown(DELETED_ITEMS);
  if (item.folder === deletedItems.state.number) call.mailbox.removeItem(item);
  else call.mailbox.moveItem(item, deletedItems, world.now());
  return { status: 204 };
}
