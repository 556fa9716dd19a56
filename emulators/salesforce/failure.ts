/** One entry of an error body. `details` are further keys that some codes carry (duplicateResult). */
export interface ErrorEntry {
  readonly errorCode: string;
  readonly message: string;
  readonly fields?: readonly string[];
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What the API answers instead of a result: a status and the entries of the error body. */
export class Failure extends Error {
  readonly status: number;
  readonly entries: readonly ErrorEntry[];

  constructor(status: number, entries: readonly ErrorEntry[]) {
    super(entries.map(entry => `${entry.errorCode}: ${entry.message}`).join('; '));
    this.name = 'Failure';
    this.status = status;
    this.entries = entries;
  }
}

/** Codes whose status is not 400. */
const STATUS: Readonly<Record<string, number>> = {
  ENTITY_IS_DELETED: 404,
  GONE: 410,
  INSUFFICIENT_ACCESS_OR_READONLY: 403,
  INVALID_SESSION_ID: 401,
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  PRECONDITION_FAILED: 412,
  REQUEST_LIMIT_EXCEEDED: 403,
  SERVER_UNAVAILABLE: 503,
  STORAGE_LIMIT_EXCEEDED: 403,
  UNKNOWN_EXCEPTION: 500,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

export const statusOfCode = (errorCode: string): number => STATUS[errorCode] ?? 400;

export function failure(errorCode: string, message: string, fields?: readonly string[]): Failure {
  return new Failure(statusOfCode(errorCode), [{ errorCode, message, ...(fields ? { fields } : {}) }]);
}

export const notFound = (): Failure => failure('NOT_FOUND', 'The requested resource does not exist');
export const entityIsDeleted = (): Failure => failure('ENTITY_IS_DELETED', 'entity is deleted', []);
export const insufficientAccess = (): Failure =>
  failure('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id', []);
export const invalidSession = (): Failure => failure('INVALID_SESSION_ID', 'Session expired or invalid');
export const jsonParserError = (message: string): Failure => failure('JSON_PARSER_ERROR', message);

/** The body of a single-record answer. */
export function errorBody(entries: readonly ErrorEntry[]): object[] {
  return entries.map(({ errorCode, message, fields, details }) => ({
    ...details,
    message,
    errorCode,
    ...(fields ? { fields } : {}),
  }));
}

/** The same inside a collection's result: there the code is called `statusCode` and `fields` is always there. */
export function itemErrors(entries: readonly ErrorEntry[]): object[] {
  return entries.map(({ errorCode, message, fields = [], details }) => ({
    ...details,
    statusCode: errorCode,
    message,
    fields,
  }));
}
