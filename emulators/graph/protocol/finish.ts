import type { Clock } from '../store/clock.ts';
import { isErrorBody } from './error-response.ts';
import type { GraphResponse } from './exchange.ts';

const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

export interface RequestIds {
  requestId: string;
  clientRequestId: string;
}

export function requestIds(headers: Headers, newId: () => string): RequestIds {
  const requestId = newId();
  return { requestId, clientRequestId: headers.get('client-request-id') ?? requestId };
}

/** Adds what every answer has: its type, and in an error the ids by which support finds it. */
export function finishResponse(response: GraphResponse, ids: RequestIds, clock: Clock): GraphResponse {
  const { body } = response;
  if (body === undefined) return response;
  if (isErrorBody(body) && typeof body.error === 'object') {
    const innerError = {
      ...body.error.innerError,
      date: new Date(clock.now()).toISOString().slice(0, 19),
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId,
    };
    return {
      ...response,
      headers: { 'Content-Type': JSON_TYPE, ...response.headers },
      body: { error: { ...body.error, innerError } },
    };
  }
  return { ...response, headers: { 'Content-Type': JSON_TYPE, ...response.headers } };
}

/** An answer inside a batch: bodies that are not JSON are base64. */
export function finishStep(response: GraphResponse, ids: RequestIds, clock: Clock): GraphResponse {
  const finished = finishResponse(response, ids, clock);
  const { body } = finished;
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return finished;
  return { ...finished, body: Buffer.from(body as string).toString('base64') };
}
