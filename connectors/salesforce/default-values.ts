import { SyncFailure } from '../../sync/failure.ts';
import type { RecordDraft } from '../archive.ts';
import type { DescribedColumn, DescribedShape } from './shape.ts';

const dayMs = 86_400_000;

export type Value = string | number | boolean;
export type Values = { readonly [column: string]: Value };

/** The policy's defaults as values of the columns; for Salesforce, names of columns have no case. */
export function defaultValues(
  defaults: RecordDraft['defaults'],
  object: string,
  shape: DescribedShape,
  nowMs: number,
): Values {
  const columns = new Map([...shape.columns.keys()].map(name => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(defaults).map(([named, written]) => {
      const name = columns.get(named.toLowerCase()) ?? named;
      const column = shape.columns.get(name);
      if (!column?.isCreateable)
        throw refusal(named, `${object} has no field ${named} that the user may set`);
      const value = valueFor(column, written, nowMs);
      if (value === null) throw refusal(name, `${object}.${name} takes ${takenBy(column)}, not "${written}"`);
      return [name, value];
    }),
  );
}

const numeric: ReadonlySet<string> = new Set(['int', 'double', 'currency', 'percent']);
const daysFromToday = /^today(?:\s*\+\s*(\d{1,4}))?$/i;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Null for what the column cannot hold: sent, it would fail the whole request, and with it the records of others. */
function valueFor({ type }: DescribedColumn, given: Value, nowMs: number): Value | null {
  const written = String(given).trim();
  if (type === 'boolean') return /^(true|false)$/i.test(written) ? written.toLowerCase() === 'true' : null;
  if (numeric.has(type)) return written !== '' && Number.isFinite(Number(written)) ? Number(written) : null;
  return type === 'date' ? dayFor(written, nowMs) : written;
}

function dayFor(written: string, nowMs: number): string | null {
  const relative = daysFromToday.exec(written);
  if (relative !== null) return dayAfter(nowMs, Number(relative[1] ?? 0));
  return dayPattern.test(written) && !Number.isNaN(Date.parse(written)) ? written : null;
}

export function dayAfter(nowMs: number, days: number): string {
  return new Date(nowMs + days * dayMs).toISOString().slice(0, 'yyyy-MM-dd'.length);
}

function takenBy({ type }: DescribedColumn): string {
  if (type === 'date') return 'a day as yyyy-MM-dd, or today+30';
  return type === 'boolean' ? 'true or false' : 'a number';
}

function refusal(field: string, message: string): SyncFailure {
  return new SyncFailure('validation', message, {
    native: 'UnusableDefault',
    fields: [field],
    fix: `Correct or remove ${field} in the policy's defaults for this module.`,
  });
}
