import type { FunctionExp } from '@jetstreamapp/soql-parser-js';
import type { Field } from '../schema/types.ts';
import type { Value } from '../store/row.ts';
import { malformed } from './malformed.ts';
import { type Column, resolve, type Scope } from './scope.ts';

interface DateFunction {
  readonly type: string;
  of(date: Date): Value;
}

const numeric = (of: (date: Date) => number): DateFunction => ({ type: 'int', of });

/** Functions over dates, in UTC. */
const DATE_FUNCTIONS: Readonly<Record<string, DateFunction>> = {
  CALENDAR_YEAR: numeric(date => date.getUTCFullYear()),
  CALENDAR_QUARTER: numeric(date => Math.floor(date.getUTCMonth() / 3) + 1),
  CALENDAR_MONTH: numeric(date => date.getUTCMonth() + 1),
  DAY_IN_MONTH: numeric(date => date.getUTCDate()),
  DAY_IN_WEEK: numeric(date => date.getUTCDay() + 1),
  HOUR_IN_DAY: numeric(date => date.getUTCHours()),
  DAY_ONLY: { type: 'date', of: date => date.toISOString().slice(0, 10) },
};
const UNCHANGED = new Set(['FORMAT', 'CONVERTCURRENCY', 'CONVERTTIMEZONE']);

/** A function call in the place of a field. */
export function functionColumn(scope: Scope, call: FunctionExp): Column {
  const name = (call.functionName ?? '').toUpperCase();
  const [parameter] = call.parameters ?? [];
  if (typeof parameter !== 'string') {
    if (parameter === undefined) throw malformed(`unexpected token: '${call.rawValue ?? name}'`);
    const inner = functionColumn(scope, parameter);
    return UNCHANGED.has(name) ? inner : applied(name, inner);
  }
  const column = resolve(scope, parameter);
  return UNCHANGED.has(name) ? column : applied(name, column);
}

function labelled(column: Column): Column {
  const labels = new Map(column.field.picklist.map(entry => [entry.value, entry.label]));
  return {
    ...column,
    value(row) {
      const value = column.value(row);
      return typeof value === 'string' ? (labels.get(value) ?? value) : value;
    },
  };
}

function applied(name: string, column: Column): Column {
  if (name === 'TOLABEL') return labelled(column);
  const dateFunction = DATE_FUNCTIONS[name];
  if (dateFunction === undefined) throw malformed(`unexpected token: '${name}'`);
  const field: Field = { ...column.field, type: dateFunction.type };
  return {
    ...column,
    field,
    value(row) {
      const value = column.value(row);
      return typeof value === 'string' ? dateFunction.of(new Date(value.replace('+0000', 'Z'))) : null;
    },
  };
}
