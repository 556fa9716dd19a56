import { recordIdOf, type Write } from '../traffic.ts';
import { nameIn } from './thing.ts';

type Json = Readonly<Record<string, unknown>>;

/** An item that the product made in a mailbox. */
export interface MadeItem {
  readonly mailbox: string;
  readonly itemId: string;
  readonly name: string;
  readonly pairingId: string;
  readonly recordId: string;
  readonly atMs: number;
}

export interface RemovedItem {
  readonly mailbox: string;
  readonly itemId: string;
  readonly atMs: number;
}

/** A record that the product made, changed or deleted. */
export interface RecordWrite {
  readonly method: string;
  readonly recordId: string;
  /** Empty where the write does not say. */
  readonly name: string;
  readonly body: Json;
  readonly atMs: number;
}

/** What the product wrote about the things of one module, as far as it was answered. */
export interface Work {
  readonly made: readonly MadeItem[];
  readonly removed: readonly RemovedItem[];
  readonly records: readonly RecordWrite[];
  readonly writes: readonly Write[];
}

/** Where a module's things are. */
export interface Whereabouts {
  /** Of an item's collection in a mailbox. */
  readonly collection: RegExp;
  readonly idPrefix: string;
  keyOf(item: Json): string | null;
  subjectOf(item: Json): string | null;
}

export function workOf(all: readonly Write[], whereabouts: Whereabouts): Work {
  const writes = all.filter(write => isAbout(write, whereabouts));
  const inMailboxes = writes.filter(({ system }) => system === 'graph');
  return {
    made: inMailboxes.flatMap(write => madeItem(write, whereabouts)),
    removed: inMailboxes.flatMap(removedItem),
    records: writes.filter(({ system }) => system === 'salesforce').map(recordWrite),
    writes,
  };
}

const pathOf = ({ path }: Write) => decodeURIComponent(path);
const mailboxOf = (write: Write) => /\/users\/([^/]+)\//.exec(pathOf(write))?.[1] ?? '';

function isAbout(write: Write, { collection, idPrefix }: Whereabouts): boolean {
  if (write.system === 'graph') return collection.test(pathOf(write));
  return recordIdOf(write).startsWith(idPrefix);
}

function madeItem(write: Write, { collection, keyOf, subjectOf }: Whereabouts): MadeItem[] {
  const [, below] = collection.exec(pathOf(write)) ?? [];
  if (write.method !== 'POST' || below) return [];
  const body = write.body as Json;
  const [pairingId = '', recordId = ''] = (keyOf(body) ?? '').split(':');
  return [
    {
      mailbox: mailboxOf(write),
      itemId: String((write.answer as Json | null)?.id),
      name: nameIn(subjectOf(body)),
      pairingId,
      recordId,
      atMs: write.atMs,
    },
  ];
}

function removedItem(write: Write): RemovedItem[] {
  if (write.method !== 'DELETE') return [];
  const [, itemId = ''] = /\/(?:events|tasks)\/([^/?]+)$/.exec(pathOf(write)) ?? [];
  return itemId ? [{ mailbox: mailboxOf(write), itemId, atMs: write.atMs }] : [];
}

function recordWrite(write: Write): RecordWrite {
  const body = (write.body ?? {}) as Json;
  const subject = typeof body.Subject === 'string' ? body.Subject : null;
  return { method: write.method, recordId: recordIdOf(write), name: nameIn(subject), body, atMs: write.atMs };
}

/** Whether a write is about an appointment or a task, and no business of other modules. */
export function isOfActivities(write: Write): boolean {
  if (write.system === 'graph') return /\/(events|todo)\b/.test(pathOf(write));
  return /^00[TU]|^0RE/.test(recordIdOf(write));
}
