import { canonicalAddress, domainOf, withoutTag } from './address.ts';
import type { MailMessage, NamedAddress, Role } from './message.ts';
import { ROLES } from './message.ts';
import { cleanLine } from './text.ts';

/** Whose mailbox it is and which addresses are not for the CRM. Addresses and domains are canonical. */
export interface Surroundings {
  /** Of the mailbox itself, aliases among them. */
  readonly ownAddresses: ReadonlySet<string>;
  /** The CRM user of the pairing: the mailbox's addresses are this user's. */
  readonly ownUserId: string;
  /** Every verified domain of the mailbox's tenant. */
  readonly tenantDomains: ReadonlySet<string>;
  /** Addresses of groups and shared mailboxes of the tenant, as far as its directory told. */
  readonly groups: ReadonlySet<string>;
  /** POL-27 */
  readonly excludedAddresses: ReadonlySet<string>;
  readonly excludedDomains: ReadonlySet<string>;
}

export interface Addressee {
  /** Canonical. */
  readonly address: string;
  readonly name: string | null;
  readonly role: Role;
  /** Of the mailbox's own organization. */
  readonly isInside: boolean;
  /** A list, a group or a machine: it may be in the CRM, but nobody is made of it. */
  readonly isImpersonal: boolean;
}

/** Why an address of the message counts for nothing. */
export interface LeftOut {
  readonly written: string;
  readonly role: Role;
  readonly code: 'broken_address' | 'excluded_address';
}

export interface Addressees {
  readonly counted: readonly Addressee[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Who counts for a message: its sender and To, CC and BCC by option, each person once, in the first of the roles. BCC
 * only from the sender's own copy (MAIL-7): elsewhere it is either forged or nobody's business.
 */
export function addresseesOf(
  message: MailMessage,
  ccAndBcc: boolean,
  surroundings: Surroundings,
): Addressees {
  const counted = new Map<string, Addressee>();
  const leftOut: LeftOut[] = [];
  const lists = new Set(message.lists.map(list => canonicalAddress(list)));
  for (const [role, written] of namedIn(message, ccAndBcc, surroundings)) {
    const address = canonicalAddress(written.address);
    const code = address === null ? 'broken_address' : 'excluded_address';
    if (address === null || isExcluded(address, surroundings)) {
      leftOut.push({ written: cleanLine(written.address || (written.name ?? '')), role, code });
      continue;
    }
    const isImpersonal = lists.has(address) || surroundings.groups.has(address) || isMachine(address);
    const isInside = surroundings.tenantDomains.has(domainOf(address));
    const found = { address, name: nameOf(written), role, isInside, isImpersonal };
    const key = withoutTag(address);
    counted.set(key, joined(counted.get(key), found));
  }
  return { counted: [...counted.values()], leftOut };
}

/** The same person once more: the address without a tag and the first name are kept. */
function joined(before: Addressee | undefined, found: Addressee): Addressee {
  if (!before) return found;
  const address = before.address.length <= found.address.length ? before.address : found.address;
  return { ...before, address, name: before.name ?? found.name };
}

function namedIn(
  message: MailMessage,
  ccAndBcc: boolean,
  surroundings: Surroundings,
): [Role, NamedAddress][] {
  const roles = ROLES.filter(role => ccAndBcc || role === 'from' || role === 'to');
  const isOwnCopy = isSentBy(message, surroundings.ownAddresses);
  return roles
    .filter(role => role !== 'bcc' || isOwnCopy)
    .flatMap(role => namedAs(message, role).map((party): [Role, NamedAddress] => [role, party]));
}

/** Whom a message names in a role; `sender` speaks for itself only where nobody else does. */
export function namedAs(message: MailMessage, role: Role): readonly NamedAddress[] {
  if (role !== 'from') return message[role];
  const author = message.from ?? message.sender;
  return author ? [author] : [];
}

/** Whether the mailbox with these addresses sent the message, for itself or on behalf of somebody. */
export function isSentBy({ from, sender }: MailMessage, addresses: ReadonlySet<string>): boolean {
  return [from, sender].some(party => {
    const address = party && canonicalAddress(party.address);
    return address != null && (addresses.has(address) || addresses.has(withoutTag(address)));
  });
}

/** POL-27: a tagged variant of an excluded address is excluded as well. */
export function isExcluded(
  address: string,
  { excludedAddresses, excludedDomains }: Pick<Surroundings, 'excludedAddresses' | 'excludedDomains'>,
): boolean {
  return (
    excludedAddresses.has(address) ||
    excludedAddresses.has(withoutTag(address)) ||
    excludedDomains.has(domainOf(address))
  );
}

/** Mail systems and senders that nobody answers. */
const MACHINE = /^(mailer-daemon|postmaster|bounces?|no-?_?reply|do-?_?not-?_?reply)$/;

function isMachine(address: string): boolean {
  const plain = withoutTag(address);
  return MACHINE.test(plain.slice(0, plain.lastIndexOf('@')));
}

function nameOf({ name, address }: NamedAddress): string | null {
  const clean = cleanLine(name ?? '').replace(/^(['"])(.*)\1$/, '$2');
  return clean === '' || clean.toLowerCase() === address.trim().toLowerCase() ? null : clean;
}
