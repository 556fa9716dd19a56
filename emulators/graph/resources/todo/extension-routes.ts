import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';
import { type ExtensionHolder, openExtensionRoutes } from '../open-extension-routes.ts';
import { listOfPath, taskWithParts } from './places.ts';
import { taskOf } from './task-fields.ts';
import type { TodoRoute } from './todo-route.ts';
import type { TodoWorld } from './world.ts';

export const extensionRoutes = (lists: string, route: TodoRoute, world: TodoWorld): Route[] => [
  ...openExtensionRoutes(`${lists}/{id}/extensions`, call => listHolder(call, world), route, world),
  ...openExtensionRoutes(
    `${lists}/{id}/tasks/{id}/extensions`,
    call => taskHolder(call, world),
    route,
    world,
  ),
];

function taskHolder(call: MailboxCall, world: TodoWorld): ExtensionHolder {
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

function listHolder(call: MailboxCall, world: TodoWorld): ExtensionHolder {
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
