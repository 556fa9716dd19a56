import type {
  CrmConnection,
  CrmConnector,
  MailboxConnection,
  MailboxConnector,
} from '../../connectors/connector.ts';
import type { World } from '../../connectors/world.ts';
import type { Database } from '../../db/database.ts';

/**
 * Stands around everything that leaves the process: a transaction (`db.…`), a call of a connector (`mailbox.…`,
 * `crm.…`) and each request that it sends (`http.…`).
 */
export type Around = <T>(what: string, call: () => Promise<T>) => Promise<T>;

export const direct: Around = (_, call) => call();

export function aroundDatabase(database: Database, around: Around): Database {
  return {
    ...database,
    inOrganization: (organizationId, work, options) =>
      around('db.transaction', () => database.inOrganization(organizationId, work, options)),
    identityClaim: (kind, identity) => around('db.lookup', () => database.identityClaim(kind, identity)),
  };
}

/** Every request of a connector, below its calls: `http.…`. */
export function aroundWorld(world: World, around: Around): World {
  return {
    ...world,
    exchange: (request, limits) => around(`http.${request.method}`, () => world.exchange(request, limits)),
  };
}

export function aroundMailboxes(
  connectors: ReadonlyMap<string, MailboxConnector>,
  around: Around,
): ReadonlyMap<string, MailboxConnector> {
  return new Map(
    [...connectors].map(([system, connector]) => [
      system,
      {
        system,
        settings: connector.settings,
        credentials: connector.credentials,
        connect: (...args) => aroundCalls<MailboxConnection>('mailbox', connector.connect(...args), around),
      },
    ]),
  );
}

export function aroundCrms(
  connectors: ReadonlyMap<string, CrmConnector>,
  around: Around,
): ReadonlyMap<string, CrmConnector> {
  return new Map(
    [...connectors].map(([system, connector]) => [
      system,
      {
        ...connector,
        connect: (...args) => aroundCalls<CrmConnection>('crm', connector.connect(...args), around),
      },
    ]),
  );
}

/** Methods that talk to nobody. */
const LOCAL: ReadonlySet<PropertyKey> = new Set([
  ...['mailbox', 'items', 'mail', 'records', 'budget', 'url'],
]);

function aroundCalls<T extends object>(side: string, target: T, around: Around): T {
  return new Proxy(target, {
    get(of, property) {
      const member: unknown = Reflect.get(of, property, of);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const call = () => Reflect.apply(member, of, args);
        if (LOCAL.has(property)) return inner(side, call(), around);
        return around(`${side}.${String(property)}`, async () => inner(side, await call(), around));
      };
    },
  });
}

/** Mailboxes, sessions and what they are asked for by kind are handed out by connections; each has one of these. */
const TELLING = ['write', 'probe', 'place', 'archive', 'lengths'];

function inner(side: string, value: unknown, around: Around): unknown {
  const isHandedOut = typeof value === 'object' && value !== null && TELLING.some(method => method in value);
  return isHandedOut ? aroundCalls(side, value, around) : value;
}
