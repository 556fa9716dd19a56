import { recordIdOf, type Write } from '../traffic.ts';
import { addressesOf, type Json, keyOf, type PersonObject, written } from './fields.ts';
import { whoIs } from './hands.ts';

/** A contact that the product made in a mailbox. */
export interface MadeItem {
  readonly mailbox: string;
  readonly itemId: string;
  readonly person: string;
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
  readonly object: PersonObject;
  readonly recordId: string;
  readonly person: string;
  readonly body: Json;
  readonly atMs: number;
}

/** What the product wrote about people, as far as it was answered. */
export interface Work {
  readonly made: readonly MadeItem[];
  readonly removed: readonly RemovedItem[];
  readonly records: readonly RecordWrite[];
}

export function workOf(writes: readonly Write[]): Work {
  return {
    made: writes.flatMap(madeItem),
    removed: writes.flatMap(removedItem),
    records: writes.flatMap(recordWrite),
  };
}

function pathOf({ path }: Write): string {
  return decodeURIComponent(path);
}

function mailboxOf(write: Write): string {
  return /\/users\/([^/]+)\//.exec(pathOf(write))?.[1] ?? '';
}

function madeItem(write: Write): MadeItem[] {
  if (write.system !== 'graph' || write.method !== 'POST' || !pathOf(write).endsWith('/contacts')) return [];
  const body = write.body as Json;
  const [pairingId = '', recordId = ''] = (keyOf(body) ?? '').split(':');
  return [
    {
      mailbox: mailboxOf(write),
      itemId: String((write.answer as Json | null)?.id),
      person: whoIs(addressesOf(body)[0]?.address ?? null, written(body.surname)),
      pairingId,
      recordId,
      atMs: write.atMs,
    },
  ];
}

function removedItem(write: Write): RemovedItem[] {
  const [, itemId] = /\/contacts\/([^/?]+)$/.exec(pathOf(write)) ?? [];
  if (write.system !== 'graph' || write.method !== 'DELETE' || itemId === undefined) return [];
  return [{ mailbox: mailboxOf(write), itemId, atMs: write.atMs }];
}

const OBJECTS: Readonly<Record<string, PersonObject>> = { '003': 'Contact', '00Q': 'Lead' };

function recordWrite(write: Write): RecordWrite[] {
  if (write.system !== 'salesforce') return [];
  const body = (write.body ?? {}) as Json;
  const recordId = recordIdOf(write);
  const object = OBJECTS[recordId.slice(0, 3)];
  if (!object) return [];
  const person = whoIs(written(body.Email), written(body.LastName));
  return [{ method: write.method, object, recordId, person, body, atMs: write.atMs }];
}
