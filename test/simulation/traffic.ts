import type { HttpAnswer, HttpRequest } from '../../connectors/world.ts';

type System = 'graph' | 'salesforce';
type Json = Readonly<Record<string, unknown>>;

/** One request of the engine as the emulator answered it, whether or not the engine ever saw the answer. */
export interface Exchange {
  readonly system: System;
  readonly atMs: number;
  readonly method: string;
  /** Below the origin, decoded. */
  readonly path: string;
  readonly body: unknown;
  /** Null: it never reached the emulator, or the emulator cut the connection. */
  readonly status: number | null;
  readonly answer: unknown;
}

/** A request that may change something, alone or as a part of a batch. */
export interface Write {
  readonly system: System;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** The record of the CRM that a write is about; empty where neither the write nor its answer says so. */
export function recordIdOf({ path, body, answer }: Write): string {
  const inPath = /sobjects\/(?:\w+\/)?(\w+)$/.exec(decodeURIComponent(path))?.[1];
  return String((answer as Json | null)?.id ?? (body as Json | null)?.id ?? inPath ?? '');
}

/** Everything that the engine sent, as the emulators accepted it. */
export class Traffic {
  readonly exchanges: Exchange[] = [];
  #listener: (exchange: Exchange) => void = () => undefined;

  listen(listener: (exchange: Exchange) => void): void {
    this.#listener = listener;
  }

  note(system: System, atMs: number, request: HttpRequest, answer: HttpAnswer | null): void {
    const url = new URL(request.url);
    const exchange: Exchange = {
      system,
      atMs,
      method: request.method,
      path: decodeURIComponent(url.pathname) + url.search,
      body: jsonOf(request.body),
      status: answer?.status ?? null,
      answer: jsonOf(answer?.body),
    };
    this.exchanges.push(exchange);
    this.#listener(exchange);
  }

  /** What was written and accepted, batches and composites taken apart, in the order of the requests. */
  writes(): Write[] {
    return this.exchanges.flatMap(writesOf).filter(write => write.status < 300);
  }
}

interface Part {
  readonly id?: string;
  readonly referenceId?: string;
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}
interface PartAnswer {
  readonly id?: string;
  readonly referenceId?: string;
  readonly status?: number;
  readonly httpStatusCode?: number;
  readonly body?: unknown;
}

function writesOf(exchange: Exchange): Write[] {
  const { system, atMs, method, path, body, status, answer } = exchange;
  if (/oauth2?\/(v2\.0\/)?token/.test(path) || method === 'GET' || status === null) return [];
  const parts = (body as { requests?: Part[]; compositeRequest?: Part[] } | null) ?? {};
  const asked = parts.requests ?? parts.compositeRequest;
  if (!asked) return collectionOf({ system, atMs, method, path, body, status, answer });
  const answers = (answer as { responses?: PartAnswer[]; compositeResponse?: PartAnswer[] } | null) ?? {};
  const given = answers.responses ?? answers.compositeResponse ?? [];
  return asked.flatMap(part => {
    const found = given.find(one => (one.id ?? one.referenceId) === (part.id ?? part.referenceId));
    if (part.method === 'GET' || !found) return [];
    return collectionOf({
      ...{ system, atMs, method: part.method, path: part.url, body: part.body },
      status: found.status ?? found.httpStatusCode ?? 500,
      answer: found.body,
    });
  });
}

/** A collection of records answers row by row. */
function collectionOf(write: Write): Write[] {
  const rows = rowsOf(write);
  if (rows === null || !Array.isArray(write.answer)) return [write];
  return rows.map((row, index) => {
    const result = (write.answer as { success?: boolean }[])[index];
    return { ...write, ...row, answer: result, status: result?.success ? write.status : 400 };
  });
}

function rowsOf({ path, body }: Write): Partial<Write>[] | null {
  const { records } = (body as { records?: unknown[] } | null) ?? {};
  if (Array.isArray(records)) return records.map(record => ({ body: record }));
  const [, ids] = /[?&]ids=([^&]+)/.exec(decodeURIComponent(path)) ?? [];
  return ids?.split(',').map(id => ({ path: `/composite/sobjects/${id}` })) ?? null;
}

function jsonOf(text: string | undefined): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
