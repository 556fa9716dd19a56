import { describe, expect, it } from 'vitest';
import { classify as classifyGraph, isDeltaExpired } from '../../connectors/graph/failure.ts';
import {
  classify as classifySalesforce,
  classifySignIn,
  errorFrom,
} from '../../connectors/salesforce/failure.ts';

describe('answers of Microsoft Graph', () => {
  it.each([
    [400, 'ErrorPropertyValidationFailure', 'validation'],
    [400, 'RequestBodyRead', 'validation'],
    [400, 'ErrorInvalidUrlQuery', 'permanent'],
    [401, 'InvalidAuthenticationToken', 'auth'],
    [403, 'ErrorAccessDenied', 'forbidden'],
    [403, 'ErrorQuotaExceeded', 'quota'],
    [404, 'ErrorItemNotFound', 'gone'],
    [404, 'MailboxNotEnabledForRESTAPI', 'gone'],
    [405, '', 'permanent'],
    [409, 'ErrorFolderExists', 'duplicate'],
    [410, 'SyncStateNotFound', 'gone'],
    [412, 'ErrorIrresolvableConflict', 'conflict'],
    [413, '', 'validation'],
    [424, '', 'transient'],
    [429, 'ApplicationThrottled', 'throttled'],
    [500, 'ErrorInternalServerError', 'transient'],
    [500, 'ErrorCorruptData', 'permanent'],
    [502, '', 'transient'],
    [503, 'ErrorServerBusy', 'throttled'],
    [503, 'serviceNotAvailable', 'throttled'],
    [503, 'MissingInBatch', 'transient'],
    [504, 'UnknownError', 'transient'],
    [507, 'ErrorQuotaExceeded', 'quota'],
  ])('%i %s is %s', (status, code, kind) => {
    expect(classifyGraph({ status, code, message: '' }, 'read')).toMatchObject({ kind });
  });

  it('waits as long as it is told, in whole milliseconds', () => {
    const throttled = { status: 429, code: 'TooManyRequests', message: '', retryAfter: '2.128' };
    expect(classifyGraph(throttled, 'read').retryAfterMs).toBe(2128);
    expect(classifyGraph({ ...throttled, retryAfter: null }, 'read').retryAfterMs).toBeGreaterThan(0);
  });

  it.each([500, 502, 503, 504])(
    'tells apart a failed read and a write that may have taken effect, %i',
    status => {
      const error = { status, code: '', message: '' };
      expect(classifyGraph(error, 'write').maybeApplied).toBe(true);
      expect(classifyGraph(error, 'read').maybeApplied).toBeUndefined();
    },
  );

  it('believes a refusal to be one', () => {
    expect(classifyGraph({ status: 429, code: '', message: '' }, 'write').maybeApplied).toBeUndefined();
  });

  it.each(['SyncStateNotFound', 'syncStateInvalid', 'RESYNCREQUIRED'])('starts over after %s', code => {
    expect(isDeltaExpired({ status: 400, code, message: '' })).toBe(true);
  });
});

describe('answers of Salesforce', () => {
  it.each([
    ['INVALID_SESSION_ID', 'auth'],
    ['REQUEST_LIMIT_EXCEEDED', 'quota'],
    ['STORAGE_LIMIT_EXCEEDED', 'quota'],
    ['MALFORMED_QUERY', 'permanent'],
    ['INVALID_FIELD', 'schema'],
    ['INVALID_TYPE', 'schema'],
    ['ENTITY_IS_DELETED', 'gone'],
    ['NOT_FOUND', 'gone'],
    ['UNABLE_TO_LOCK_ROW', 'locked'],
    ['REQUIRED_FIELD_MISSING', 'validation'],
    ['INVALID_EMAIL_ADDRESS', 'validation'],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'validation'],
    ['STRING_TOO_LONG', 'validation'],
    ['DUPLICATES_DETECTED', 'duplicate'],
    ['DUPLICATE_VALUE', 'duplicate'],
    ['INSUFFICIENT_ACCESS_OR_READONLY', 'forbidden'],
    ['CANNOT_UPDATE_CONVERTED_LEAD', 'forbidden'],
    ['SERVER_UNAVAILABLE', 'throttled'],
    ['ERROR_HTTP_503', 'throttled'],
    ['ERROR_HTTP_502', 'transient'],
    ['ERROR_HTTP_429', 'throttled'],
    ['SOMETHING_NEW', 'permanent'],
  ])('%s is %s', (code, kind) => {
    expect(classifySalesforce({ code, message: '' }, 'read')).toMatchObject({ kind, native: code });
  });

  it.each([
    ['ERROR_HTTP_502', true],
    ['ERROR_HTTP_503', true],
    ['SERVER_UNAVAILABLE', true],
    ['ERROR_HTTP_429', undefined],
    ['REQUEST_LIMIT_EXCEEDED', undefined],
  ])('whether a write may have taken effect after %s: %s', (code, maybeApplied) => {
    expect(classifySalesforce({ code, message: '' }, 'write').maybeApplied).toBe(maybeApplied);
    expect(classifySalesforce({ code, message: '' }, 'read').maybeApplied).toBeUndefined();
  });

  it('names the records that a duplicate rule found', () => {
    const body = [
      {
        errorCode: 'DUPLICATES_DETECTED',
        message: 'Use one of these records?',
        duplicateResult: {
          matchResults: [{ matchRecords: [{ record: { Id: '003A' } }, { record: { Id: '003B' } }] }],
        },
      },
    ];
    expect(classifySalesforce(errorFrom(body, 400), 'write').matches).toEqual(['003A', '003B']);
  });

  it.each([
    ['003000000000001', '003000000000001AAA'],
    ['001D000000IqhSL', '001D000000IqhSLIAZ'],
  ])('names the record %s that holds a unique value by its whole id', (short, whole) => {
    const message = `duplicate value found: Tandem_Key__c duplicates value on record with id: ${short}`;
    expect(classifySalesforce({ code: 'DUPLICATE_VALUE', message }, 'write').matches).toEqual([whole]);
  });

  it('tells apart a connection that is refused and a user who is', () => {
    expect(classifySignIn('invalid_grant', "user hasn't approved this consumer", 'user').kind).toBe(
      'forbidden',
    );
    expect(classifySignIn('invalid_grant', "user hasn't approved this consumer", 'reader').kind).toBe('auth');
    expect(classifySignIn('invalid_client_id', 'client identifier invalid', 'user').kind).toBe('auth');
    expect(classifySignIn('invalid_grant', 'invalid assertion', 'user').kind).toBe('auth');
    expect(classifySignIn('ERROR_HTTP_502', '', 'reader').kind).toBe('transient');
    expect(classifySignIn('ERROR_HTTP_503', '', 'reader').kind).toBe('throttled');
  });
});
