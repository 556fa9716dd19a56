import { parseFilter } from '../../odata/filter-parser.ts';
import { badRequest, GraphError, invalidUrlQuery } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Change } from '../../store/change-log.ts';
import { itemDelta } from '../delta.ts';
import type { SyncState } from '../delta-state.ts';
import { folderOfPlace, type MailPlace } from './mail-places.ts';
import type { MailWorld } from './mail-world.ts';
import type { MessageType } from './message-type.ts';

const CHANGE_TYPES = ['created', 'updated', 'deleted'];

/** The changes of the messages in one folder; there is no delta over a whole mailbox. */
export function messageDelta(
  world: MailWorld,
  type: MessageType,
  call: MailboxCall,
  place: MailPlace,
): GraphResponse {
  if (place.keys === 0) {
    throw badRequest(
      "Unsupported request: Change tracking is not supported against 'microsoft.graph.message'.",
    );
  }
  checkOptions(world, call);
  return itemDelta(
    {
      call,
      folderOf: each => folderOfPlace(each, place)!,
      type,
      kind: 'message',
      resource: 'Messages',
      refused: ['$search'],
      accepted: ['$select', '$top', '$expand', '$filter', '$orderby'],
      tells: (change, state) => isOfType(change, state) && isRecent(call, change, state),
    },
    world,
  );
}

function checkOptions({ behaviour }: MailWorld, { query }: MailboxCall): void {
  receivedFrom(query.get('$filter'));
  const order = query.get('$orderby');
  if (order !== undefined && !/^receivedDateTime\s+desc$/i.test(order.trim())) {
    throw invalidUrlQuery('Change tracking over messages is ordered by receivedDateTime desc only.');
  }
  const changeType = query.get('changetype');
  if (changeType !== undefined && !CHANGE_TYPES.includes(changeType)) {
    throw badRequest(`Invalid changeType '${changeType}': it is one of ${CHANGE_TYPES.join(', ')}.`);
  }
  // Reported of the service's OData library: microsoft-graph-docs issues 1993 and 2270.
  if (
    behaviour.deltaMessageExpansion === 'failing' &&
    /propert|extensions/i.test(query.get('$expand') ?? '')
  ) {
    throw new GraphError(500, 'InternalServerError', 'Value cannot be null.\r\nParameter name: type');
  }
}

/** "The only supported $filter expressions are receivedDateTime ge and gt" (documentation: delta query messages). */
function receivedFrom(filter: string | undefined): number | undefined {
  if (!filter) return undefined;
  const expression = parseFilter(filter);
  if (expression.kind === 'compare') {
    const { comparison, left, right } = expression;
    const isReceived = left.kind === 'path' && left.path.join('/').toLowerCase() === 'receiveddatetime';
    if (isReceived && right.kind === 'literal' && (comparison === 'ge' || comparison === 'gt')) {
      return Date.parse(String(right.value)) + (comparison === 'gt' ? 1 : 0);
    }
  }
  throw invalidUrlQuery('Change tracking over messages is filtered by receivedDateTime ge or gt only.');
}

function isRecent({ mailbox }: MailboxCall, { key, removed }: Change, { filter }: SyncState): boolean {
  const from = receivedFrom(filter);
  return (
    from === undefined || removed !== undefined || (mailbox.items.get(key)?.message?.receivedAt ?? 0) >= from
  );
}

function isOfType({ removed, addedAt }: Change, { changeType, since }: SyncState): boolean {
  if (changeType === undefined) return true;
  if (removed) return changeType === 'deleted';
  return changeType === (since === 0 || addedAt > since ? 'created' : 'updated');
}
