import { SyncFailure } from '../../sync/failure.ts';
import type { ConnectionCheck, MailboxConnection, MailboxIdentity } from '../connector.ts';
import { itemFields } from './items.ts';
import { MemoryMailbox } from './mailbox.ts';
import { zone } from './values.ts';

/** Mailboxes that live as long as this object. */
export class MemoryTenant implements MailboxConnection {
  readonly system = 'memory';
  readonly capabilities = {
    batchSize: 20,
    fields: itemFields,
    fieldsOutsideChanges: new Set<never>(),
    lateCommitMs: 0,
  };
  readonly #mailboxes: readonly { readonly identity: MailboxIdentity; readonly mailbox: MemoryMailbox }[];

  constructor(addresses: readonly string[], now: () => number) {
    this.#mailboxes = addresses.map((address, index) => {
      const userId = `user-${index + 1}`;
      const identity = {
        key: `memory:${userId}`,
        userId,
        address,
        displayName: address,
        timeZone: zone,
      };
      return { identity, mailbox: new MemoryMailbox(identity, now) };
    });
  }

  mailbox(user: string): MemoryMailbox {
    const found = this.#mailboxes.find(
      ({ identity }) => identity.userId === user || identity.address.toLowerCase() === user.toLowerCase(),
    );
    if (found === undefined) throw new SyncFailure('gone', `there is no mailbox ${user}`);
    return found.mailbox;
  }

  async users(addresses: readonly string[]): Promise<MailboxIdentity[]> {
    const wanted = new Set(addresses.map(address => address.toLowerCase()));
    return this.#mailboxes.flatMap(({ identity }) =>
      wanted.has(identity.address.toLowerCase()) ? [identity] : [],
    );
  }

  async domains(): Promise<readonly string[]> {
    const domains = this.#mailboxes.map(({ identity }) => identity.address.toLowerCase().split('@').at(-1)!);
    return [...new Set(domains)];
  }

  async test(): Promise<ConnectionCheck[]> {
    return [{ stage: 'sign-in', check: 'memory', state: 'ok', detail: 'Nothing is needed.' }];
  }
}
