import { type GraphEmulatorOptions, startGraphEmulator } from '../../../emulators/graph/server.ts';

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are read as a foreign client reads them
  body: any;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  token?: string | undefined;
}

/** An emulator with users, spoken to over HTTP as by any client. */
export async function startTenant(
  users: Record<string, unknown>[] = [{ mail: 'ada@example.com', displayName: 'Ada' }],
  options: GraphEmulatorOptions = {},
) {
  const emulator = await startGraphEmulator(options);
  const control = async (method: string, name: string, body?: unknown): Promise<Reply> =>
    fetchJson(`${emulator.url}/_emulator/${name}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const info = (await control('GET', 'info')).body;
  const loaded = await control('POST', 'load', { users });
  const requestToken = (changes: Record<string, string> = {}) =>
    fetchJson(`${emulator.url}/${info.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: info.clientId,
        client_secret: info.clientSecret,
        scope: 'https://graph.microsoft.com/.default',
        ...changes,
      }),
    });
  let token: string = (await requestToken()).body.access_token;

  const call = (
    method: string,
    path: string,
    { body, headers, ...rest }: CallOptions = {},
  ): Promise<Reply> => {
    const used = 'token' in rest ? rest.token : token;
    return fetchJson(path.startsWith('http') ? path : `${emulator.url}/v1.0${path}`, {
      method,
      headers: {
        ...(used !== undefined && { authorization: `Bearer ${used}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  };

  /** Follows the links of a delta round to its end. */
  const round = async (start: string, headers: Record<string, string> = {}) => {
    // biome-ignore lint/suspicious/noExplicitAny: rows are read as a foreign client reads them
    const rows: any[] = [];
    const pages: number[] = [];
    let link: string | undefined = start;
    while (link !== undefined) {
      const page: Reply = await call('GET', link, { headers });
      if (page.status !== 200) throw new Error(`${page.status} ${JSON.stringify(page.body)}`);
      rows.push(...page.body.value);
      pages.push(page.body.value.length);
      if (page.body['@odata.deltaLink']) {
        return { rows, pages, deltaLink: page.body['@odata.deltaLink'] as string };
      }
      link = page.body['@odata.nextLink'];
    }
    throw new Error('The round ended without a delta link.');
  };

  return {
    url: emulator.url,
    info,
    users: loaded.body.users as { id: string; mail: string }[],
    control,
    requestToken,
    async renewToken() {
      token = (await requestToken()).body.access_token;
      return token;
    },
    call,
    round,
    batch: (requests: unknown[]) => call('POST', '/$batch', { body: { requests } }),
    close: () => emulator.close(),
  };
}

export type TenantUnderTest = Awaited<ReturnType<typeof startTenant>>;

export async function fetchJson(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}
