import { PERSON_FIELDS } from '../../sync/record.ts';
import type { ConnectionCheck, Mailbox, MailboxConnection, MailboxIdentity } from '../connector.ts';
import { testConnection } from './checks.ts';
import { type BatchRequest, batchLimit, type GraphClient } from './client.ts';
import { Lane } from './lane.ts';
import { GraphMailbox, userSelect } from './mailbox.ts';
import { fieldsOutsideChanges } from './mapping.ts';
import { literal, query } from './odata.ts';
import { bodyOf, MailboxWire } from './wire.ts';

interface DirectoryUser {
  readonly id: string;
  readonly displayName: string | null;
  readonly mail: string | null;
  readonly userPrincipalName: string;
}

export interface GraphConnectionParts {
  readonly client: GraphClient;
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
    fields: new Set(PERSON_FIELDS),
    fieldsOutsideChanges,
    lateCommitMs: 120_000,
  };
  readonly #parts: GraphConnectionParts;
  /** One per mailbox for the life of the connection: its limits are the mailbox's, whoever asks. */
  readonly #lanes = new Map<string, Lane>();

  constructor(parts: GraphConnectionParts) {
    this.#parts = parts;
  }

  mailbox(user: string): Mailbox {
    const lane = this.#lane(user);
    const wire = new MailboxWire(this.#parts.client, lane, user, this.#parts.isAllowedLink);
    return new GraphMailbox(wire, (body, timeZone) => {
      const identity = this.#identityOf(body as DirectoryUser, timeZone);
      this.#shareLane(lane, identity);
      return identity;
    });
  }

  async users(addresses: readonly string[]): Promise<MailboxIdentity[]> {
    const found: MailboxIdentity[] = [];
    for (let start = 0; start < addresses.length; start += batchLimit) {
      const requests = addresses.slice(start, start + batchLimit).map(userByAddress);
      for (const answer of await this.#parts.client.batch(this.#lane(''), requests)) {
        const users = (bodyOf(answer, 'read') as { value?: DirectoryUser[] }).value ?? [];
        found.push(...users.map(user => this.#identityOf(user, null)));
      }
    }
    return found;
  }

  test(mailbox?: string): Promise<ConnectionCheck[]> {
    return testConnection(this.#parts, this.#lane(mailbox ?? ''), mailbox);
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

  #lane(user: string): Lane {
    const name = user.toLowerCase();
    const lane = this.#lanes.get(name) ?? new Lane(this.#parts.now);
    this.#lanes.set(name, lane);
    return lane;
  }

  /** Address and object id are two names of one mailbox. */
  #shareLane(lane: Lane, identity: MailboxIdentity): void {
    for (const name of [identity.userId, identity.address]) {
      if (!this.#lanes.has(name.toLowerCase())) this.#lanes.set(name.toLowerCase(), lane);
    }
  }
}

function userByAddress(address: string): BatchRequest {
  const filter = `mail eq ${literal(address)} or userPrincipalName eq ${literal(address)}`;
  return { method: 'GET', url: `/users${query({ $filter: filter, $select: userSelect })}` };
}
