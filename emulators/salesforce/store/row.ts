export type Value = string | number | boolean | null;

/** A record as stored: never changed in place, so whoever holds one has a snapshot. Absent is null. */
export interface Row {
  readonly Id: string;
  readonly [field: string]: Value | undefined;
}

export function text(row: Row, field: string): string | null {
  const value = row[field];
  return typeof value === 'string' ? value : null;
}
