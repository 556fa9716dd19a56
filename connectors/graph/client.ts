import { Client, type Context, GraphClientError, ResponseType } from '@microsoft/microsoft-graph-client';
import { SyncFailure } from '../../sync/failure.ts';
import { type Http, withoutEffect } from '../http.ts';
import type { HttpAnswer } from '../world.ts';
import { classify, type Effect, type GraphError, isMissingTodoRole, retryAfterMs } from './failure.ts';
import type { Lane } from './lane.ts';
import type { GraphToken } from './token.ts';

/** One request of a `$batch`; `url` starts after the version: `/users/…`. */
export interface BatchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export type BatchAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly error: GraphError };

/** JSON batching takes at most 20 requests. */
export const batchLimit = 20;

const immutableIds = 'IdType="ImmutableId"';

interface BatchResponse {
  readonly responses?: readonly {
    readonly id: string;
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  }[];
}

/**
 * Graph over the official SDK. Its transport and its retries are replaced: it refuses plain http, sends POST again
 * after a 503 and follows redirects. Query values must arrive encoded, the SDK does not do it.
 */
export class GraphClient {
  readonly #sdk: Client;
  readonly #base: URL;
  readonly #token: GraphToken;

  constructor(baseUrl: string, http: Http, token: GraphToken) {
    this.#base = new URL(baseUrl);
    this.#token = token;
    this.#sdk = Client.initWithMiddleware({
      baseUrl: `${this.#base.origin}/`,
      defaultVersion: this.#base.pathname.replaceAll('/', '') || 'v1.0',
      middleware: { execute: context => transport(context, http, token) },
    });
  }

  /** Names the cloud. */
  get hostname(): string {
    return this.#base.hostname;
  }

  /** The token as it is, for what its claims tell about permissions. */
  token(): Promise<string> {
    return this.#token.value();
  }

  async send(lane: Lane, request: BatchRequest): Promise<unknown> {
    return lane.run(1, () => this.#sendInLane(lane, request));
  }

  /** Answers in the order of the requests. Only a failure of the whole is thrown. */
  async batch(lane: Lane, requests: readonly BatchRequest[]): Promise<BatchAnswer[]> {
    if (requests.length === 0) return [];
    return lane.run(requests.length, async () => {
      const sent = await this.#token.value();
      const answers = await this.#batchOnce(lane, requests);
      const refused = answers.flatMap((answer, index) => (isUnauthorized(answer) ? [index] : []));
      if (refused.length === 0) return answers;
      this.#token.discard(sent);
      const again = await this.#batchOnce(
        lane,
        refused.map(index => requests[index]!),
      );
      refused.forEach((index, position) => {
        answers[index] = again[position]!;
      });
      return answers;
    });
  }

  /** The path of a nextLink or deltaLink below the version, for use as a request's `url` and as a cursor. */
  pathOfLink(link: string, isAllowed: (url: URL) => boolean): string {
    const url = URL.parse(link, this.#base.origin);
    if (url === null || (url.host !== this.#base.host && !isAllowed(url))) {
      throw new SyncFailure(
        'permanent',
        `Graph answered with a link to ${url?.host ?? 'nowhere'}, which is refused`,
        {
          native: 'ForeignLink',
        },
      );
    }
    return url.pathname.replace(/^\/[^/]+/, '') + url.search;
  }

  async #batchOnce(lane: Lane, requests: readonly BatchRequest[]): Promise<BatchAnswer[]> {
    const effect = requests.every(request => request.method === 'GET') ? 'read' : 'write';
    const body = { requests: requests.map((request, index) => batchEntry(request, index)) };
    const answer = (await this.#sendInLane(
      lane,
      { method: 'POST', url: '/$batch', body },
      effect,
    )) as BatchResponse;
    const byId = new Map((answer?.responses ?? []).map(response => [response.id, response]));
    return requests.map((_, index) => {
      const response = byId.get(String(index));
      if (response === undefined)
        return { ok: false, error: { status: 503, code: 'MissingInBatch', message: '' } };
      if (response.status < 400) return { ok: true, body: response.body };
      const error = errorOf(response.status, response.body, headerOf(response.headers, 'retry-after'));
      this.#heed(lane, error);
      return { ok: false, error };
    });
  }

  async #sendInLane(lane: Lane, request: BatchRequest, effect = effectOf(request)): Promise<unknown> {
    const answer = await this.#exchange(request, effect);
    const text = await answer.text();
    const body = parsed(text);
    if (answer.ok && (body !== undefined || text === '')) return body;
    if (answer.ok) {
      throw new SyncFailure('transient', 'Graph answered with something that is not JSON', {
        native: 'UnreadableAnswer',
        ...(effect === 'write' && { maybeApplied: true }),
      });
    }
    const error = errorOf(answer.status, body, answer.headers.get('retry-after'));
    this.#heed(lane, error);
    throw classify(error, effect);
  }

  async #exchange(request: BatchRequest, effect: Effect): Promise<Response> {
    const call = this.#sdk
      .api(request.url)
      .headers({ Prefer: prefer(request) })
      .responseType(ResponseType.RAW);
    try {
      if (request.method === 'POST') return await call.post(request.body);
      if (request.method === 'PATCH') return await call.patch(request.body);
      if (request.method === 'DELETE') return await call.delete();
      return await call.get();
    } catch (error) {
      const failure = error instanceof GraphClientError ? error.customError : error;
      throw effect === 'read' && failure instanceof SyncFailure ? withoutEffect(failure) : failure;
    }
  }

  #heed(lane: Lane, error: GraphError): void {
    const delayMs = retryAfterMs(error.retryAfter);
    if (delayMs !== null && (error.status === 429 || error.status === 503)) lane.closeFor(delayMs);
  }
}

