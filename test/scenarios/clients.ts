import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from './product.ts';

type Json = Record<string, unknown>;

async function request<T>(url: string, init: RequestInit & { accept?: readonly number[] } = {}): Promise<T> {
  const response = await patiently(url, init);
  const text = await response.text();
  if (!response.ok && !init.accept?.includes(response.status))
    throw new Error(`${init.method ?? 'GET'} ${url} answered ${response.status}: ${text}`);
  return (text ? JSON.parse(text) : null) as T;
}

const MOST_TRIES = 20;

/** Users share the mailbox's limits with the product: who is told to wait, waits. */
async function patiently(url: string, init: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, init);
    if (response.status !== 429 || tries === MOST_TRIES) return response;
    await response.body?.cancel();
    await sleep(Number(response.headers.get('retry-after') ?? '1') * 1_000);
  }
}

function body(value: unknown, headers: Record<string, string> = {}): RequestInit {
  return { body: JSON.stringify(value), headers: { 'content-type': 'application/json', ...headers } };
}

/** Tandem's REST interface with an organization's key. */
export class TandemClient {
  readonly #run: Run;
  constructor(run: Run) {
    this.#run = run;
  }
  get<T>(path: string): Promise<T> {
    return request(`${this.#run.api}/v1${path}`, { headers: this.#auth() });
  }
  post<T>(path: string, value: unknown = {}): Promise<T> {
    return request(`${this.#run.api}/v1${path}`, { method: 'POST', ...body(value, this.#auth()) });
  }
  async patch<T>(path: string, value: unknown): Promise<T> {
    const current = await fetch(`${this.#run.api}/v1${path}`, { headers: this.#auth() });
    await current.body?.cancel();
    return request(`${this.#run.api}/v1${path}`, {
      method: 'PATCH',
      ...body(value, { ...this.#auth(), 'if-match': current.headers.get('etag') ?? '' }),
    });
  }
  raw(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#run.api}/v1${path}`, {
      ...init,
      headers: {
        ...this.#auth(),
        'content-type': 'application/json',
        ...(init.headers as Record<string, string>),
      },
    });
  }
  async all<T>(path: string): Promise<T[]> {
    const data: T[] = [];
    let cursor: string | null = null;
    do {
      const page: { data: T[]; page: { nextCursor: string | null } } = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      data.push(...page.data);
      cursor = page.page.nextCursor;
    } while (cursor);
    return data;
  }
  #auth(): Record<string, string> {
    return { authorization: `Bearer ${this.#run.apiKey}` };
  }
}

export interface GraphContact {
  readonly id: string;
  readonly displayName: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly companyName: string | null;
  readonly mobilePhone: string | null;
  readonly businessPhones: string[];
  readonly personalNotes: string | null;
  readonly categories: string[];
  readonly emailAddresses: { address: string; name?: string }[];
  readonly parentFolderId: string;
}

/** Microsoft Graph as the users' Outlook would change it: raw HTTP, no connector of ours. */
export class GraphClient {
  readonly #run: Run;
  #token: string | null = null;
  constructor(run: Run) {
    this.#run = run;
  }
  async call<T>(method: string, path: string, value?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${await this.#bearer()}`, prefer: 'IdType="ImmutableId"' };
    return request(path.startsWith('http') ? path : `${this.#run.graph.baseUrl}${path}`, {
      method,
      ...(value === undefined ? { headers } : body(value, headers)),
    });
  }
  async list<T>(path: string): Promise<T[]> {
    const data: T[] = [];
    let next: string | undefined = path;
    while (next) {
      const page: { value: T[]; '@odata.nextLink'?: string } = await this.call('GET', next);
      data.push(...page.value);
      next = page['@odata.nextLink'];
    }
    return data;
  }
  /** After a time that tokens do not live through. */
  signInAgain(): void {
    this.#token = null;
  }
  async folder(mailbox: string, name: string): Promise<string> {
    const folders = await this.list<{ id: string; displayName: string }>(`/users/${mailbox}/contactFolders`);
    const found = folders.find(folder => folder.displayName === name);
    if (!found) throw new Error(`${mailbox} has no contact folder ${name}`);
    return found.id;
  }
  async contacts(mailbox: string, folder: string): Promise<GraphContact[]> {
    return this.list(
      `/users/${mailbox}/contactFolders/${await this.folder(mailbox, folder)}/contacts?$top=500`,
    );
  }
  control<T>(method: string, path: string, value?: unknown): Promise<T> {
    return request(`${this.#run.graph.control}/${path}`, {
      method,
      ...(value === undefined ? {} : body(value)),
    });
  }
  async #bearer(): Promise<string> {
    if (this.#token) return this.#token;
    const { clientId, clientSecret, tokenUrl } = this.#run.graph;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    });
    const answer = await request<{ access_token: string }>(tokenUrl, { method: 'POST', body: form });
    this.#token = answer.access_token;
    return this.#token;
  }
}

/** Salesforce as its users and admins change it: raw HTTP, no connector of ours. */
export class SalesforceClient {
  readonly #run: Run;
  #token: string;
  constructor(run: Run) {
    this.#run = run;
    this.#token = run.salesforce.accessToken;
  }
  /** After a time that sessions do not live through. */
  async signInAgain(): Promise<void> {
    const { username } = this.#run.salesforce;
    const granted = await this.control<{ access_token: string }>('POST', 'authorize', { username });
    this.#token = granted.access_token;
  }
  call<T>(method: string, path: string, value?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}` };
    return request(`${this.#run.salesforce.instanceUrl}/services/data/v66.0${path}`, {
      method,
      ...(value === undefined ? { headers } : body(value, headers)),
    });
  }
  async query<T = Json>(soql: string): Promise<T[]> {
    const data: T[] = [];
    let page: { records: T[]; done: boolean; nextRecordsUrl?: string } = await this.call(
      'GET',
      `/query?q=${encodeURIComponent(soql)}`,
    );
    data.push(...page.records);
    while (!page.done && page.nextRecordsUrl) {
      page = await this.call('GET', page.nextRecordsUrl.replace(/^.*\/v[\d.]+/, ''));
      data.push(...page.records);
    }
    return data;
  }
  /** The bytes behind a path, such as those of a file. */
  async bytes(path: string): Promise<Buffer> {
    const url = `${this.#run.salesforce.instanceUrl}/services/data/v66.0${path}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${this.#token}` } });
    if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }
  /** Creates many by collections of 200; answers the ids in order. */
  async create(type: string, records: readonly Json[]): Promise<string[]> {
    const ids: string[] = [];
    for (let start = 0; start < records.length; start += 200) {
      const chunk = records.slice(start, start + 200).map(record => ({ attributes: { type }, ...record }));
      const results = await this.call<{ id: string; success: boolean; errors: unknown[] }[]>(
        'POST',
        '/composite/sobjects',
        { allOrNone: false, records: chunk },
      );
      for (const result of results) {
        if (!result.success) throw new Error(`${type}: ${JSON.stringify(result.errors)}`);
        ids.push(result.id);
      }
    }
    return ids;
  }
  update(type: string, id: string, fields: Json): Promise<null> {
    return this.call('PATCH', `/sobjects/${type}/${id}`, fields);
  }
  delete(type: string, id: string): Promise<null> {
    return this.call('DELETE', `/sobjects/${type}/${id}`);
  }
  control<T>(method: string, path: string, value?: unknown): Promise<T> {
    return request(`${this.#run.salesforce.control}/${path}`, {
      method,
      ...(value === undefined ? {} : body(value)),
    });
  }
}
