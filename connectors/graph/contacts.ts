import type { Contact } from '@microsoft/microsoft-graph-types';
import type { MailboxItem } from '../../sync/record.ts';
import type { MailboxItemState, MailboxItems, MailboxWrite, MailboxWritten, Outcome } from '../connector.ts';
import {
  attempt,
  bodyIn,
  deletedOutcome,
  failed,
  inBatches,
  isItemMissing,
  onward,
  sent,
} from './batches.ts';
import { type BatchAnswer, type BatchRequest, batchLimit } from './client.ts';
import { contactItem } from './contact-item.ts';
import { classify } from './failure.ts';
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
import { expandProperties, query, withProperty } from './odata.ts';
import type { MailboxWire } from './wire.ts';

const wholeContact = { $select: contactSelect, $expand: expandProperties(contactProperties) };

/** Contact items of one mailbox, in batches of twenty. */
export class Contacts implements MailboxItems {
  readonly #wire: MailboxWire;
  readonly #folders: Folders;

  constructor(wire: MailboxWire, folders: Folders) {
    this.#wire = wire;
    this.#folders = folders;
  }

  async read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]> {
    if (itemIds.length === 0) return [];
    const { deletedItemsId } = await this.#folders.places();
    return inBatches(itemIds, async ids => {
      const answers = await this.#wire.batch(ids.map(id => this.#get(id, wholeContact)));
      return answers.map(answer => stateOf(answer, deletedItemsId));
    });
  }

  async findByKeys(containerId: string, keys: readonly string[]): Promise<Map<string, MailboxItem>> {
    const found = new Map<string, MailboxItem>();
    for (let start = 0; start < keys.length; start += batchLimit) {
      const asked = keys.slice(start, start + batchLimit);
      const answers = await this.#wire.batch(asked.map(key => this.#findByKey(containerId, key)));
      for (const answer of answers) {
        if (!answer.ok) throw classify(answer.error, 'read');
        for (const contact of (answer.body as { value?: GraphContact[] }).value ?? []) {
          const person = contactItem(withExtendedProperties(contact));
          // Exchange compares the value without regard to case, keys are exact.
          if (person.stamp !== undefined && asked.includes(person.stamp)) found.set(person.stamp, person);
        }
      }
    }
    return found;
  }

  write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    return inBatches(operations, async chunk => {
      const current = await sent(
        this.#wire,
        chunk.map(operation => this.#currentRequest(operation)),
      );
      const requests = chunk.map((operation, index) =>
        onward(bodyIn<GraphContact>(current[index]!, 'read'), contact =>
          attempt(() => this.#request(operation, contact ?? {})),
        ),
      );
      const answers = await sent(
        this.#wire,
        requests.map(request => (request.ok ? request.value : null)),
      );
      return chunk.map((operation, index) =>
        onward(requests[index]!, () => writtenOf(operation, answers[index]!)),
      );
    });
  }

  #get(itemId: string, options: Readonly<Record<string, string>>): BatchRequest {
    return { method: 'GET', url: this.#wire.path('contacts', itemId) + query(options) };
  }

  #findByKey(containerId: string, key: string): BatchRequest {
    const url = this.#wire.path('contactFolders', containerId, 'contacts');
    return { method: 'GET', url: url + query({ $filter: withProperty(keyProperty, key), ...wholeContact }) };
  }

  /** What lists and addresses hold now, where an operation changes a part of them. */
  #currentRequest(operation: MailboxWrite): BatchRequest | null {
    if (operation.op !== 'update' || !needsCurrent(operation.fields)) return null;
    return this.#get(operation.itemId, { $select: currentSelect });
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
    if (isItemMissing(answer.error)) return { ok: true, value: { type: 'deleted' } };
    return failed(classify(answer.error, 'read'));
  }
  const item = contactItem(withExtendedProperties(answer.body as GraphContact));
  if (item.containerId === deletedItemsId) return { ok: true, value: { type: 'deleted' } };
  return { ok: true, value: { type: 'present', item } };
}

/** Graph leaves the collection out when it is empty although it was expanded: then the fields are empty, not unknown. */
function withExtendedProperties(contact: GraphContact): GraphContact {
  return { ...contact, singleValueExtendedProperties: contact.singleValueExtendedProperties ?? [] };
}

/** Answers never echo extended properties: those fields are told as they were sent, and a new item has no others. */
function writtenOf(operation: MailboxWrite, answer: BatchAnswer | null): Outcome<MailboxWritten> {
  if (operation.op === 'delete') return deletedOutcome(answer!);
  return onward(bodyIn<GraphContact>(answer, 'write'), contact => {
    const item = contactItem(contact!);
    const unsent = operation.op === 'create' ? null : undefined;
    const { fax = unsent, otherPhone = unsent } = operation.fields;
    const fields = {
      ...item.fields,
      ...(fax !== undefined && { fax }),
      ...(otherPhone !== undefined && { otherPhone }),
    };
    return {
      ok: true,
      value: { ...item, fields, ...(operation.key != null && { stamp: operation.key }) },
    };
  });
}
