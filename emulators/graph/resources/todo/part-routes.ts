import type { EntityType } from '../../odata/entity-type.ts';
import { listEntities, viewOf } from '../../odata/list.ts';
import { itemNotFound } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';
import { checkBody } from '../../protocol/schema.ts';
import { contextOf, entityLocation } from '../context-url.ts';
import {
  type ChecklistItem,
  changedChecklistItem,
  changedLinkedResource,
  type LinkedResource,
  newChecklistItem,
  newLinkedResource,
} from './parts.ts';
import { taskWithParts } from './places.ts';
import { taskOf } from './task-fields.ts';
import type { TodoRoute } from './todo-route.ts';
import type { TodoWorld, Writing } from './world.ts';

type Body = Record<string, unknown>;

/** A collection of parts that a task is made of. */
interface PartKind<Part extends { id: string }> {
  name: 'linkedResources' | 'checklistItems';
  typeName: string;
  make(body: Body, writing: Writing): Part;
  change(part: Part, body: Body, writing: Writing): Part;
}

const LINKED_RESOURCES: PartKind<LinkedResource> = {
  name: 'linkedResources',
  typeName: 'microsoft.graph.linkedResource',
  make: newLinkedResource,
  change: changedLinkedResource,
};

const CHECKLIST_ITEMS: PartKind<ChecklistItem> = {
  name: 'checklistItems',
  typeName: 'microsoft.graph.checklistItem',
  make: newChecklistItem,
  change: changedChecklistItem,
};

export const partRoutes = (tasks: string, route: TodoRoute, world: TodoWorld): Route[] => [
  ...routesOf(LINKED_RESOURCES, tasks, route, world),
  ...routesOf(CHECKLIST_ITEMS, tasks, route, world),
];

/** A write of a part is a write of its task. */
function routesOf<Part extends { id: string }>(
  kind: PartKind<Part>,
  tasks: string,
  route: TodoRoute,
  world: TodoWorld,
): Route[] {
  const pattern = `${tasks}/{id}/${kind.name}`;
  const type: EntityType<Part, MailboxCall> = {
    name: kind.typeName,
    render: part => ({ ...part }),
    property: (part, name) => part[name as keyof Part],
  };
  const partsOf = (call: MailboxCall) => taskOf(taskWithParts(call))[kind.name] as unknown as Part[];
  const partOf = (call: MailboxCall): Part => {
    const part = partsOf(call).find(({ id }) => id === call.params[3]);
    if (!part) throw itemNotFound();
    return part;
  };
  const save = (call: MailboxCall, parts: Part[]) => {
    const item = taskWithParts(call);
    call.mailbox.updateItem(item, { fields: { ...item.fields, [kind.name]: parts } }, world.now());
  };
  const single = (call: MailboxCall, part: Part, status: 200 | 201): GraphResponse => ({
    status,
    ...(status === 201 && { headers: { Location: entityLocation(call, part.id) } }),
    body: {
      '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'),
      ...viewOf(type, call)(part),
    },
  });
  const bodyOf = ({ request: { body } }: MailboxCall): Body => {
    checkBody(body, kind.typeName);
    return body;
  };
  return [
    route('GET', pattern, call => ({
      status: 200,
      body: { '@odata.context': contextOf(call), ...listEntities(type, () => partsOf(call), call) },
    })),
    route('POST', pattern, call => {
      const part = kind.make(bodyOf(call), world);
      save(call, [...partsOf(call), part]);
      return single(call, part, 201);
    }),
    route('GET', `${pattern}/{id}`, call => single(call, partOf(call), 200)),
    route('PATCH', `${pattern}/{id}`, call => {
      const part = partOf(call);
      const changed = kind.change(part, bodyOf(call), world);
      save(
        call,
        partsOf(call).map(each => (each.id === part.id ? changed : each)),
      );
      return single(call, changed, 200);
    }),
    route('DELETE', `${pattern}/{id}`, call => {
      const { id } = partOf(call);
      save(
        call,
        partsOf(call).filter(each => each.id !== id),
      );
      return { status: 204 };
    }),
  ];
}