/** The SDK hands on only its own kind of error unchanged. */
function throughSdk(error: unknown): GraphClientError {
  const wrapped = new GraphClientError('the transport failed');
  wrapped.customError = error;
  return wrapped;
}

/** Replaces the SDK's HTTPMessageHandler. */
async function transport(context: Context, http: Http, token: GraphToken): Promise<void> {
  const answer = await exchange(context, http, token).catch((error: unknown) => {
    throw throughSdk(error);
  });
  const hasBody = answer.body !== '' && answer.status !== 204;
  context.response = new Response(hasBody ? answer.body : null, {
    status: answer.status,
    headers: answer.headers,
  });
}

/** A token that the server refuses is renewed once. */
async function exchange(context: Context, http: Http, token: GraphToken): Promise<HttpAnswer> {
  const options = context.options ?? {};
  const send = (bearer: string) =>
    http({
      method: options.method ?? 'GET',
      url: String(context.request),
      headers: {
        ...(options.headers as Record<string, string>),
        accept: 'application/json',
        authorization: `Bearer ${bearer}`,
      },
      ...(options.body != null && { body: String(options.body) }),
    });
  const bearer = await token.value();
  const answer = await send(bearer);
  if (answer.status !== 401 || isMissingTodoRole(errorOf(401, parsed(answer.body), null))) return answer;
  token.discard(bearer);
  return send(await token.value());
}

function batchEntry(request: BatchRequest, index: number): object {
  return {
    id: String(index),
    method: request.method,
    url: request.url,
    headers: {
      ...request.headers,
      prefer: prefer(request),
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(request.body !== undefined && { body: request.body }),
  };
}

function prefer(request: BatchRequest): string {
  return [immutableIds, request.headers?.prefer].filter(value => value !== undefined).join(', ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly innerError?: { readonly code?: string };
  };
}

function errorOf(status: number, body: unknown, retryAfter: string | null): GraphError {
  const error = (body as ErrorBody | null)?.error;
  const innerCode = error?.innerError?.code;
  return {
    status,
    code: error?.code ?? '',
    message: error?.message ?? '',
    retryAfter,
    ...(innerCode !== undefined && { innerCode }),
  };
}

function headerOf(headers: Readonly<Record<string, string>> | undefined, name: string): string | null {
  const entry = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return entry?.[1] ?? null;
}

function effectOf(request: BatchRequest): Effect {
  return request.method === 'GET' ? 'read' : 'write';
}

function isUnauthorized(answer: BatchAnswer): boolean {
  return !answer.ok && answer.error.status === 401 && !isMissingTodoRole(answer.error);
}
