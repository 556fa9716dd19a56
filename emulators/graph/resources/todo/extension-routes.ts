import { itemNotFound } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';
import { checkBody } from '../../protocol/schema.ts';
import type { OpenExtension } from '../../store/mailbox-state.ts';
import { contextOf, entityLocation } from '../context-url.ts';
import {
  bareName,
  changedExtension,
  EXTENSION_TYPE,
  renderExtension,
  withExtension,
  writtenExtension,
} from '../open-extensions.ts';
import { listOfPath, taskWithParts } from './places.ts';
import { taskOf } from './task-fields.ts';
import type { TodoRoute } from './todo-route.ts';
import type { TodoWorld } from './world.ts';

/** What the extensions hang on. */
interface Holder {
  extensions: OpenExtension[];
  save(extensions: OpenExtension[]): void;
}

export const extensionRoutes = (lists: string, route: TodoRoute, world: TodoWorld): Route[] => [
  ...routesOf(`${lists}/{id}/extensions`, call => listHolder(call, world), route, world),
  ...routesOf(`${lists}/{id}/tasks/{id}/extensions`, call => taskHolder(call, world), route, world),
];

function taskHolder(call: MailboxCall, world: TodoWorld): Holder {
  const item = taskWithParts(call);
  return {
    extensions: taskOf(item).extensions,
    save(extensions) {
      const fields = { ...item.fields, extensions };
      if (world.behaviour.extensionWritesTouch) call.mailbox.updateItem(item, { fields }, world.now());
      else call.mailbox.amendItem(item, fields);
    },
  };
}

function listHolder(call: MailboxCall, world: TodoWorld): Holder {
  const list = listOfPath(call);
  return {
    extensions: list.state.openExtensions ?? [],
    save(openExtensions) {
      if (world.behaviour.extensionWritesTouch) call.mailbox.updateFolder(list, { openExtensions });
      else {
        list.state.openExtensions = openExtensions;
        call.mailbox.saveFolder(list);
      }
    },
  };
}

function routesOf(
  pattern: string,
  holderOf: (call: MailboxCall) => Holder,
  route: TodoRoute,
  world: TodoWorld,
): Route[] {
  const found = (call: MailboxCall, { extensions }: Holder): OpenExtension => {
    const name = bareName(call.params.at(-1)!);
    const extension = extensions.find(({ extensionName }) => extensionName === name);
    if (!extension) throw itemNotFound();
    return extension;
  };
  const single = (call: MailboxCall, extension: OpenExtension, status: 200 | 201): GraphResponse => ({
    status,
    ...(status === 201 && { headers: { Location: entityLocation(call, extension.extensionName) } }),
    body: {
      '@odata.context': contextOf(call, status === 201 ? 'created' : 'entity'),
      ...renderExtension(extension, world.behaviour),
    },
  });
  const bodyOf = ({ request: { body } }: MailboxCall) => {
    checkBody(body, EXTENSION_TYPE);
    return body;
  };
  return [
    route('GET', pattern, call => {
      const value = holderOf(call).extensions.map(each => renderExtension(each, world.behaviour));
      return { status: 200, body: { '@odata.context': contextOf(call), value } };
    }),
    route('POST', pattern, call => {
      const holder = holderOf(call);
      const extension = writtenExtension(bodyOf(call));
      holder.save(withExtension(holder.extensions, extension));
      return single(call, extension, 201);
    }),
    route('GET', `${pattern}/{id}`, call => single(call, found(call, holderOf(call)), 200)),
    route('PATCH', `${pattern}/{id}`, call => {
      const holder = holderOf(call);
      const current = found(call, holder);
      const changed = changedExtension(current, bodyOf(call));
      holder.save(holder.extensions.map(each => (each === current ? changed : each)));
      return single(call, changed, 200);
    }),
    route('DELETE', `${pattern}/{id}`, call => {
      const holder = holderOf(call);
      const current = found(call, holder);
      holder.save(holder.extensions.filter(each => each !== current));
      return { status: 204 };
    }),
  ];
}
