/** By field, as users see them; null is empty. */
export type Values = Readonly<Record<string, string | null>>;

/** An appointment or a task on one side: the first word of its subject says which it is. */
export interface Thing {
  readonly id: string;
  readonly name: string;
  readonly values: Values;
}

export interface Item extends Thing {
  readonly categories: readonly string[];
  readonly createdAtMs: number;
  /** What a server keeps as one: an occurrence is a part of its series. */
  readonly storedId: string;
  /** Where new items count. */
  readonly isSynced: boolean;
  /** Null: no product made it. */
  readonly key: string | null;
}

export interface CrmThing extends Thing {
  readonly module: ActivityModule;
  readonly ownerId: string;
  /** There is nothing left to do: it does not come into a mailbox any more. */
  readonly isClosed: boolean;
}

export type ActivityModule = 'appointments' | 'calls' | 'tasks';

/** The first word of a subject; calling off a meeting puts one before it. */
export function nameIn(subject: string | null): string {
  return /^(?:Canceled: )?(\w+)/.exec(subject ?? '')?.[1] ?? '';
}

export function inWords(values: Values): string {
  return Object.entries(values)
    .map(([field, value]) => `${field} ${value ?? 'nothing'}`)
    .join(', ');
}
