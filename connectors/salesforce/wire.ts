import { Connection } from 'jsforce/lib/connection.js';
import { SyncFailure } from '../../sync/failure.ts';
import type { CrmBudget } from '../connector.ts';
import { type Http, withoutEffect } from '../http.ts';
import { classify, classifySignIn, type Effect, errorFrom } from './failure.ts';
import { chunks } from './soql.ts';
import { BoundedTransport } from './transport.ts';

/** Spring '26. */
const apiVersion = '66.0';
export const apiPath = `/services/data/v${apiVersion}`;

/** A composite takes 25 sub-requests, of which five may be queries or collections; all count as one call. */
const heavySubrequests = 5;

/** What one org shares over all its users' sessions. */
export class OrgState {
  budget: CrmBudget | null = null;
  instanceUrl: string | null = null;
  organizationId: string | null = null;
}

export interface Subrequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export type SubAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly failure: SyncFailure };

export interface Row {
  readonly [column: string]: unknown;
}
export interface Rows {
  readonly records: readonly Row[];
  /** Whether the rows are all that the query finds. */
  readonly done: boolean;
}

export interface WireParts {
  readonly loginUrl: string;
  readonly http: Http;
  readonly org: OrgState;
  readonly person: 'reader' | 'user';
  /** The parameters of a token request, signed anew each time. */
  readonly grant: () => Promise<Readonly<Record<string, string>>>;
  readonly now: () => number;
}

/** One user's signed-in connection. It signs in when first used, once for all who wait. */
export class SalesforceWire {
  readonly #parts: WireParts;
  readonly #jsforce: Connection;
  #signingIn: Promise<void> | null = null;
  #refusal: SyncFailure | null = null;
  /** Whether a renewed token was followed by no accepted answer yet: jsforce itself would renew without end. */
  #hasUnprovenToken = false;
  #serverNowMs: number | null = null;

