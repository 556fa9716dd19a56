import type { Mailbox } from './mailbox.ts';

export interface User {
  id: string;
  userPrincipalName: string;
  mail: string | null;
  displayName: string;
  /** The other properties of the directory object that were loaded. */
  more: Record<string, unknown>;
}

/** The users of the tenant, and who of them has a mailbox. */
export class Directory {
  readonly users = new Map<string, User>();
  readonly mailboxes = new Map<string, Mailbox>();
  readonly #byAddress = new Map<string, User>();
  readonly #byPrincipalName = new Map<string, User>();

  add(user: User): void {
    this.users.set(user.id, user);
    this.#byPrincipalName.set(user.userPrincipalName.toLowerCase(), user);
    if (user.mail !== null) this.#byAddress.set(user.mail.toLowerCase(), user);
  }

  clear(): void {
    this.users.clear();
    this.mailboxes.clear();
    this.#byAddress.clear();
    this.#byPrincipalName.clear();
  }

  /** By object id or user principal name. */
  find(key: string): User | undefined {
    return this.users.get(key.toLowerCase()) ?? this.#byPrincipalName.get(key.toLowerCase());
  }

  /** Exchange also takes the mail address. */
  findByAddress(key: string): User | undefined {
    return this.find(key) ?? this.#byAddress.get(key.toLowerCase());
  }
}
