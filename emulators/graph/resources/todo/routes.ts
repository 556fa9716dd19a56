import { folderNotFound } from '../../protocol/errors.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';
import { hierarchyDelta, itemDelta } from '../delta.ts';
import { extensionRoutes } from './extension-routes.ts';
import { TaskListHandlers, taskListType } from './lists.ts';
import { partRoutes } from './part-routes.ts';
import { listOfPath, taskListById, taskOfPath, taskToRead } from './places.ts';
import { taskType } from './task-type.ts';
import { TaskHandlers } from './tasks.ts';
import { todoRoute } from './todo-route.ts';
import type { TodoWorld } from './world.ts';

const LISTS = '/users/{id}/todo/lists';
const TASKS = `${LISTS}/{id}/tasks`;

export function todoRoutes(world: TodoWorld): Route[] {
  const route = todoRoute(world);
  return [
    ...listRoutes(world),
    ...taskRoutes(world),
    ...partRoutes(TASKS, route, world),
    ...extensionRoutes(LISTS, route, world),
  ];
}

function listRoutes(world: TodoWorld): Route[] {
  const route = todoRoute(world);
  const type = taskListType(world);
  const lists = new TaskListHandlers(type, world);
  return [
    route('GET', LISTS, call => lists.list(call)),
    route('POST', LISTS, call => lists.create(call)),
    route('GET', `${LISTS}/delta`, call =>
      hierarchyDelta(call, world, {
        folderClass: 'tasks',
        type,
        shows: () => true,
        resource: 'TodoTaskLists',
      }),
    ),
    route('GET', `${LISTS}/{id}`, call => lists.read(call, listOfPath(call))),
    route('PATCH', `${LISTS}/{id}`, call => lists.update(call, listOfPath(call))),
    route('DELETE', `${LISTS}/{id}`, call => lists.remove(call, listOfPath(call))),
  ];
}

function taskRoutes(world: TodoWorld): Route[] {
  const route = todoRoute(world);
  const type = taskType(world);
  const tasks = new TaskHandlers(type, world);
  return [
    route('GET', TASKS, call => tasks.list(call, listOfPath(call))),
    route('GET', `${TASKS}/$count`, call => tasks.count(listOfPath(call))),
    route('POST', TASKS, call => tasks.create(call, listOfPath(call))),
    route('GET', `${TASKS}/delta`, call =>
      itemDelta(
        {
          call,
          folderOf: ({ mailbox, params }: MailboxCall) => taskListById(mailbox, params[1]!, folderNotFound),
          type,
          kind: 'task',
          resource: 'TodoTasks',
          accepted: ['$select', '$top', '$expand'],
          refused: ['$orderby', '$filter', '$search', '$skip', '$count'],
        },
        world,
      ),
    ),
    route('GET', `${TASKS}/{id}`, call => tasks.read(call, taskToRead(call))),
    route('PATCH', `${TASKS}/{id}`, call => tasks.update(call, taskOfPath(call))),
    route('DELETE', `${TASKS}/{id}`, call => tasks.remove(call, taskOfPath(call))),
  ];
}
