import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { type ActivityDeps, createActivities, type Fleet } from '../../activities/index.ts';
import type { Activities, Standing } from '../../activities/types.ts';
import { crmConnectors, mailboxConnectors } from '../../connectors/registry.ts';
import { createConnection } from '../../db/connections.ts';
import type { Database } from '../../db/database.ts';
import { createOrganization } from '../../db/organizations.ts';
import { createPairing, readPairing, wantRun } from '../../db/pairings.ts';
import { changePolicy, createPolicy } from '../../db/policies.ts';
import type { JsonObject } from '../../db/schema.ts';
import { createPolicy as newPolicy } from '../../sync/policy/policy.ts';
import { feedWorkflowId, type PairingInput } from '../../workflows/messages.ts';
import type { EmulatedGraph } from '../emulated/graph.ts';
import { CrmUserHand, OutlookUser } from '../emulated/hands.ts';
import type { EmulatedSalesforce } from '../emulated/salesforce.ts';
import { Process } from './crash.ts';
import { cycle, type Worker } from './driver.ts';
import {
  type Around,
  aroundCrms,
  aroundDatabase,
  aroundMailboxes,
  aroundWorld,
  direct,
} from './interception.ts';
import { openPlatform, type Platform } from './platform.ts';

export const CATEGORY = 'Contoso CRM';
/** Younger CRM rows may still change without a new version; afterwards a poll has read them for good. */
const SETTLED_MS = 10_000;

export interface CompanyOptions {
  /** One mailbox and one CRM user each. */
  readonly users?: readonly string[];
  /** Beyond what is required. */
  readonly policy?: object;
  /** Whether the CRM has a unique field for our keys. */
  readonly hasKeyField?: boolean;
}

/** An organization with both systems emulated and the real activities; time passes when told. */
export class Company implements Worker {
  readonly graph: EmulatedGraph;
  readonly salesforce: EmulatedSalesforce;
  readonly database: Database;
  /** Round trips to the database since it was emptied. */
  readonly statements: string[];
  readonly organizationId: string;
  readonly policyId: string;
  readonly crmConnectionId: string;
  readonly #platform: Platform;
  #hook: Around = direct;
  #process: Process;
  #activities: Activities;

