import type { EntityType } from '../odata/entity-type.ts';
import { listEntities, viewOf } from '../odata/list.ts';
import { GraphError, invalidRequest, itemNotFound, unreadableBody } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import type { Route } from '../protocol/router.ts';
import { checkBody, enumMember } from '../protocol/schema.ts';
import type { MailboxState } from '../store/mailbox-state.ts';
import { contextOf, entityLocation } from './context-url.ts';

type Category = MailboxState['categories'][number];

const TYPE_NAME = 'microsoft.graph.outlookCategory';
const COLOR = 'microsoft.graph.categoryColor';
const READ = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
const WRITE = ['MailboxSettings.ReadWrite'];

const categoryType: EntityType<Category, MailboxCall> = {
  name: TYPE_NAME,
  render: ({ id, displayName, color }) => ({ id, displayName, color }),
  property: (category, name) => ({ ...category })[name as keyof Category],
};

/** The master list of a mailbox; items carry category names whether they are in it or not. */
export function categoryRoutes(world: { newId(): string }): Route[] {
  const pattern = '/users/{id}/outlook/masterCategories';
  const level = 'mailbox' as const;
  return [
    { method: 'GET', pattern, level, roles: READ, handle: list },
    { method: 'POST', pattern, level, roles: WRITE, handle: call => create(call, world.newId()) },
    {
      method: 'GET',
      pattern: `${pattern}/{id}`,
      level,
      roles: READ,
      handle: call => single(call, categoryOf(call), 200),
    },
    { method: 'PATCH', pattern: `${pattern}/{id}`, level, roles: WRITE, handle: update },
    { method: 'DELETE', pattern: `${pattern}/{id}`, level, roles: WRITE, handle: remove },
  ];
}

function categoryOf({ mailbox, params }: MailboxCall): Category {
  const id = params[1]!.toLowerCase();
  const category = mailbox.state.categories.find(one => one.id === id);
  if (!category) throw itemNotFound();
  return category;
}

function list(call: MailboxCall): GraphResponse {
  const page = listEntities(categoryType, () => call.mailbox.state.categories, call, { pageSize: 1000 });
  return { status: 200, body: { '@odata.context': contextOf(call), ...page } };
}

function single(call: MailboxCall, category: Category, status: number): GraphResponse {
  return {
    status,
    headers: status === 201 ? { Location: entityLocation(call, category.id) } : {},
    body: {
      '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'),
      ...viewOf(categoryType, call)(category),
    },
  };
}

function create(call: MailboxCall, id: string): GraphResponse {
  const { body } = call.request;
  checkBody(body, TYPE_NAME);
  const { categories } = call.mailbox.state;
  const { displayName } = body;
  if (typeof displayName !== 'string' || displayName.trim() === '') {
    throw invalidRequest('The displayName of a category is required.');
  }
  if (categories.some(one => one.displayName.toLowerCase() === displayName.toLowerCase())) {
    throw new GraphError(409, 'ErrorCategoryAlreadyExists', `The category '${displayName}' already exists.`);
  }
  const category = { id, displayName, color: colorOf(body) ?? 'none' };
  categories.push(category);
  call.mailbox.saveState();
  return single(call, category, 201);
}

function update(call: MailboxCall): GraphResponse {
  const { body } = call.request;
  checkBody(body, TYPE_NAME);
  const category = categoryOf(call);
  if ('displayName' in body && body.displayName !== category.displayName) {
    throw invalidRequest("The property 'displayName' is read-only and cannot be set.");
  }
  category.color = colorOf(body) ?? category.color;
  call.mailbox.saveState();
  return single(call, category, 200);
}

function colorOf({ color }: Record<string, unknown>): string | undefined {
  if (color === undefined || color === null) return undefined;
  const member = enumMember(COLOR, String(color));
  if (member === undefined) throw unreadableBody(`Requested value '${String(color)}' was not found.`);
  return member;
}

function remove(call: MailboxCall): GraphResponse {
  const { id } = categoryOf(call);
  const { state } = call.mailbox;
  state.categories = state.categories.filter(one => one.id !== id);
  call.mailbox.saveState();
  return { status: 204 };
}