  constructor(parts: WireParts) {
    this.#parts = parts;
    this.#jsforce = new Connection({
      version: apiVersion,
      loginUrl: parts.loginUrl,
      refreshFn: (_, done) => {
        this.#renew().then(token => done(null, token), done);
      },
    });
    const transport = new BoundedTransport(parts.http, (status, headers) => this.#note(status, headers));
    this.#jsforce._transport = transport;
    this.#jsforce.oauth2._transport = transport;
  }

  async signIn(): Promise<{ userId: string; organizationId: string }> {
    if (!this.#jsforce.accessToken) {
      this.#signingIn ??= this.#authorize().finally(() => {
        this.#signingIn = null;
      });
      await this.#signingIn;
    }
    const { id, organizationId } = this.#jsforce.userInfo!;
    return { userId: id, organizationId };
  }

  /** The CRM's clock as its last answer told it. */
  get serverNowMs(): number {
    return this.#serverNowMs ?? this.#parts.now();
  }

  get(path: string): Promise<unknown> {
    return this.#request({ method: 'GET', url: path }, 'read');
  }

  /** Answers in the order of the requests; at most five queries or collections. */
  async composite(requests: readonly Subrequest[], effect: Effect): Promise<SubAnswer[]> {
    const compositeRequest = requests.map((request, index) => ({
      method: request.method,
      url: apiPath + request.url,
      referenceId: `r${index}`,
      ...(request.body !== undefined && { body: request.body }),
      ...(request.headers !== undefined && { httpHeaders: request.headers }),
    }));
    const body = JSON.stringify({ allOrNone: false, compositeRequest });
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#request(
      { method: 'POST', url: `${apiPath}/composite`, body, headers },
      effect,
    );
    const { compositeResponse = [] } = answer as {
      compositeResponse?: { referenceId: string; httpStatusCode: number; body: unknown }[];
    };
    return requests.map((request, index) => {
      const response = compositeResponse.find(({ referenceId }) => referenceId === `r${index}`);
      if (response !== undefined && response.httpStatusCode < 300) return { ok: true, body: response.body };
      const error = errorFrom(response?.body, response?.httpStatusCode ?? 503);
      return { ok: false, failure: classify(error, request.method === 'GET' ? 'read' : 'write') };
    });
  }

  /** Many queries in few calls. */
  async queries(soqls: readonly string[]): Promise<Rows[]> {
    const rows: Rows[] = [];
    for (const group of chunks(soqls, heavySubrequests)) {
      rows.push(
        ...(
          await this.composite(
            group.map(soql => queryRequest(soql)),
            'read',
          )
        ).map(rowsOf),
      );
    }
    return rows;
  }

  async query(soql: string): Promise<Rows> {
    const [rows] = await this.queries([soql]);
    return rows!;
  }

  async #request(
    request: { method: 'GET' | 'POST'; url: string; body?: string; headers?: Record<string, string> },
    effect: Effect,
  ): Promise<unknown> {
    await this.signIn();
    let answer: unknown;
    try {
      answer = await this.#jsforce.request(request);
    } catch (error) {
      throw this.#failure(error, effect);
    } finally {
      const usage = this.#jsforce.limitInfo.apiUsage;
      if (usage !== undefined) this.#parts.org.budget = { used: usage.used, limit: usage.limit };
    }
    if (typeof answer === 'object' && answer !== null) return answer;
    throw new SyncFailure('transient', 'Salesforce answered with something that is not JSON', {
      native: 'UnreadableAnswer',
      ...(effect === 'write' && { maybeApplied: true }),
    });
  }

  async #authorize(): Promise<void> {
    try {
      await this.#jsforce.authorize((await this.#parts.grant()) as { grant_type: string });
    } catch (error) {
      if (error instanceof SyncFailure) throw withoutEffect(error);
      const { name, message } = error as Error;
      throw classifySignIn(name, message, this.#parts.person);
    }
    this.#parts.org.instanceUrl = this.#jsforce.instanceUrl;
    this.#parts.org.organizationId = this.#jsforce.userInfo?.organizationId ?? null;
  }

  async #renew(): Promise<string> {
    this.#refusal = null;
    try {
      if (this.#hasUnprovenToken) {
        this.#hasUnprovenToken = false;
        throw new SyncFailure('auth', 'Salesforce refuses a token that it has just given', {
          native: 'INVALID_SESSION_ID',
          fix: "Check the app's policies (IP restrictions, session level) and run the test of the connection.",
        });
      }
      await this.#authorize();
      this.#hasUnprovenToken = true;
      return this.#jsforce.accessToken!;
    } catch (error) {
      this.#refusal = error instanceof SyncFailure ? error : null;
      throw error;
    }
  }

  /** jsforce wraps a failed renewal in an Error that keeps only its text. */
  #failure(error: unknown, effect: Effect): unknown {
    if (error instanceof SyncFailure) return effect === 'read' ? withoutEffect(error) : error;
    const { message, errorCode, data } = error as Error & { errorCode?: string; data?: unknown };
    if (message.startsWith('Unable to refresh session') && this.#refusal !== null) return this.#refusal;
    if (errorCode === undefined) return error;
    const body = typeof data === 'object' ? data : null;
    return classify(body === null ? { code: errorCode, message } : errorFrom(body, 400), effect);
  }

  #note(status: number, headers: Readonly<Record<string, string>>): void {
    const dateMs = Date.parse(headers.date ?? '');
    if (!Number.isNaN(dateMs)) this.#serverNowMs = dateMs;
    if (status !== 401 && headers['sforce-limit-info'] !== undefined) this.#hasUnprovenToken = false;
  }
}

export function queryRequest(soql: string, scope: 'query' | 'queryAll' = 'query'): Subrequest {
  return { method: 'GET', url: `/${scope}?q=${encodeURIComponent(soql)}` };
}

export function rowsOf(answer: SubAnswer): Rows {
  if (!answer.ok) throw answer.failure;
  const { records = [], done = true } = answer.body as { records?: Row[]; done?: boolean };
  return { records, done };
}
