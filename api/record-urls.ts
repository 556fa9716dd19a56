import type { CrmConnection } from '../connectors/registry.ts';
import { type Connection, getConnection } from '../db/connections.ts';
import type { Transaction } from '../db/transaction.ts';
import { connectCrm, type Reachability, reachabilityOf } from './connectors.ts';
import type { Deps } from './deps.ts';

type RecordRef = Parameters<CrmConnection['url']>[0];
export type UrlOf = (kind: string, id: string) => string | null;

/** Answers where records are shown in the CRM's own pages. */
export interface RecordUrls {
  /** What is read inside the transaction; the CRM is asked, if at all, after it. */
  prepare(tx: Transaction, crmConnectionId: string): Promise<() => Promise<UrlOf>>;
}

const signInWithinMs = 3_000;
const triedAgainAfterMs = 60_000;
const none: UrlOf = () => null;

/**
 * A CRM may tell its address only after a sign-in, so that is done once per connection and version and remembered.
 * A CRM that does not answer costs the address, never the request.
 */
export function createRecordUrls(deps: Deps): RecordUrls {
  const known = new Map<string, { readonly urlOf: Promise<UrlOf>; readonly untilMs: number }>();

  const resolve = (connection: Connection, to: Reachability): Promise<UrlOf> => {
    const key = `${connection.id}@${connection.version}`;
    const found = known.get(key);
    if (found && found.untilMs > deps.clock()) return found.urlOf;
    const urlOf = signIn(deps, to);
    known.set(key, { urlOf, untilMs: deps.clock() + triedAgainAfterMs });
    urlOf.then(answer => {
      if (answer !== none) known.set(key, { urlOf, untilMs: Number.POSITIVE_INFINITY });
    });
    return urlOf;
  };

  return {
    async prepare(tx, crmConnectionId) {
      const connection = await getConnection(tx, crmConnectionId);
      if (connection === undefined || connection.state === 'dead') return async () => none;
      const to = await reachabilityOf(tx, connection);
      return () => resolve(connection, to);
    },
  };
}

async function signIn(deps: Deps, to: Reachability): Promise<UrlOf> {
  try {
    const crm = connectCrm(deps, to);
    await within(crm.orgKey(), signInWithinMs);
    return (kind, id) => crm.url({ kind: kind as RecordRef['kind'], id }, 'view');
  } catch (error) {
    deps.logger.warn({ err: error }, 'addresses of records are unknown: the CRM does not answer');
    return none;
  }
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${limitMs} ms.`)), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
