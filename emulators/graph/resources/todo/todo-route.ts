import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';
import { unknownError } from './errors.ts';
import type { TodoWorld } from './world.ts';

const READ = ['Tasks.Read.All', 'Tasks.ReadWrite.All'];
const WRITE = ['Tasks.ReadWrite.All'];

export type TodoRoute = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  pattern: string,
  handle: (call: MailboxCall) => GraphResponse,
) => Route;

/** The roles of To Do are for all mailboxes: no policy limits them (they have no scoped counterpart). */
export const todoRoute =
  (world: TodoWorld): TodoRoute =>
  (method, pattern, handle) => ({
    method,
    pattern,
    level: 'mailbox',
    roles: method === 'GET' ? READ : WRITE,
    denied: unknownError,
    everyMailbox: true,
    handle: call => handle(withTodoIds(call, world)),
  });

function withTodoIds(call: MailboxCall, { behaviour }: TodoWorld): MailboxCall {
  if (behaviour.todoImmutableIds === 'honoured') return call;
  return { ...call, preferences: { ...call.preferences, immutableIds: false } };
}
