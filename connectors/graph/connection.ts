import { APPOINTMENT_FIELDS, type Field, PERSON_FIELDS, TASK_FIELDS } from '../../sync/record.ts';
import type { ConnectionCheck, MailboxConnection, MailboxIdentity } from '../connector.ts';
import { testConnection } from './checks.ts';
import { type BatchRequest, batchLimit } from './client.ts';
import { Lane } from './lane.ts';
import { GraphMailbox, userSelect } from './mailbox.ts';
import { fieldsOutsideChanges } from './mapping.ts';
import { literal, query } from './odata.ts';
import { TenantDomains } from './tenant-domains.ts';
import { bodyOf, type GraphClients, MailboxWire } from './wire.ts';

interface DirectoryUser {
  readonly id: string;
  readonly displayName: string | null;
  readonly mail: string | null;
  readonly userPrincipalName: string;
}

export interface GraphConnectionParts extends GraphClients {
  readonly tenantId: string;
  readonly clientId: string;
  readonly now: () => number;
  readonly isAllowedLink: (url: URL) => boolean;
}

/** A Microsoft 365 tenant. */
export class GraphConnection implements MailboxConnection {
  readonly system = 'graph';
  readonly capabilities = {
    batchSize: batchLimit,
    fields: {
      contact: new Set<Field>(PERSON_FIELDS),
      event: new Set<Field>(APPOINTMENT_FIELDS),
      task: new Set<Field>(TASK_FIELDS),
    },
    fieldsOutsideChanges: new Set<Field>([...fieldsOutsideChanges, 'links']),
    lateCommitMs: 45_000,
  };
  readonly #parts: GraphConnectionParts;
  /** By every name that is known of them, for the life of the connection: their limits hold for all who ask. */
  readonly #mailboxes = new Map<string, GraphMailbox>();
  readonly #directory: Lane;
  readonly #domains: TenantDomains;

  constructor(parts: GraphConnectionParts) {
    this.#parts = parts;
    this.#directory = new Lane(parts.now);
    this.#domains = new TenantDomains(parts.client, this.#directory, parts.now);
  }

  mailbox(user: string): GraphMailbox {
    const known = this.#mailboxes.get(user.toLowerCase());
    if (known !== undefined) return known;
    const { now, isAllowedLink } = this.#parts;
    const wire = new MailboxWire(this.#parts, new Lane(now), user, isAllowedLink);
    const mailbox: GraphMailbox = new GraphMailbox(wire, (body, timeZone) => {
      const identity = this.#identityOf(body as DirectoryUser, timeZone);
      for (const name of [identity.userId, identity.address]) this.#name(mailbox, name);
      return identity;
    });
    this.#name(mailbox, user);
    return mailbox;
  }

  async users(addresses: readonly string[]): Promise<MailboxIdentity[]> {
    const found: MailboxIdentity[] = [];
    for (let start = 0; start < addresses.length; start += batchLimit) {
      const requests = addresses.slice(start, start + batchLimit).map(userByAddress);
      for (const answer of await this.#parts.client.batch(this.#directory, requests)) {
        const users = (bodyOf(answer, 'read') as { value?: DirectoryUser[] }).value ?? [];
        found.push(...users.map(user => this.#identityOf(user, null)));
      }
    }
    return found;
  }

  domains(): Promise<readonly string[]> {
    return this.#domains.names();
  }

  test(mailbox?: string): Promise<ConnectionCheck[]> {
    const { client, clientId } = this.#parts;
    return testConnection({
      client,
      clientId,
      mailbox: mailbox === undefined ? null : this.mailbox(mailbox),
      domains: this.#domains,
    });
  }

  #identityOf(user: DirectoryUser, timeZone: string | null): MailboxIdentity {
    return {
      key: `graph:${this.#parts.client.hostname}:${this.#parts.tenantId}:${user.id}`.toLowerCase(),
      userId: user.id,
      address: user.mail ?? user.userPrincipalName,
      displayName: user.displayName ?? user.userPrincipalName,
      timeZone,
    };
  }

  #name(mailbox: GraphMailbox, name: string): void {
    if (!this.#mailboxes.has(name.toLowerCase())) this.#mailboxes.set(name.toLowerCase(), mailbox);
  }
}

function userByAddress(address: string): BatchRequest {
  const filter = `mail eq ${literal(address)} or userPrincipalName eq ${literal(address)}`;
  return { method: 'GET', url: `/users${query({ $filter: filter, $select: userSelect })}` };
}
