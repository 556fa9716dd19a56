import type { Contact } from '@microsoft/microsoft-graph-types';
import { SyncFailure } from '../../sync/failure.ts';
import type { MailboxPerson } from '../../sync/record.ts';
import type { MailboxItemState, MailboxWrite, MailboxWritten, Outcome } from '../connector.ts';
import { type BatchAnswer, type BatchRequest, batchLimit } from './client.ts';
import { classify, isMailboxMissing } from './failure.ts';
import type { Folders } from './folders.ts';
import {
  contactOf,
  contactProperties,
  contactSelect,
  currentSelect,
  displayNameOf,
  type GraphContact,
  keyProperty,
  needsCurrent,
} from './mapping.ts';
import { expandProperties, literal, query } from './odata.ts';
import { type MailboxWire, personOf } from './wire.ts';

const wholeContact = { $select: contactSelect, $expand: expandProperties(contactProperties) };

/** Contact items of one mailbox, in batches of twenty. */
export class Contacts {
  readonly #wire: MailboxWire;
  readonly #folders: Folders;

  constructor(wire: MailboxWire, folders: Folders) {
    this.#wire = wire;
    this.#folders = folders;
  }

  async read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]> {
    if (itemIds.length === 0) return [];
    const deletedItemsId = await this.#folders.deletedItemsId();
    return this.#inBatches(itemIds, async ids => {
      const answers = await this.#wire.batch(ids.map(id => this.#get(id, wholeContact)));
      return answers.map(answer => stateOf(answer, deletedItemsId));
    });
  }

  async findByKeys(containerId: string, keys: readonly string[]): Promise<Map<string, MailboxPerson>> {
    const found = new Map<string, MailboxPerson>();
    for (let start = 0; start < keys.length; start += batchLimit) {
      const asked = keys.slice(start, start + batchLimit);
      const answers = await this.#wire.batch(asked.map(key => this.#findByKey(containerId, key)));
      for (const answer of answers) {
        if (!answer.ok) throw classify(answer.error, 'read');
        for (const contact of (answer.body as { value?: GraphContact[] }).value ?? []) {
          const person = personOf(withExtendedProperties(contact));
          // Exchange compares the value without regard to case, keys are exact.
          if (person.stamp !== undefined && asked.includes(person.stamp)) found.set(person.stamp, person);
        }
      }
    }
    return found;
  }

  write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    return this.#inBatches(operations, async chunk => {
      const current = await this.#currentOf(chunk);
      const prepared = chunk.map((operation, index) => this.#prepare(operation, current[index]!));
      const requests = prepared.flatMap(entry => (entry.ok ? [entry.value] : []));
      const answers = (await this.#wire.batch(requests)).values();
      return chunk.map((operation, index) => {
        const entry = prepared[index]!;
        return entry.ok ? writtenOf(operation, answers.next().value!) : entry;
      });
    });
  }

  /**
   * The first batch's failure is thrown, for it is the whole request's. A later one's is told per item, so that what
   * the batches before it did is not lost.
   */
  async #inBatches<I, T>(
    items: readonly I[],
    run: (chunk: readonly I[]) => Promise<Outcome<T>[]>,
  ): Promise<Outcome<T>[]> {
    const outcomes: Outcome<T>[] = [];
    for (let start = 0; start < items.length; start += batchLimit) {
      const chunk = items.slice(start, start + batchLimit);
      try {
        outcomes.push(...(await run(chunk)));
      } catch (error) {
        if (!(error instanceof SyncFailure) || start === 0) throw error;
        outcomes.push(...chunk.map(() => ({ ok: false as const, failure: error })));
      }
    }
    return outcomes;
  }

  #get(itemId: string, options: Readonly<Record<string, string>>): BatchRequest {
    return { method: 'GET', url: this.#wire.path('contacts', itemId) + query(options) };
  }

  #findByKey(containerId: string, key: string): BatchRequest {
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq ${literal(keyProperty)} and ep/value eq ${literal(key)})`;
    const url = this.#wire.path('contactFolders', containerId, 'contacts');
    return { method: 'GET', url: url + query({ $filter: filter, ...wholeContact }) };
  }

  /** What lists and addresses hold now, where an operation changes a part of them. */
  async #currentOf(operations: readonly MailboxWrite[]): Promise<Outcome<GraphContact>[]> {
    const isAsked = (operation: MailboxWrite) => operation.op === 'update' && needsCurrent(operation.fields);
    const asked = operations.flatMap(operation =>
      operation.op === 'update' && isAsked(operation)
        ? [this.#get(operation.itemId, { $select: currentSelect })]
        : [],
    );
    const answers = (await this.#wire.batch(asked)).values();
    return operations.map(operation => {
      if (!isAsked(operation)) return { ok: true, value: {} };
      const answer = answers.next().value!;
      if (answer.ok) return { ok: true, value: answer.body as GraphContact };
      return { ok: false, failure: classify(answer.error, 'read') };
    });
  }

  #prepare(operation: MailboxWrite, current: Outcome<GraphContact>): Outcome<BatchRequest> {
    if (!current.ok) return current;
    try {
      return { ok: true, value: this.#request(operation, current.value) };
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      return { ok: false, failure: error };
    }
  }

  #request(operation: MailboxWrite, current: GraphContact): BatchRequest {
    if (operation.op === 'delete')
      return { method: 'DELETE', url: this.#wire.path('contacts', operation.itemId) };
    if (operation.op === 'create') {
      const body = {
        ...withKey(contactOf(operation.fields, current), operation.key),
        displayName: displayNameOf(operation.fields),
        categories: operation.categories,
      };
      return {
        method: 'POST',
        url: this.#wire.path('contactFolders', operation.containerId, 'contacts'),
        body,
      };
    }
    const etag = operation.etag ?? current['@odata.etag'];
    const contact = contactOf(operation.fields, current);
    return {
      method: 'PATCH',
      url: this.#wire.path('contacts', operation.itemId),
      body: {
        ...(operation.key === undefined ? contact : withKey(contact, operation.key)),
        ...(operation.categories !== undefined && { categories: operation.categories }),
      },
      ...(etag !== undefined && { headers: { 'if-match': etag } }),
    };
  }
}

/** An empty value takes the key off: Graph cannot remove an extended property. */
function withKey(contact: Contact, key: string | null): Contact {
  const properties = contact.singleValueExtendedProperties ?? [];
  return {
    ...contact,
    singleValueExtendedProperties: [...properties, { id: keyProperty, value: key ?? '' }],
  };
}

function stateOf(answer: BatchAnswer, deletedItemsId: string): Outcome<MailboxItemState> {
  if (!answer.ok) {
    if (answer.error.status === 404 && !isMailboxMissing(answer.error))
      return { ok: true, value: { type: 'deleted' } };
    return { ok: false, failure: classify(answer.error, 'read') };
  }
  const person = personOf(withExtendedProperties(answer.body as GraphContact));
  if (person.containerId === deletedItemsId) return { ok: true, value: { type: 'deleted' } };
  return { ok: true, value: { type: 'present', person } };
}

/** Graph leaves the collection out when it is empty although it was expanded: then the fields are empty, not unknown. */
function withExtendedProperties(contact: GraphContact): GraphContact {
  return { ...contact, singleValueExtendedProperties: contact.singleValueExtendedProperties ?? [] };
}

/** Answers never echo extended properties: those fields are told as they were sent, and a new item has no others. */
function writtenOf(operation: MailboxWrite, answer: BatchAnswer): Outcome<MailboxWritten> {
  if (operation.op === 'delete') {
    if (answer.ok || (answer.error.status === 404 && !isMailboxMissing(answer.error)))
      return { ok: true, value: null };
    return { ok: false, failure: classify(answer.error, 'write') };
  }
  if (!answer.ok) return { ok: false, failure: classify(answer.error, 'write') };
  const person = personOf(answer.body as GraphContact);
  const unsent = operation.op === 'create' ? null : undefined;
  const { fax = unsent, otherPhone = unsent } = operation.fields;
  return {
    ok: true,
    value: {
      ...person,
      fields: {
        ...person.fields,
        ...(fax !== undefined && { fax }),
        ...(otherPhone !== undefined && { otherPhone }),
      },
      ...(operation.key != null && { stamp: operation.key }),
    },
  };
}
