import { PassThrough } from 'node:stream';
import { Transport } from 'jsforce/lib/transport.js';
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/index.js';
import { StreamPromise } from 'jsforce/lib/util/promise.js';
import type { Http } from '../http.ts';

/** jsforce over our own way out: its transport repeats requests, follows redirects with the token and waits 30 minutes. */
export class BoundedTransport extends Transport {
  readonly #http: Http;
  readonly #onAnswer: (status: number, headers: Readonly<Record<string, string>>) => void;

  constructor(http: Http, onAnswer: (status: number, headers: Readonly<Record<string, string>>) => void) {
    super();
    this.#http = http;
    this.#onAnswer = onAnswer;
  }

  override httpRequest(request: HttpRequest): StreamPromise<HttpResponse> {
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise: this.#exchange(request) }));
  }

  async #exchange(request: HttpRequest): Promise<HttpResponse> {
    const { 'content-length': _, ...headers } = request.headers ?? {};
    const answer = await this.#http({
      method: request.method,
      url: request.url,
      headers: { accept: 'application/json', ...headers },
      ...(request.body != null && { body: String(request.body) }),
    });
    this.#onAnswer(answer.status, answer.headers);
    return { statusCode: answer.status, headers: { ...answer.headers }, body: answer.body };
  }
}
