import type { OutgoingHttpHeaders } from 'node:http';
import { type GraphServiceOptions, openGraphEmulator } from '../../../emulators/graph/open.ts';
import { inProcessClient, type SentRequest, seededBytes } from '../in-process.ts';

const NOW = Date.parse('2026-03-02T10:00:00Z');
export const LISTS = '/users/ada@example.com/todo/lists';
export const DEFAULT_TASKS = `${LISTS}/Tasks/tasks`;

interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are read as a foreign client reads them
  body: any;
}

interface Delta {
  // biome-ignore lint/suspicious/noExplicitAny: rows are read as a foreign client reads them
  rows: any[];
  pages: number[];
  deltaLink: string;
}

/** A service with two mailboxes, whose clock stands; spoken to without sockets. */
export async function openTodoTenant(options: GraphServiceOptions = {}, users?: unknown[]) {
  const emulator = openGraphEmulator({
    randomBytes: seededBytes('to do'),
    now: () => NOW,
    sleep: async () => {},
    ...options,
  });
  const client = inProcessClient(emulator.listener);
  const answered = async (request: SentRequest): Promise<Answer> => {
    const body = await client.send(request);
    const { status, headers } = client.seen.at(-1)!.answer!;
    return { status, headers, body };
  };
  const control = async (method: 'GET' | 'POST' | 'PUT', name: string, body?: unknown) =>
    answered({ method, url: `/_emulator/${name}`, body });
  const { tenantId, clientId, clientSecret } = (await control('GET', 'info')).body;
  const loaded = users ?? [{ mail: 'ada@example.com' }, { mail: 'bob@example.com' }];
  const load = await control('POST', 'load', { users: loaded });
  const token = await answered({
    method: 'POST',
    url: `/${tenantId}/oauth2/v2.0/token`,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const authorization = `Bearer ${token.body.access_token}`;
  const call = (
    method: NonNullable<SentRequest['method']>,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    answered({
      method,
      url: path.startsWith('http') ? path : `/v1.0${path}`,
      body,
      headers: { authorization, ...headers },
    });

  /** Follows the links of a delta round to its end. */
  const round = async (start: string, headers: Record<string, string> = {}): Promise<Delta> => {
    const rows: unknown[] = [];
    const pages: number[] = [];
    for (let link = start; ; ) {
      const { status, body } = await call('GET', link, undefined, headers);
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      rows.push(...body.value);
      pages.push(body.value.length);
      if (body['@odata.deltaLink']) return { rows, pages, deltaLink: body['@odata.deltaLink'] };
      link = body['@odata.nextLink'];
    }
  };

  const listNamed = async (displayName: string): Promise<string> =>
    (await call('POST', LISTS, { displayName })).body.id;
  const defaultList = async (): Promise<string> =>
    (await call('GET', LISTS)).body.value.find(
      ({ wellknownListName }: { wellknownListName: string }) => wellknownListName === 'defaultList',
    ).id;

  return {
    call,
    control,
    round,
    listNamed,
    defaultList,
    loaded: load.body.users,
    behave: (behaviour: Record<string, unknown>) => control('PUT', 'behaviour', behaviour),
    close: () => emulator.close(),
  };
}

export type TodoTenant = Awaited<ReturnType<typeof openTodoTenant>>;
