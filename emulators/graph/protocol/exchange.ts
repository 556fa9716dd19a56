import type { Application } from '../store/applications.ts';
import type { User } from '../store/directory.ts';
import type { Mailbox } from '../store/mailbox.ts';
import type { Preferences } from './preferences.ts';
import type { QueryOptions } from './query-options.ts';

/** A request as it stands in HTTP or inside a batch. */
export interface GraphRequest {
  method: string;
  /** Path and query, as sent. */
  target: string;
  headers: Headers;
  body: unknown;
}

export interface GraphResponse {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A request whose route, caller and mailbox are known. */
export interface Call {
  request: GraphRequest;
  /** The keys in the path. */
  params: string[];
  /** What stood between the parentheses of a function. */
  args: string;
  query: QueryOptions;
  preferences: Preferences;
  application: Application;
  /** Where links point to, for example http://127.0.0.1:4000/v1.0 */
  serviceRoot: string;
  /** The path below the service root, as sent. */
  path: string;
}

export interface UserCall extends Call {
  user: User;
}

export interface MailboxCall extends UserCall {
  mailbox: Mailbox;
}
