import { SyncFailure } from '../../sync/failure.ts';
import type { RecordKind } from '../../sync/record.ts';
import type { Outcome } from '../connector.ts';
import { classify, errorFrom } from './failure.ts';
import { fieldName } from './field-names.ts';
import type { SubAnswer } from './wire.ts';

/** What a collection answers for one of its records. */
export interface RowResult {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors?: readonly object[];
}

export function rowResults(answer: SubAnswer, count: number): Outcome<RowResult>[] {
  if (!answer.ok) {
    return Array.from({ length: count }, () => answer);
  }
  const rows = answer.body as RowResult[];
  return rows.map(value => ({ ok: true, value }));
}

export function succeeded(kind: RecordKind, result: Outcome<RowResult>): Outcome<RowResult> {
  if (!result.ok || result.value.success) return result;
  const error = errorFrom(result.value.errors, 400);
  // A record deleted meanwhile is reported as a reference that does not resolve.
  const isGone = error.code === 'INVALID_CROSS_REFERENCE_KEY' && (error.fields ?? []).length === 0;
  return {
    ok: false,
    failure: classify(isGone ? { ...error, code: 'ENTITY_IS_DELETED' } : error, 'write', fieldName(kind)),
  };
}

export function createdIds(results: readonly Outcome<RowResult>[]): string[] {
  return results.flatMap(result =>
    result.ok && result.value.success && result.value.id ? [result.value.id] : [],
  );
}

/** `madeId`: what a create made. */
export function notReadBack(madeId?: string): Outcome<never> {
  return {
    ok: false,
    failure: new SyncFailure('transient', 'the record was saved but could not be read back', {
      native: 'NotReadBack',
      maybeApplied: true,
      ...(madeId !== undefined && { madeId }),
    }),
  };
}
