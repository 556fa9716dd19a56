import { type FailureFacts, type FailureKind, SyncFailure } from '../../sync/failure.ts';
import { canonicalId } from './record-id.ts';

/** An error of Salesforce: of a request, of a sub-request or of one row of a collection. */
export interface SalesforceError {
  readonly code: string;
  readonly message: string;
  /** By the API names of the CRM. */
  readonly fields?: readonly string[];
  readonly duplicateResult?: unknown;
}
export type Effect = 'read' | 'write';

const kindByCode: Readonly<Record<string, FailureKind>> = {
  INVALID_SESSION_ID: 'auth',
  INVALID_AUTH_HEADER: 'auth',
  ERROR_HTTP_401: 'auth',
  API_DISABLED_FOR_ORG: 'auth',
  API_CURRENTLY_DISABLED: 'auth',
  REQUEST_LIMIT_EXCEEDED: 'quota',
  STORAGE_LIMIT_EXCEEDED: 'quota',
  INSUFFICIENT_ACCESS: 'forbidden',
  INSUFFICIENT_ACCESS_OR_READONLY: 'forbidden',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'forbidden',
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 'validation',
  CANNOT_UPDATE_CONVERTED_LEAD: 'forbidden',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'forbidden',
  FIELD_INTEGRITY_EXCEPTION: 'validation',
  FIELD_CUSTOM_VALIDATION_EXCEPTION: 'validation',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'validation',
  REQUIRED_FIELD_MISSING: 'validation',
  INVALID_EMAIL_ADDRESS: 'validation',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'validation',
  INVALID_CROSS_REFERENCE_KEY: 'validation',
  STRING_TOO_LONG: 'validation',
  NUMBER_OUTSIDE_VALID_RANGE: 'validation',
  JSON_PARSER_ERROR: 'validation',
  INVALID_TYPE_ON_FIELD_IN_RECORD: 'validation',
  DUPLICATES_DETECTED: 'duplicate',
  DUPLICATE_VALUE: 'duplicate',
  ENTITY_IS_DELETED: 'gone',
  NOT_FOUND: 'gone',
  MALFORMED_ID: 'gone',
  UNABLE_TO_LOCK_ROW: 'locked',
  INVALID_FIELD: 'schema',
  INVALID_TYPE: 'schema',
  INVALID_TYPE_FOR_OPERATION: 'schema',
  INSUFFICIENT_FIELD_ACCESS: 'schema',
  SERVER_UNAVAILABLE: 'throttled',
  ERROR_HTTP_503: 'throttled',
  UNKNOWN_EXCEPTION: 'transient',
  QUERY_TIMEOUT: 'transient',
  REQUEST_RUNNING_TOO_LONG: 'transient',
  EXCEEDED_MAX_SEMAPHORE: 'throttled',
  TXN_SECURITY_METERING_ERROR: 'throttled',
  ERROR_HTTP_420: 'transient',
  ERROR_HTTP_429: 'throttled',
};

const fixByKind: Partial<Record<FailureKind, string>> = {
  auth: 'Renew the credentials of the connection and run its test.',
  forbidden: 'Give the user edit access to the record, its fields and what it refers to.',
  quota: "Wait for the org's allowance of the last 24 hours, or raise it with Salesforce.",
  schema: 'Give the reading user access to the object and its fields, or run the test of the connection.',
  validation: 'Correct the value named in the message, in the mailbox or in the CRM.',
  duplicate: 'Merge the records in the CRM, or link the item to the record that is there.',
};

/** Salesforce names no time after a refusal. */
const defaultPauseMs = 30_000;

/** The one place where answers of Salesforce become failures; `nameOf` turns API names into ours. */
export function classify(
  error: SalesforceError,
  effect: Effect,
  nameOf: (column: string) => string = column => column,
): SyncFailure {
  const kind = kindByCode[error.code] ?? kindOfOther(error.code);
  const facts: FailureFacts = { native: error.code };
  if (kind === 'throttled') facts.retryAfterMs = defaultPauseMs;
  if (effect === 'write' && (kind === 'transient' || isUnavailable(error))) facts.maybeApplied = true;
  if (error.fields !== undefined && error.fields.length > 0) facts.fields = error.fields.map(nameOf);
  const matches = duplicateIds(error);
  if (matches.length > 0) facts.matches = matches;
  const fix = fixByKind[kind];
  if (fix !== undefined) facts.fix = fix;
  return new SyncFailure(kind, messageOf(error), facts);
}

/** A 503 comes from before the server or from the middle of its work; which of the two, it does not tell. */
function isUnavailable({ code }: SalesforceError): boolean {
  return code === 'SERVER_UNAVAILABLE' || code === 'ERROR_HTTP_503';
}

function kindOfOther(code: string): FailureKind {
  return /^ERROR_HTTP_5\d\d$/.test(code) ? 'transient' : 'permanent';
}

function messageOf(error: SalesforceError): string {
  if (error.code.startsWith('ERROR_HTTP_'))
    return `Salesforce answered ${error.code.slice('ERROR_HTTP_'.length)}`;
  return error.message || error.code;
}

/** Duplicate rules list the records they found; a unique field names the one in its text. */
function duplicateIds(error: SalesforceError): string[] {
  const { matchResults = [] } = (error.duplicateResult ?? {}) as {
    matchResults?: { matchRecords?: { record?: { Id?: string } }[] }[];
  };
  const listed = matchResults.flatMap(result => result.matchRecords ?? []).map(match => match.record?.Id);
  const named =
    error.code === 'DUPLICATE_VALUE' ? /with id: (\w{15,18})/.exec(error.message)?.[1] : undefined;
  return [...new Set([...listed, named].filter(id => id !== undefined).map(canonicalId))];
}

/** Errors of a request as they arrive in a body: a list of `errorCode`, in collections of `statusCode`. */
export function errorFrom(body: unknown, status: number): SalesforceError {
  const first = (Array.isArray(body) ? body[0] : body) as
    | {
        errorCode?: string;
        statusCode?: string;
        message?: string;
        fields?: string[];
        duplicateResult?: unknown;
      }
    | null
    | undefined;
  return {
    code: first?.errorCode ?? first?.statusCode ?? `ERROR_HTTP_${status}`,
    message: first?.message ?? '',
    ...(first?.fields !== undefined && { fields: first.fields }),
    ...(first?.duplicateResult !== undefined && { duplicateResult: first.duplicateResult }),
  };
}

/** Refusals of the token endpoint. `person` is the user whom the token would be for. */
export function classifySignIn(error: string, description: string, person: 'reader' | 'user'): SyncFailure {
  const message = `Salesforce refuses the sign-in: ${description || error}`;
  if (error === 'ERROR_HTTP_503')
    return new SyncFailure('throttled', message, { native: error, retryAfterMs: defaultPauseMs });
  if (/^ERROR_HTTP_5/.test(error)) return new SyncFailure('transient', message, { native: error });
  // A bad signature is the connection's matter, whoever it is for; the rest of these refusals is the user's.
  if (person === 'user' && error === 'invalid_grant' && !/invalid assertion/i.test(description)) {
    return new SyncFailure('forbidden', message, {
      native: error,
      fix: 'Let an administrator pre-authorise the user for the External Client App, and check that the user is active.',
    });
  }
  return new SyncFailure('auth', message, {
    native: error,
    fix: 'Check consumer key, key or secret and username of the connection, and that the app is pre-authorised.',
  });
}
