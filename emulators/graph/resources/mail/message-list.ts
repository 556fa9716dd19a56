import { seek } from '../../odata/extended-filter.ts';
import type { Expression, Operand } from '../../odata/filter-parser.ts';
import { countEntities, listEntities } from '../../odata/list.ts';
import { GraphError } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Folder } from '../../store/folder.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { appliedOutlook } from '../calendar/preferences.ts';
import { contextOf } from '../context-url.ts';
import { isWithin, RECOVERABLE_ROOT } from './mail-places.ts';
import { MESSAGE_ID } from './mapi-properties.ts';
import type { MessageType } from './message-type.ts';

/** The messages of a folder, or of the mailbox with Deleted Items; newest first unless ordered. */
export function listMessages(
  call: MailboxCall,
  type: MessageType,
  folder: Folder | undefined,
): GraphResponse {
  const page = listEntities(type, filter => newestFirst(candidates(call.mailbox, folder, filter)), call, {
    checkFilter: filter => checkOrder(filter, call.query.get('$orderby')),
  });
  return {
    status: 200,
    headers: appliedOutlook(call),
    body: { '@odata.context': contextOf(call), ...page },
  };
}

export const countMessages = (call: MailboxCall, type: MessageType, folder: Folder | undefined) =>
  countEntities(type, filter => candidates(call.mailbox, folder, filter), call);

/** A search by a key does not read the whole mailbox. */
function candidates(mailbox: Mailbox, folder: Folder | undefined, filter: Expression | undefined): Item[] {
  const numbers = soughtMessage(filter, mailbox) ?? seek(filter, mailbox.extendedIndex);
  const items = numbers
    ? [...numbers].map(number => mailbox.items.get(number)!)
    : [...(folder ?? mailbox).items.values()];
  const hidden = mailbox.wellKnown(RECOVERABLE_ROOT);
  const isShown = folder
    ? (item: Item) => item.folder === folder.state.number
    : (item: Item) => !isWithin(mailbox, mailbox.folders.get(item.folder)!, hidden);
  return items.filter(item => item.kind === 'message' && isShown(item));
}

function soughtMessage(filter: Expression | undefined, mailbox: Mailbox): ReadonlySet<number> | undefined {
  if (filter?.kind === 'and')
    return soughtMessage(filter.left, mailbox) ?? soughtMessage(filter.right, mailbox);
  if (filter?.kind !== 'compare' || filter.comparison !== 'eq') return undefined;
  const { left, right } = filter;
  const isSought = left.kind === 'path' && left.path.join('/') === 'internetMessageId';
  if (!isSought || right.kind !== 'literal' || typeof right.value !== 'string') return undefined;
  return mailbox.extendedIndex.find(MESSAGE_ID, right.value);
}

const newestFirst = (items: Item[]) =>
  items.sort(
    (one, other) => other.message!.receivedAt - one.message!.receivedAt || other.addedAt - one.addedAt,
  );

/**
 * "Properties that appear in $orderby must also appear in $filter … in the same order … before any properties that
 * aren't" (documentation: list messages).
 */
function checkOrder(filter: Expression, orderBy: string | undefined): void {
  if (!orderBy) return;
  const ordered = orderBy.split(',').map(part => part.trim().split(/\s+/)[0]!);
  const filtered = [...new Set(pathsIn(filter))];
  if (ordered.every((name, index) => filtered[index]?.toLowerCase() === name.toLowerCase())) return;
  throw new GraphError(
    400,
    'InefficientFilter',
    'The restriction or sort order is too complex for this operation.',
  );
}

function pathsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [...pathsIn(expression.left), ...pathsIn(expression.right)];
    case 'not':
      return pathsIn(expression.inner);
    case 'truth':
      return pathOf(expression.operand);
    case 'match':
      return pathOf(expression.text);
    case 'compare':
      return [...pathOf(expression.left), ...pathOf(expression.right)];
    case 'any':
    case 'all':
      return [expression.path.join('/')];
  }
}

function pathOf(operand: Operand): string[] {
  if (operand.kind === 'path') return [operand.path.join('/')];
  return operand.kind === 'literal' ? [] : pathOf(operand.operand);
}
