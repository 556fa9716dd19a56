import { type GraphError, itemNotFound } from '../../protocol/errors.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Folder } from '../../store/folder.ts';
import { looksLikeExchangeId } from '../../store/ids.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { DEFAULT_TASK_LIST } from '../../store/well-known-folders.ts';
import { notInThisList, todoIdMalformed } from './errors.ts';

/** Finds the list and the task that a path names. */

/** `Tasks` stands for the default list, though not everywhere (an alias that is not documented). */
const isAlias = (id: string) => id.toLowerCase() === DEFAULT_TASK_LIST;

export function taskListById(mailbox: Mailbox, id: string, missing: () => GraphError = itemNotFound): Folder {
  if (isAlias(id)) return mailbox.wellKnown(DEFAULT_TASK_LIST);
  const decoded = mailbox.ids.decode(id);
  const folder = decoded?.form === 'folder' ? mailbox.folders.get(decoded.number) : undefined;
  if (folder?.state.class === 'tasks') return folder;
  throw looksLikeExchangeId(id) ? missing() : todoIdMalformed();
}

export const listOfPath = ({ mailbox, params }: MailboxCall) => taskListById(mailbox, params[1]!);

export function taskById(mailbox: Mailbox, id: string): Item {
  const decoded = mailbox.ids.decode(id);
  if (!decoded && !looksLikeExchangeId(id)) throw todoIdMalformed();
  const item =
    decoded?.form === 'item'
      ? mailbox.byInstance(decoded.instance)
      : decoded?.form === 'immutable'
        ? mailbox.items.get(decoded.number)
        : undefined;
  if (item?.kind !== 'task') throw itemNotFound();
  return item;
}

export function taskOfPath(call: MailboxCall): Item {
  const list = listOfPath(call);
  const item = taskById(call.mailbox, call.params[2]!);
  if (item.folder !== list.state.number) throw notInThisList();
  return item;
}

/** Reading one task is refused under the alias of its list. */
export function taskToRead(call: MailboxCall): Item {
  if (isAlias(call.params[1]!)) throw notInThisList();
  return taskOfPath(call);
}

/** What hangs on a task is not found under the alias of its list. */
export function taskWithParts(call: MailboxCall): Item {
  if (isAlias(call.params[1]!)) throw todoIdMalformed();
  return taskOfPath(call);
}
