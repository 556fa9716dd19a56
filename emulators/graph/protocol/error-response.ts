import type { Fault } from '../control/faults.ts';
import { GraphError } from './errors.ts';
import type { GraphResponse } from './exchange.ts';

/** An error before its request ids are known: these are added where the answer leaves. */
export interface ErrorBody {
  error: { code: string; message: string; innerError?: Record<string, string> };
}

export const isErrorBody = (body: unknown): body is ErrorBody =>
  typeof body === 'object' && body !== null && 'error' in body;

export function errorResponse(error: unknown): GraphResponse {
  if (error instanceof GraphError) {
    const { status, code, message, headers, innerCode } = error;
    return body(status, code, message, headers, innerCode);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return body(500, 'ErrorInternalServerError', 'An internal server error occurred. The operation failed.');
}

function body(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
  innerCode?: string,
): GraphResponse {
  const innerError = innerCode === undefined ? {} : { innerError: { code: innerCode } };
  return { status, headers, body: { error: { code, message, ...innerError } } };
}

/** What the service says with a status when nobody told otherwise. */
const FAULT_ERRORS: Record<number, [code: string, message: string]> = {
  400: ['ErrorInvalidRequest', 'The request is invalid.'],
  401: ['InvalidAuthenticationToken', 'Access token has expired or is not yet valid.'],
  403: ['ErrorAccessDenied', 'Access is denied. Check credentials and try again.'],
  404: ['ErrorItemNotFound', 'The specified object was not found in the store.'],
  409: ['ErrorFolderExists', 'A folder with the specified name already exists.'],
  410: [
    'SyncStateNotFound',
    'The sync state generation is not found; generation=1;[highest=12][12][10][11].',
  ],
  412: [
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  ],
  429: ['ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'],
  500: ['ErrorInternalServerError', 'An internal server error occurred. The operation failed.'],
  502: ['UnknownError', ''],
  503: ['ErrorServerBusy', 'The server cannot service this request right now. Try again later.'],
  504: ['UnknownError', ''],
  507: ['ErrorQuotaExceeded', 'The mailbox is full.'],
};

export function faultResponse(fault: Fault): GraphResponse {
  const status = fault.status ?? 503;
  const [code, message] = FAULT_ERRORS[status] ?? ['UnknownError', ''];
  const retryAfter = fault.retryAfter ?? (status === 429 ? 1 : undefined);
  return body(status, fault.code ?? code, fault.message ?? message, {
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
  });
}
