import type { Logger } from 'pino';
import type { CrmConnector, MailboxConnector } from '../connectors/connector.ts';
import type { World } from '../connectors/world.ts';
import type { Database } from '../db/database.ts';

/** How the activities reach the workflows of others; the worker implements it on the Temporal client. */
export interface Fleet {
  runningPairings(): Promise<readonly string[]>;
  runningFeeds(): Promise<readonly string[]>;
  startPairing(input: { organizationId: string; pairingId: string; policyId: string }): Promise<void>;
  startFeed(input: { organizationId: string; connectionId: string }): Promise<void>;
  /** Tells a workflow to look at its row; a workflow that is not there is not an error. */
  look(workflowId: string): Promise<void>;
}

/** What sends error mails; absent where no mail server is configured: messages are kept then. */
export interface Mailer {
  send(message: { to: readonly string[]; subject: string; text: string; messageId: string }): Promise<void>;
}

/** What the activities work with: given once, by the worker, by tests and by simulations. */
export interface ActivityDeps {
  readonly database: Database;
  readonly mailboxConnectors: ReadonlyMap<string, MailboxConnector>;
  readonly crmConnectors: ReadonlyMap<string, CrmConnector>;
  readonly world: World;
  /** Names this installation in the ownership stamp (PAIR-5). */
  readonly installationId: string;
  readonly fleet: Fleet;
  readonly mailer: Mailer | null;
  readonly log: Logger;
  /** Tells Temporal that a long step lives. */
  heartbeat(): void;
}
