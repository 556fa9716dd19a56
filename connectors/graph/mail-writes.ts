import { SyncFailure } from '../../sync/failure.ts';
import type { Outcome } from '../connector.ts';
import type { ChangedMessage, ListedMessage, MessageChange, PlacedMessage } from '../mail.ts';
import { attempt, bodyIn, deletedOutcome, failed, inBatches, onward, sentEach } from './batches.ts';
import { type BatchAnswer, type BatchRequest, batchLimit } from './client.ts';
import { type GraphMessage, listedMessage } from './mail-listed.ts';
import { deliveryTime, messageFlags, submitTime } from './mail-message.ts';
import { markProperty } from './mapping.ts';
import { requireStorable } from './storable.ts';
import type { MailboxWire } from './wire.ts';

/** mfRead without mfUnsent ([MS-OXCMSG] 2.2.1.6): flags that are given at the creation decide that it is no draft. */
const READ_AND_NO_DRAFT = '1';

type Changed = Outcome<ChangedMessage | null>;

/** In their order: what a message shall become after a failure is not tried. */
export async function changeMessages(
  wire: MailboxWire,
  changes: readonly MessageChange[],
): Promise<Changed[]> {
  const outcomes: Changed[] = [];
  const failures = new Map<string, SyncFailure>();
  for (const round of rounds(changes)) {
    const changed = await changeRound(wire, round, failures).catch((error: unknown) => {
      if (!(error instanceof SyncFailure) || outcomes.length === 0) throw error;
      return round.map(() => failed(error));
    });
    round.forEach(({ id }, index) => {
      const outcome = changed[index]!;
      if (!outcome.ok) failures.set(id, outcome.failure);
    });
    outcomes.push(...changed);
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

function changeRound(
  wire: MailboxWire,
  round: readonly MessageChange[],
  failures: ReadonlyMap<string, SyncFailure>,
): Promise<Changed[]> {
  const requests = round.map((change): Outcome<BatchRequest> => {
    const failure = failures.get(change.id);
    return failure === undefined ? attempt(() => changeRequest(wire, change)) : failed(failure);
  });
  return sentEach(wire, requests, (answer, index) =>
    round[index]!.op === 'purge' ? deletedOutcome(answer!) : changedOutcome(answer!),
  );
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

function changedOutcome(answer: BatchAnswer): Changed {
  return onward(bodyIn<GraphMessage>(answer, 'write'), message => {
    const { id, etag, folderId, categories } = listedMessage(message!);
    return { ok: true, value: { id, etag, folderId, categories } };
  });
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