  constructor(platform: Platform, tenant: Tenant) {
    this.graph = platform.graph;
    this.salesforce = platform.salesforce;
    this.database = platform.database;
    this.statements = platform.statements;
    this.organizationId = tenant.organizationId;
    this.policyId = tenant.policyId;
    this.crmConnectionId = tenant.crmConnectionId;
    this.#platform = platform;
    [this.#process, this.#activities] = this.#start();
  }

  now(): number {
    return this.#platform.clock.nowMs;
  }

  rest(delayMs: number): void {
    this.#platform.clock.nowMs += delayMs;
  }

  /** Of the process that runs; one that crashed is followed by the next. */
  attempt<T>(run: (activities: Activities) => Promise<T>): Promise<T> {
    if (this.#process.dead) this.restart();
    return run(this.#activities);
  }

  /** A new process: tokens, descriptions and all that the last one knew are gone. */
  restart(): void {
    [this.#process, this.#activities] = this.#start();
  }

  /** Stands around everything that activities do outside, from now on. */
  intercept(hook: Around): void {
    this.#hook = hook;
  }

  #start(): [Process, Activities] {
    const process = new Process();
    const around = process.around(() => this.#hook);
    return [process, createActivities(this.#deps(around))];
  }

  #deps(around: Around): ActivityDeps {
    return {
      database: aroundDatabase(this.database, around),
      mailboxConnectors: aroundMailboxes(mailboxConnectors, around),
      crmConnectors: aroundCrms(crmConnectors, around),
      world: aroundWorld(this.#platform.world, around),
      installationId: 'installation',
      fleet: feedAlone(feedWorkflowId(this.crmConnectionId), () => this.wakeFeed()),
      mailer: null,
      log: pino({ level: 'silent' }),
      heartbeat: () => undefined,
    };
  }

  outlook(mailbox: string): OutlookUser {
    return new OutlookUser(this.graph, mailbox);
  }

  crm(email: string): CrmUserHand {
    return new CrmUserHand(this.salesforce, email);
  }

  /** The people of one user as each side shows them; both are the same when the sides agree. */
  async people(email: string): Promise<{ readonly mailbox: string[]; readonly crm: string[] }> {
    const [items, records] = await Promise.all([
      this.outlook(email).contacts(CATEGORY),
      this.crm(email).query<CrmContact>(
        `SELECT FirstName, LastName, Email, MobilePhone FROM Contact WHERE Owner.Email = '${email}'`,
      ),
    ]);
    return {
      mailbox: items
        .map(item => shown(item.givenName, item.surname, item.emailAddresses[0]?.address, item.mobilePhone))
        .sort(),
      crm: records
        .map(({ FirstName, LastName, Email, MobilePhone }) => shown(FirstName, LastName, Email, MobilePhone))
        .sort(),
    };
  }

  async pair(mailbox: string): Promise<PairingInput> {
    const { organizationId, policyId } = this;
    const created = await this.database.inOrganization(organizationId, tx =>
      createPairing(tx, { policyId, starts: true, mailbox, crmUserWanted: null }, this.now()),
    );
    if ('takenBy' in created) throw new Error(`${mailbox} is paired already`);
    return { organizationId, policyId, pairingId: created.id };
  }

  /** A feed that is woken polls at once, and its failures are its own. */
  protected async wakeFeed(): Promise<void> {
    await this.poll().catch((error: unknown) => {
      if (!(error instanceof ApplicationFailure)) throw error;
    });
  }

  /** What the feed workflow does once. */
  poll(): Promise<unknown> {
    const { organizationId, crmConnectionId: connectionId } = this;
    return this.attempt(activities => activities.pollFeed({ organizationId, connectionId }));
  }

  /** A cycle that somebody asks for, after all that happened so far has settled in the CRM. */
  async sync(input: PairingInput): Promise<Standing> {
    this.rest(SETTLED_MS);
    await this.wantRun(input);
    return cycle(this, input);
  }

  /** "Sync now", without the cycle that follows. */
  async wantRun({ pairingId }: PairingInput): Promise<void> {
    await this.database.inOrganization(this.organizationId, async tx => {
      const row = await readPairing(tx, pairingId);
      if (!row) throw new Error('no such pairing');
      await wantRun(tx, row, this.now());
    });
  }

  /** The next cycle, when its time has come. */
  async scheduled(input: PairingInput): Promise<Standing> {
    const row = await this.row(input);
    this.rest(Math.max(0, (row.due_at?.getTime() ?? 0) - this.now()));
    return cycle(this, input);
  }

  async row(input: PairingInput) {
    const row = await this.database.inOrganization(this.organizationId, tx =>
      readPairing(tx, input.pairingId),
    );
    if (!row) throw new Error('no such pairing');
    return row;
  }

  close(): Promise<void> {
    return this.#platform.close();
  }
}

type CrmContact = Record<'FirstName' | 'LastName' | 'Email' | 'MobilePhone', string | null>;

function shown(...values: (string | null | undefined)[]): string {
  return values.filter(value => value).join(' ');
}

export async function openCompany(options: CompanyOptions = {}): Promise<Company> {
  const { users = ['ann@contoso.example'], hasKeyField = true } = options;
  const platform = await openPlatform({ users, hasKeyField });
  return new Company(platform, await createTenant(platform, options.policy ?? {}));
}

export interface Tenant {
  readonly organizationId: string;
  readonly policyId: string;
  readonly crmConnectionId: string;
}

/** An organization with both connections and an enabled policy. */
export async function createTenant(platform: Platform, wanted: object): Promise<Tenant> {
  const { graph, salesforce, database, clock } = platform;
  const at = new Date(clock.nowMs);
  const { organization } = await createOrganization(
    database,
    { name: 'Contoso', subscription: 'premium', createdAt: at },
    async () => undefined,
  );
  return database.inOrganization(organization.id, async tx => {
    const mailbox = await createConnection(tx, {
      name: 'Exchange',
      side: 'mailbox',
      system: 'graph',
      settings: graph.settings,
      credentials: graph.credentials,
      createdAt: at,
    });
    const crm = await createConnection(tx, {
      name: 'Salesforce',
      side: 'crm',
      system: 'salesforce',
      settings: salesforce.settings,
      credentials: salesforce.byPrivateKey as JsonObject,
      createdAt: at,
    });
    const facts = { name: 'Sales', mailboxConnectionId: mailbox.id, crmConnectionId: crm.id };
    const made = newPolicy(
      { ...facts, category: { name: CATEGORY }, modules: { contacts: { enabled: true } }, ...wanted },
      { nowMs: clock.nowMs, subscription: 'premium', trial: false },
    );
    if (!made.ok) throw new Error(JSON.stringify(made.problems));
    const options = made.policy as unknown as JsonObject;
    const { id, version } = await createPolicy(tx, { ...facts, options, actor: 'admin', at });
    await changePolicy(tx, id, { expectedVersion: version, enabled: true, actor: 'admin', at });
    return { organizationId: organization.id, policyId: id, crmConnectionId: crm.id };
  });
}

/** No workflows run here but the feed's. */
function feedAlone(feedId: string, wake: () => Promise<void>): Fleet {
  return {
    runningPairings: async () => [],
    runningFeeds: async () => [],
    startPairing: async () => undefined,
    startFeed: wake,
    look: async workflowId => {
      if (workflowId === feedId) await wake();
    },
  };
}
