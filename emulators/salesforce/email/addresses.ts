import type { Org } from '../org.ts';
import { type Row, text } from '../store/row.ts';

const MAX_ADDRESS = 1000;
const isAddress = (entry: string): boolean => entry.includes('@') && entry.length <= MAX_ADDRESS;

/** The addresses of a field such as ToAddress: separated by semicolons or commas, with or without names; the rest stays text. */
export function addressesIn(list: string | null): string[] {
  const entries = (list ?? '').split(/[;,]/).map(entry => /<([^<>]*)>/.exec(entry)?.[1] ?? entry);
  return [...new Set(entries.map(entry => entry.trim()).filter(isAddress))];
}

const PEOPLE = ['Contact', 'Lead', 'User'] as const;

/** The one contact, lead or user that has an address. */
export function personWithAddress(org: Org, address: string): string | undefined {
  const people = PEOPLE.flatMap(object => org.store.table(object).withValue('Email', address)).filter(
    row => row.IsDeleted !== true,
  );
  return people.length === 1 ? people[0]?.Id : undefined;
}

export function personOf(org: Org, id: string | null): { object: string; row: Row } | undefined {
  const type = id === null ? undefined : org.schema.byKeyPrefix(id.slice(0, 3));
  const row = type && org.store.table(type.name).get(id ?? '');
  return type === undefined || row === undefined ? undefined : { object: type.name, row };
}

export function addressOf(org: Org, id: string | null): string | null {
  const person = personOf(org, id);
  return person === undefined ? null : text(person.row, 'Email');
}
