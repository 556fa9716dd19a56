import type { EmulatedGraph } from './graph.ts';
import { answerOf } from './reach.ts';
import type { EmulatedSalesforce } from './salesforce.ts';

type Json = Record<string, unknown>;

export interface OutlookContact {
  readonly id: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly companyName: string | null;
  readonly mobilePhone: string | null;
  readonly categories: string[];
  readonly emailAddresses: { readonly address: string }[];
}

/** The owner of a mailbox, in Outlook. */
export class OutlookUser {
  readonly #graph: EmulatedGraph;
  readonly mailbox: string;

  constructor(graph: EmulatedGraph, mailbox: string) {
    this.#graph = graph;
    this.mailbox = mailbox;
  }

  addContact(fields: Json, folder?: string): Promise<OutlookContact> {
    return this.call('POST', folder ? `/contactFolders/${folder}/contacts` : '/contacts', fields);
  }

  changeContact(id: string, fields: Json): Promise<OutlookContact> {
    return this.call('PATCH', `/contacts/${id}`, fields);
  }

  deleteContact(id: string): Promise<null> {
    return this.call('DELETE', `/contacts/${id}`);
  }

  /** Null when there is no folder of this name. */
  async folder(name: string): Promise<string | null> {
    const { value } = await this.call<{ value: { id: string; displayName: string }[] }>(
      'GET',
      '/contactFolders?$top=100',
    );
    return value.find(folder => folder.displayName === name)?.id ?? null;
  }

  async deleteFolder(name: string): Promise<void> {
    await this.call('DELETE', `/contactFolders/${await this.folder(name)}`);
  }

  /** Everything in the default Contacts folder and in the one of this name. */
  async contacts(folder: string): Promise<OutlookContact[]> {
    const own = await this.folder(folder);
    const paths = ['/contacts', ...(own ? [`/contactFolders/${own}/contacts`] : [])];
    const pages = await Promise.all(
      paths.map(path => this.call<{ value: OutlookContact[] }>('GET', `${path}?$top=999`)),
    );
    return pages.flatMap(page => page.value);
  }

  async call<T>(method: string, path: string, body?: Json): Promise<T> {
    const { settings } = this.#graph;
    const headers = {
      authorization: `Bearer ${await this.#token()}`,
      prefer: 'IdType="ImmutableId"',
      'content-type': 'application/json',
    };
    const url = `${settings.baseUrl}/users/${this.mailbox}${path}`;
    const request = { method, url, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    return answerOf(request, this.#graph.send(request));
  }

  async #token(): Promise<string> {
    const { settings, credentials } = this.#graph;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    });
    const request = {
      method: 'POST',
      url: settings.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    };
    const { access_token: token } = await answerOf<{ access_token: string }>(
      request,
      this.#graph.send(request),
    );
    return token;
  }
}

/** A user of the CRM, in the browser. */
export class CrmUserHand {
  readonly #salesforce: EmulatedSalesforce;
  readonly #username: string;

  constructor(salesforce: EmulatedSalesforce, email: string) {
    this.#salesforce = salesforce;
    this.#username = `${email}.crm`;
  }

  async create(object: string, records: readonly Json[]): Promise<string[]> {
    const ids: string[] = [];
    for (let start = 0; start < records.length; start += 200) {
      const chunk = records
        .slice(start, start + 200)
        .map(record => ({ attributes: { type: object }, ...record }));
      const results = await this.call<{ id: string; success: boolean; errors: unknown[] }[]>(
        'POST',
        '/composite/sobjects',
        { allOrNone: false, records: chunk },
      );
      const refused = results.find(result => !result.success);
      if (refused) throw new Error(JSON.stringify(refused.errors));
      ids.push(...results.map(result => result.id));
    }
    return ids;
  }

  update(object: string, id: string, fields: Json): Promise<null> {
    return this.call('PATCH', `/sobjects/${object}/${id}`, fields);
  }

  delete(object: string, id: string): Promise<null> {
    return this.call('DELETE', `/sobjects/${object}/${id}`);
  }

  async query<T = Json>(soql: string): Promise<T[]> {
    const { records } = await this.call<{ records: T[] }>('GET', `/query?q=${encodeURIComponent(soql)}`);
    return records;
  }

  async call<T>(method: string, path: string, body?: Json): Promise<T> {
    const { access_token: token } = (await this.#salesforce.control('POST', 'authorize', {
      username: this.#username,
    })) as { access_token: string };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const url = `${this.#salesforce.url}/services/data/v66.0${path}`;
    const request = { method, url, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    return answerOf(request, this.#salesforce.send(request));
  }
}
