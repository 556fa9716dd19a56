import { type GraphServiceOptions, openGraphEmulator } from '../../../emulators/graph/open.ts';
import { inProcessClient, type SentRequest, seededBytes } from '../in-process.ts';

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are read as a foreign client reads them
  body: any;
}

type Method = NonNullable<SentRequest['method']>;

export const START = '2026-03-02T10:00:00Z';
const PEOPLE = ['ada@example.com', 'bob@example.com', 'cyd@example.com'];

/** A tenant with three mailboxes whose clock stands, spoken to in raw HTTP without sockets. */
export async function openCalendar(options: GraphServiceOptions = {}) {
  const emulator = openGraphEmulator({
    randomBytes: seededBytes('calendar'),
    now: () => Date.parse(START),
    ...options,
  });
  const client = inProcessClient(emulator.listener);
  const control = (method: Method, name: string, body?: unknown) =>
    client.send({ method, url: `/_emulator/${name}`, ...(body !== undefined && { body }) });
  const { tenantId, clientId, clientSecret } = await control('GET', 'info');
  const known = await control('POST', 'load', {
    users: PEOPLE.map(mail => ({ mail, displayName: mail.split('@')[0] })),
  });
  const { access_token } = await client.send({
    method: 'POST',
    url: `/${tenantId}/oauth2/v2.0/token`,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const auth = { authorization: `Bearer ${access_token}` };

  const call = async (
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const url = path.startsWith('http') ? path.replace(/^https?:\/\/[^/]+/, '') : `/v1.0/users/${path}`;
    const answered = await client.send({
      method,
      url,
      headers: { ...auth, ...headers },
      ...(body !== undefined && { body }),
    });
    const { answer } = client.seen.at(-1)!;
    return { status: answer!.status, headers: answer!.headers, body: answered };
  };
  const get = (path: string, headers?: Record<string, string>) => call('GET', path, undefined, headers);
  const post = (path: string, body: unknown, headers?: Record<string, string>) =>
    call('POST', path, body, headers);
  const patch = (path: string, body: unknown, headers?: Record<string, string>) =>
    call('PATCH', path, body, headers);

  return {
    known,
    seen: client.seen,
    clientId,
    control,
    call,
    get,
    post,
    patch,
    remove: (path: string, headers?: Record<string, string>) => call('DELETE', path, undefined, headers),
    /** What a GET answers, byte by byte. */
    async raw(path: string): Promise<{ status: number; bytes: Buffer }> {
      await get(path);
      const { status, bytes } = client.seen.at(-1)!.answer!;
      return { status, bytes: Buffer.from(bytes, 'latin1') };
    },
    /** Creates an event and gives it as answered. */
    async created(mailbox: string, body: unknown, headers?: Record<string, string>) {
      const answer = await post(`${mailbox}/events`, body, headers);
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async outbox(): Promise<Record<string, unknown>[]> {
      const { value } = await control('GET', 'outbox');
      await control('POST', 'outbox/reset');
      return value;
    },
    behave: (changes: unknown) => control('PUT', 'behaviour', changes),
    /** Follows the links of a delta round to its end. */
    async round(start: string, headers?: Record<string, string>) {
      const rows: Record<string, unknown>[] = [];
      const pages: number[] = [];
      for (let link = start; ; ) {
        const { status, body } = await get(link, headers);
        if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
        rows.push(...body.value);
        pages.push(body.value.length);
        if (body['@odata.deltaLink']) return { rows, pages, deltaLink: body['@odata.deltaLink'] as string };
        link = body['@odata.nextLink'];
      }
    },
    close: () => emulator.close(),
  };
}

export type CalendarUnderTest = Awaited<ReturnType<typeof openCalendar>>;

export const at = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone });

/** An hour of a day in UTC. */
export const hour = (date: string, from = 9) => ({
  start: at(`${date}T${String(from).padStart(2, '0')}:00:00`),
  end: at(`${date}T${String(from + 1).padStart(2, '0')}:00:00`),
});

export const attendee = (address: string, type = 'required') => ({ emailAddress: { address }, type });

export const daily = (startDate: string, numberOfOccurrences: number, interval = 1) => ({
  pattern: { type: 'daily', interval },
  range: { type: 'numbered', startDate, numberOfOccurrences },
});

export const windowQuery = (from: string, to: string) => `startDateTime=${from}&endDateTime=${to}`;
