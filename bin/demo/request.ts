const ANSWER_WITHIN_MS = 30_000;

type Sent = { readonly token?: string; readonly body?: unknown; readonly idempotencyKey?: string };

export class RefusedRequest extends Error {
  readonly status: number;

  constructor(what: string, status: number, answer: string) {
    super(`The demo company could not be set up: ${what} answered ${status}: ${answer}`);
    this.name = 'RefusedRequest';
    this.status = status;
  }
}

/** One JSON request; answers its JSON, or throws with what the server said. */
export async function request(method: string, url: string, sent: Sent = {}): Promise<unknown> {
  const { token, body, idempotencyKey } = sent;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new RefusedRequest(`${method} ${url}`, response.status, text);
  return text === '' ? undefined : JSON.parse(text);
}
