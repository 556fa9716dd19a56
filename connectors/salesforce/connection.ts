import { SyncFailure } from '../../sync/failure.ts';
import { MODULE_OF } from '../../sync/modules.ts';
import type { CrmRef, RecordKind } from '../../sync/record.ts';
import type {
  ConnectionCheck,
  CrmAbsence,
  CrmBudget,
  CrmCapabilities,
  CrmChangesResult,
  CrmConnection,
  CrmSession,
  CrmUser,
  FeedKind,
} from '../connector.ts';
import type { Http } from '../http.ts';
import type { World } from '../world.ts';
import { absenceOf } from './absence.ts';
import { CheckedAccess } from './access.ts';
import { readChanges, settleMs, startCursorAt } from './changes.ts';
import { testConnection } from './checks.ts';
import { fieldsIn } from './field-names.ts';
import { grantFor } from './grant.ts';
import { OrgSchema } from './schema.ts';
import { SalesforceSession, type SharedByOrg } from './session.ts';
import type { SalesforceCredentials, SalesforceSettings } from './settings.ts';
import { feedObjectOf, isVisible, objectOf, recordKinds, recordsPerCollection } from './shape.ts';
import { userById, usersByEmail, usersPage } from './users.ts';
import { apiPath, OrgState, SalesforceWire } from './wire.ts';

/** A request may run ten minutes in Salesforce, also when nobody waits for it any more. */
const longestRequestMs = 10 * 60_000;

/** A Salesforce org. */
export class SalesforceConnection implements CrmConnection {
  readonly system = 'salesforce';
  readonly #settings: SalesforceSettings;
  readonly #credentials: SalesforceCredentials;
  readonly #http: Http;
  readonly #world: World;
  readonly #org = new OrgState();
  readonly #reader: SalesforceWire;
  readonly #schema: OrgSchema;
  readonly #shared: SharedByOrg;
  readonly #sessions = new Map<string, SalesforceSession>();

  constructor(settings: SalesforceSettings, credentials: SalesforceCredentials, http: Http, world: World) {
    this.#settings = settings;
    this.#credentials = credentials;
    this.#http = http;
    this.#world = world;
    this.#reader = this.#wire(settings.username, 'reader');
    this.#schema = new OrgSchema(this.#reader, () => world.now());
    this.#shared = {
      schema: this.#schema,
      urlOf: (object, id, mode) => this.#address(object, id, mode),
      now: () => world.now(),
    };
  }

  async capabilities(kinds: readonly RecordKind[] = recordKinds): Promise<CrmCapabilities> {
    const shapes = await Promise.all(kinds.map(kind => this.#schema.shape(objectOf[kind])));
    const told = kinds.map((kind, index) => ({ kind, shape: shapes[index]! }));
    const visible = told.filter(
      ({ kind, shape }) => kind === 'contact' || kind === 'lead' || isVisible(shape),
    );
    return {
      fields: Object.fromEntries(told.map(({ kind, shape }) => [kind, fieldsIn(kind, shape)])),
      modules: visible.map(({ kind }) => MODULE_OF[kind]),
      idempotentCreate: shapes.every(({ keyColumn }) => keyColumn !== null) ? 'externalKey' : 'search',
      lateCommitMs: longestRequestMs,
      settleMs,
      feed: 'connection',
      maxWriteBatch: recordsPerCollection,
      maxReadBatch: 2_000,
    };
  }

  async reader(): Promise<CrmSession> {
    const { userId } = await this.#reader.signIn();
    return this.#session(userId, () => new SalesforceSession(userId, this.#reader, this.#shared, null));
  }

  /** Signs in at once, so that `auth` and `forbidden` show here. */
  async asUser(user: { id: string; login: string }): Promise<CrmSession> {
    if ('clientSecret' in this.#credentials) {
      const access = new CheckedAccess(this.#reader, user.id);
      await this.#reader.signIn();
      return this.#session(
        `${user.id} checked`,
        () => new SalesforceSession(user.id, this.#reader, this.#shared, access),
      );
    }
    const known = this.#sessions.get(user.login);
    if (known !== undefined) return known;
    const wire = this.#wire(user.login, 'user');
    const { userId } = await wire.signIn();
    if (userId !== user.id) {
      throw new SyncFailure('forbidden', `${user.login} is another user now`, {
        native: 'OtherUser',
        fix: 'Choose the CRM user of the pairing again.',
      });
    }
    return this.#session(user.login, () => new SalesforceSession(userId, wire, this.#shared, null));
  }

  usersByEmail(addresses: readonly string[]): Promise<Map<string, CrmUser[]>> {
    return usersByEmail(this.#reader, addresses);
  }
  user(id: string): Promise<CrmUser | null> {
    return userById(this.#reader, id);
  }
  users(after: string | null): Promise<{ users: CrmUser[]; next: string | null }> {
    return usersPage(this.#reader, after);
  }

  changes(
    requests: readonly { readonly kind: FeedKind; readonly cursor: string }[],
  ): Promise<Map<FeedKind, CrmChangesResult>> {
    return readChanges(this.#reader, this.#schema, requests);
  }

  /** One call, because only an answer tells the CRM's time. */
  async startCursor(): Promise<string> {
    await this.#reader.get(apiPath);
    return startCursorAt(this.#reader.serverNowMs);
  }

  absence(refs: readonly CrmRef[]): Promise<Map<string, CrmAbsence | { readonly successor: CrmRef }>> {
    return absenceOf(this.#reader, refs);
  }

  budget(): CrmBudget | null {
    return this.#org.budget;
  }

  async orgKey(): Promise<string> {
    const { organizationId } = await this.#reader.signIn();
    return `salesforce:${organizationId}`;
  }

  url({ kind, id }: Parameters<CrmConnection['url']>[0], mode: 'view' | 'edit'): string {
    return this.#address(kind === 'email' ? 'EmailMessage' : feedObjectOf(kind), id, mode);
  }

  test(): Promise<ConnectionCheck[]> {
    return testConnection(this.#reader, 'privateKey' in this.#credentials);
  }

  /** Known after the first sign-in, which every session has behind it. */
  #address(object: string, id: string, mode: 'view' | 'edit'): string {
    const { instanceUrl } = this.#org;
    if (instanceUrl === null) throw new Error('the address of the org is known after the first sign-in');
    const lightning = instanceUrl.replace(/\.my\.salesforce\.com$/, '.lightning.force.com');
    return `${lightning}/lightning/r/${object}/${encodeURIComponent(id)}/${mode}`;
  }

  #session(name: string, create: () => SalesforceSession): SalesforceSession {
    const session = this.#sessions.get(name) ?? create();
    this.#sessions.set(name, session);
    return session;
  }

  #wire(username: string, person: 'reader' | 'user'): SalesforceWire {
    const { loginUrl } = this.#settings;
    return new SalesforceWire({
      loginUrl,
      http: this.#http,
      org: this.#org,
      person,
      grant: () => grantFor(this.#credentials, loginUrl, username, this.#world.now()),
      now: () => this.#world.now(),
    });
  }
}
