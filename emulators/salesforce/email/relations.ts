import type { SaveContext, SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import { type Row, text, type Value } from '../store/row.ts';
import { addressesIn, addressOf, personWithAddress } from './addresses.ts';

interface Relating {
  readonly org: Org;
  readonly system: SystemWriter;
}

interface Role {
  readonly type: string;
  /** The field with addresses, and the one with ids of people; senders are named by address alone. */
  readonly addresses: string;
  readonly ids?: string;
}

const ROLES: readonly Role[] = [
  { type: 'FromAddress', addresses: 'FromAddress' },
  { type: 'ToAddress', addresses: 'ToAddress', ids: 'ToIds' },
  { type: 'CcAddress', addresses: 'CcAddress', ids: 'CcIds' },
  { type: 'BccAddress', addresses: 'BccAddress', ids: 'BccIds' },
];

/** Live relations of an e-mail, the earliest first. */
export function relationsOf(org: Org, messageId: string): Row[] {
  return org.store
    .table('EmailMessageRelation')
    .withValue('EmailMessageId', messageId)
    .filter(row => row.IsDeleted !== true)
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));
}

const listOf = (joined: string | null): string[] => [...new Set(joined?.split(';') ?? [])];

function relate({ system }: Relating, message: Row, role: Role, values: Record<string, Value>): void {
  system.save('EmailMessageRelation', undefined, {
    EmailMessageId: message.Id,
    RelationType: role.type,
    ...values,
  });
}

function dropWhere({ org, system }: Relating, message: Row, role: Role, hasPerson: boolean): void {
  for (const relation of relationsOf(org, message.Id))
    if (relation.RelationType === role.type && (text(relation, 'RelationId') !== null) === hasPerson)
      system.remove('EmailMessageRelation', relation);
}

/** Addresses of people who are named by id already are not told a second time. */
function relateAddresses(relating: Relating, message: Row, role: Role): void {
  const { org } = relating;
  const mode = org.settings.email.addressRelations;
  if (mode === 'none') return;
  const told = new Set(
    relationsOf(org, message.Id)
      .filter(relation => relation.RelationType === role.type)
      .map(relation => text(relation, 'RelationAddress')?.toLowerCase()),
  );
  for (const address of addressesIn(text(message, role.addresses))) {
    if (told.has(address.toLowerCase())) continue;
    const person = mode === 'matched' ? personWithAddress(org, address) : undefined;
    relate(relating, message, role, {
      RelationAddress: address,
      ...(person === undefined ? {} : { RelationId: person }),
    });
  }
}

/** Makes the relations of the addresses and people that an e-mail names, or renews those of a changed draft. */
export function relatePeople(context: SaveContext, message: Row): void {
  const { org, given, previous } = context;
  for (const role of ROLES) {
    if (role.ids !== undefined && given.has(role.ids)) {
      if (previous !== undefined) dropWhere(context, message, role, true);
      for (const id of listOf(text(message, role.ids)))
        relate(context, message, role, { RelationId: id, RelationAddress: addressOf(org, id) });
    }
    if (!given.has(role.addresses)) continue;
    if (previous !== undefined) dropWhere(context, message, role, false);
    relateAddresses(context, message, role);
  }
  refreshPeople(context, message.Id);
}

/** ToIds, CcIds and BccIds tell the people of the relations; their change leaves the stamps as they are. */
export function refreshPeople({ org, system }: Relating, messageId: string): void {
  const message = org.store.table('EmailMessage').get(messageId);
  if (message === undefined) return;
  const relations = relationsOf(org, messageId);
  const lists = ROLES.flatMap(({ type, ids }) => {
    if (ids === undefined) return [];
    const people = relations
      .filter(row => row.RelationType === type)
      .flatMap(row => text(row, 'RelationId') ?? []);
    return [[ids, people.length === 0 ? null : people.join(';')] as const];
  });
  system.amend('EmailMessage', message, Object.fromEntries(lists));
}
