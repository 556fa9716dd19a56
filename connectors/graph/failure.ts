import { type FailureFacts, type FailureKind, SyncFailure } from '../../sync/failure.ts';

/** An error of Graph, alone or as one answer inside a batch. */
export interface GraphError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** What the service behind it said, where it has words of its own: To Do answers so. */
  readonly innerCode?: string;
  /** As in the Retry-After header: seconds, also fractions. */
  readonly retryAfter?: string | null;
}

/** Whether the request could have changed something: only then can a lost answer hide an effect. */
export type Effect = 'read' | 'write';

/** Used where the server names no time itself. */
const defaultPauseMs = 10_000;

/** Codes that decide whatever the status is (they were seen with several). Lower case. */
const kindByCode: Readonly<Record<string, FailureKind>> = {
  mailboxnotenabledforrestapi: 'gone',
  errorinvaliduser: 'gone',
  errornonexistentmailbox: 'gone',
  resourcenotfound: 'gone',
  request_resourcenotfound: 'gone',
  erroritemnotfound: 'gone',
  errorquotaexceeded: 'quota',
  errorfolderexists: 'duplicate',
  errorirresolvableconflict: 'conflict',
  errorserverbusy: 'throttled',
  missinginbatch: 'transient',
  applicationthrottled: 'throttled',
  toomanyrequests: 'throttled',
  errorcorruptdata: 'permanent',
  errorinvalidurlquery: 'permanent',
  inefficientfilter: 'permanent',
};

const kindByStatus: Readonly<Record<number, FailureKind>> = {
  400: 'validation',
  401: 'auth',
  403: 'forbidden',
  404: 'gone',
  405: 'permanent',
  409: 'duplicate',
  410: 'gone',
  412: 'conflict',
  413: 'validation',
  422: 'validation',
  423: 'locked',
  424: 'transient',
  429: 'throttled',
  503: 'throttled',
  507: 'quota',
};

/** What the owner of a record or of an item can do. */
const fixByCode: Readonly<Record<string, string>> = {
  erroroccurrencecrossingboundary:
    'Move the occurrence to a time between the one before it and the one after it, or change the series in Outlook.',
  errorpropertyvalidationfailure: 'Correct the values that the message names, above all start and end.',
  errorinvalidrecipients: 'Correct the addresses of those who take part.',
  timezonenotsupportedexception:
    'Set the time zone of the mailbox or of the CRM user to one that Outlook offers.',
};

const fixByKind: Partial<Record<FailureKind, string>> = {
  auth: 'Renew the credentials of the connection and run its test.',
  forbidden: 'Run the test of the connection: it names the missing permission and who can grant it.',
  quota: 'Make room in the mailbox or raise its quota.',
  validation: 'Correct the values that the message names in the CRM or in Outlook.',
};

/** The mailbox itself is missing, not an item in it. */
const mailboxCodes = new Set([
  'mailboxnotenabledforrestapi',
  'errorinvaliduser',
  'errornonexistentmailbox',
  'resourcenotfound',
  'request_resourcenotfound',
]);

export function isMailboxMissing(error: GraphError): boolean {
  return error.status === 404 && mailboxCodes.has(error.code.toLowerCase());
}

/** The one place where answers of Graph become failures. */
export function classify(error: GraphError, effect: Effect): SyncFailure {
  const kind = kindOf(error);
  const facts: FailureFacts = { native: nativeCode(error) || String(error.status) };
  if (kind === 'throttled') facts.retryAfterMs = retryAfterMs(error.retryAfter) ?? defaultPauseMs;
  if (hidesEffect(kind, error) && effect === 'write') facts.maybeApplied = true;
  const fix = isMailboxMissing(error)
    ? 'Check the address, and that the mailbox is active and in Exchange Online.'
    : (fixByCode[nativeCode(error).toLowerCase()] ?? fixByKind[kind]);
  if (fix !== undefined) facts.fix = fix;
  return new SyncFailure(kind, error.message || `Graph answered ${error.status} ${error.code}`.trim(), facts);
}

function kindOf(error: GraphError): FailureKind {
  if (isMissingTodoRole(error)) return 'forbidden';
  return kindByCode[error.code.toLowerCase()] ?? kindByStatus[error.status] ?? kindOfOther(error.status);
}

function nativeCode({ code, innerCode }: GraphError): string {
  return code === 'invalidRequest' && innerCode !== undefined ? innerCode : code;
}

/** Without the role To Do says that it does not know the caller, whose credential is as good as before. */
export function isMissingTodoRole({ status, code }: GraphError): boolean {
  return status === 401 && code === 'UnknownError';
}

/** A task that is in another list, if its id stays when it moves. */
export function isElsewhere({ innerCode }: GraphError): boolean {
  return innerCode === 'ParentFolderDoesNotContainTaskWithGivenId';
}

/** A gateway's 5xx tells nothing of what the server behind it did, and a busy server's (503) no more than that. */
function hidesEffect(kind: FailureKind, { status }: GraphError): boolean {
  return status >= 500 && (kind === 'transient' || kind === 'throttled');
}

function kindOfOther(status: number): FailureKind {
  return status >= 500 ? 'transient' : 'permanent';
}

export function retryAfterMs(value: string | null | undefined): number | null {
  if (value == null || value === '') return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1000));
  return null;
}

/** The delta token is no longer known: enumerate again (delta query overview, "Synchronization reset"). */
export function isDeltaExpired(error: GraphError): boolean {
  return (
    error.status === 410 ||
    ['syncstatenotfound', 'syncstateinvalid', 'resyncrequired'].includes(error.code.toLowerCase())
  );
}
