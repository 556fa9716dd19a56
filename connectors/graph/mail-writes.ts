import { SyncFailure } from '../../sync/failure.ts';
import type { Outcome } from '../connector.ts';
import type { ListedMessage, MessageChange, PlacedMessage } from '../mail.ts';
import { attempt, bodyIn, deletedOutcome, failed, inBatches, onward, sentEach } from './batches.ts';
import { type BatchAnswer, type BatchRequest, batchLimit } from './client.ts';
import { type GraphMessage, listedMessage, readListed } from './mail-listed.ts';
import { deliveryTime, messageFlags, submitTime } from './mail-message.ts';
import { markProperty } from './mapping.ts';
import { requireStorable } from './storable.ts';
import type { MailboxWire } from './wire.ts';

/** mfRead without mfUnsent ([MS-OXCMSG] 2.2.1.6): flags that are given at the creation decide that it is no draft. */
const READ_AND_NO_DRAFT = '1';

/** In their order: what a message shall become after a failure is not tried. */
export async function changeMessages(
  wire: MailboxWire,
  changes: readonly MessageChange[],
): Promise<Outcome<ListedMessage | null>[]> {
  const outcomes: Outcome<ListedMessage | null>[] = [];
  const before = new Map<string, Outcome<ListedMessage>>();
  for (const round of rounds(changes)) {
    try {
      outcomes.push(...(await changeRound(wire, round, before)));
    } catch (error) {
      if (!(error instanceof SyncFailure) || outcomes.length === 0) throw error;
      for (const { id } of round) before.set(id, failed(error));
      outcomes.push(...round.map(() => failed(error)));
    }
  }
  return outcomes;
}

export function placeMessages(
  wire: MailboxWire,
  folderId: string,
  messages: readonly PlacedMessage[],
): Promise<Outcome<ListedMessage>[]> {
  const url = wire.path('mailFolders', folderId, 'messages');
  return inBatches(messages, async chunk => {
    const requests = chunk.map(message =>
      attempt((): BatchRequest => ({ method: 'POST', url, body: placedBody(message) })),
    );
    return sentEach(wire, requests, (answer, index) => placedOutcome(answer, chunk[index]!));
  });
}

/** At most a batch each, in which no message stands twice: what is in a batch is done in any order. */
function rounds(changes: readonly MessageChange[]): MessageChange[][] {
  const made: MessageChange[][] = [];
  for (const change of changes) {
    const last = made.at(-1);
    const fits = last !== undefined && last.length < batchLimit && last.every(({ id }) => id !== change.id);
    if (fits) last.push(change);
    else made.push([change]);
  }
  return made;
}

/**
 * The answers of changes tell nothing of marks: these are read before, so that a failure of it hides no effect. `before` is
 * what is known of messages, and becomes what is known of them afterwards.
 */
async function changeRound(
  wire: MailboxWire,
  round: readonly MessageChange[],
  before: Map<string, Outcome<ListedMessage>>,
): Promise<Outcome<ListedMessage | null>[]> {
  const unknown = round.flatMap(({ op, id }) => (op === 'purge' || before.has(id) ? [] : [id]));
  const read = await readListed(wire, unknown);
  for (const [index, id] of unknown.entries()) before.set(id, read[index]!);
  const requests = round.map((change): Outcome<BatchRequest> => {
    const known = before.get(change.id);
    return known?.ok === false ? known : attempt(() => changeRequest(wire, change));
  });
  return sentEach(wire, requests, (answer, index) => {
    const { op, id } = round[index]!;
    if (op === 'purge') return deletedOutcome(answer!);
    const changed = changedOutcome(answer!, before.get(id)!);
    before.set(id, changed);
    return changed;
  });
}

function changeRequest(wire: MailboxWire, change: MessageChange): BatchRequest {
  if (change.op === 'categorize') {
    return {
      method: 'PATCH',
      url: wire.path('messages', change.id),
      body: { categories: change.categories },
    };
  }
  if (change.op === 'move') {
    const body = { destinationId: change.folderId };
    return { method: 'POST', url: wire.path('messages', change.id, 'move'), body };
  }
  return { method: 'POST', url: wire.path('messages', change.id, 'permanentDelete') };
}

function changedOutcome(answer: BatchAnswer, before: Outcome<ListedMessage>): Outcome<ListedMessage> {
  const changed = bodyIn<GraphMessage>(answer, 'write');
  return onward(changed, message =>
    onward(before, ({ mark }) => ({ ok: true, value: { ...listedMessage(message!), mark } })),
  );
}

function placedBody({ subject, html, receivedAtMs, mark }: PlacedMessage): object {
  requireStorable({ subject, html });
  const at = new Date(receivedAtMs).toISOString();
  return {
    subject,
    body: { contentType: 'html', content: html },
    isRead: true,
    singleValueExtendedProperties: [
      { id: messageFlags, value: READ_AND_NO_DRAFT },
      { id: deliveryTime, value: at },
      { id: submitTime, value: at },
      { id: markProperty, value: mark },
    ],
  };
}

function placedOutcome(answer: BatchAnswer | null, { mark }: PlacedMessage): Outcome<ListedMessage> {
  const placed = bodyIn<GraphMessage>(answer, 'write');
  return placed.ok ? { ok: true, value: { ...listedMessage(placed.value!), mark } } : placed;
}
