import { SyncFailure } from '../../sync/failure.ts';
import type { CrmPerson, CrmRef } from '../../sync/record.ts';
import type { CrmWrite, CrmWritten, Outcome } from '../connector.ts';
import type { CheckedAccess, Rights } from './access.ts';
import { createdIds, notReadBack, type RowResult, rowResults, succeeded } from './collection.ts';
import { personOf, recordOf, selectOf, touchesBusinessAddress, withAdoptedAddress } from './mapping.ts';
import { type People, selectByIds } from './people.ts';
import type { UserSchema } from './schema.ts';
import { objectOf, type PersonKind, type Shapes } from './shape.ts';
import { chunks } from './soql.ts';
import {
  queryRequest,
  type Row,
  rowsOf,
  type SalesforceWire,
  type SubAnswer,
  type Subrequest,
} from './wire.ts';

/** A collection takes 200 records. */
export const recordsPerCollection = 200;
const personKinds: readonly PersonKind[] = ['contact', 'lead'];
const rightsSource = 'UserRecordAccess';
/** Owners are decided by us, not by the assignment rules for leads. */
const writeHeaders = { 'Sforce-Auto-Assign': 'FALSE' };

type Create = Extract<CrmWrite, { op: 'create' }>;
type Update = Extract<CrmWrite, { op: 'update' }>;
interface Prepared<T> {
  readonly operation: T;
  readonly kind: PersonKind;
  readonly record: Row;
}

/** Creates and updates of one user. Duplicate rules are respected: what they stop is a `duplicate`, never forced. */
export class Writes {
  readonly #wire: SalesforceWire;
  readonly #schema: UserSchema;
  readonly #people: People;
  readonly #access: CheckedAccess | null;

  constructor(wire: SalesforceWire, schema: UserSchema, people: People, access: CheckedAccess | null) {
    this.#wire = wire;
    this.#schema = schema;
    this.#people = people;
    this.#access = access;
  }

  /** The first call's failure is thrown; a later one's is told per item, so that what is done stays known. */
  async write(operations: readonly CrmWrite[]): Promise<Outcome<CrmWritten>[]> {
    const outcomes = new Map<CrmWrite, Outcome<CrmWritten>>();
    for (const group of chunks(operations, recordsPerCollection)) {
      try {
        await this.#writeGroup(group, outcomes);
      } catch (error) {
        if (!(error instanceof SyncFailure) || outcomes.size === 0) throw error;
        for (const operation of group) {
          if (!outcomes.has(operation)) outcomes.set(operation, { ok: false, failure: error });
        }
      }
    }
    return operations.map(operation => outcomes.get(operation)!);
  }

  async #writeGroup(group: readonly CrmWrite[], outcomes: Map<CrmWrite, Outcome<CrmWritten>>): Promise<void> {
    const updates = group.filter(operation => operation.op === 'update');
    const creates = group.filter(operation => operation.op === 'create');
    await Promise.all(byKinds(group).map(kind => this.#schema.prove(kind)));
    await this.#schema.using(async shapes => {
      const preparedUpdates = await this.#prepareUpdates(updates, shapes, outcomes);
      const preparedCreates = prepare(creates, outcomes, create => this.#created(create, shapes));
      if (preparedCreates.length > 0) await this.#create(preparedCreates, shapes, outcomes);
      if (preparedUpdates.length > 0) await this.#update(preparedUpdates, shapes, outcomes);
    });
  }

  async #prepareUpdates(
    updates: readonly Update[],
    shapes: Shapes,
    outcomes: Map<CrmWrite, Outcome<CrmWritten>>,
  ): Promise<Prepared<Update>[]> {
    const addressed = updates.filter(
      ({ ref, fields }) => ref.kind === 'contact' && touchesBusinessAddress(fields),
    );
    const rows = await this.#people.rows(
      'contact',
      addressed.map(({ ref }) => ref.id),
    );
    const rowById = new Map(rows.map(row => [String(row.Id), row]));
    const rights = await this.#access?.rights(updates.map(({ ref }) => ref.id));
    return prepare(updates, outcomes, ({ ref, fields }) => {
      if (rights !== undefined) requireEditable(rights.get(ref.id));
      const kind = personKindOf(ref);
      const before = touchesBusinessAddress(fields) ? rowById.get(ref.id) : undefined;
      const complete = before === undefined ? fields : withAdoptedAddress(fields, before);
      const attributes = { type: objectOf[kind] };
      return { kind, record: { attributes, id: ref.id, ...recordOf(kind, complete, shapes[kind]) } };
    });
  }

  #created({ kind, key, fields, accountId }: Create, shapes: Shapes): { kind: PersonKind; record: Row } {
    const { keyColumn } = shapes[kind];
    const record = {
      attributes: { type: objectOf[kind] },
      ...recordOf(kind, fields, shapes[kind]),
      ...(keyColumn !== null && { [keyColumn]: key }),
      ...(kind === 'contact' && accountId != null && { AccountId: accountId }),
      ...(this.#access !== null && { OwnerId: this.#access.userId }),
    };
    return { kind, record };
  }

  /** Upsert by key, or insert where there is no field for it; then read back what the CRM made of it. */
  async #create(
    prepared: readonly Prepared<Create>[],
    shapes: Shapes,
    outcomes: Map<CrmWrite, Outcome<CrmWritten>>,
  ): Promise<void> {
    const groups = byKindOf(prepared);
    const requests = groups.map(({ kind, entries }) => createRequest(kind, entries, shapes));
    const answers = await this.#wire.composite(requests, 'write');
    const results = groups.map(({ entries }, index) => rowResults(answers[index]!, entries.length));
    const created = groups.flatMap(({ kind }, index) =>
      createdIds(results[index]!).map(id => ({ kind, id })),
    );
    const people = await this.#readBack(created);
    groups.forEach(({ kind, entries }, index) => {
      entries.forEach(({ operation }, position) => {
        outcomes.set(operation, createOutcome(kind, results[index]![position]!, people));
      });
    });
  }

  /** A failure here is not one of the write: those who are not read back have an open outcome. */
  async #readBack(refs: readonly CrmRef[]): Promise<Map<string, CrmPerson>> {
    try {
      const results = await this.#people.read(refs);
      return new Map(
        results.flatMap(result => (result.type === 'present' ? [[result.person.ref.id, result.person]] : [])),
      );
    } catch (error) {
      if (error instanceof SyncFailure) return new Map();
      throw error;
    }
  }

  /** Query, update, query: what is overwritten and what the CRM made of it are known with one call. */
  async #update(
    prepared: readonly Prepared<Update>[],
    shapes: Shapes,
    outcomes: Map<CrmWrite, Outcome<CrmWritten>>,
  ): Promise<void> {
    const groups = byKindOf(prepared);
    const reads = groups.map(({ kind, entries }) => {
      const ids = entries.map(entry => entry.operation.ref.id);
      return queryRequest(selectByIds(kind, selectOf(kind, shapes[kind]), ids));
    });
    const entries = groups.flatMap(group => group.entries);
    const patch: Subrequest = {
      method: 'PATCH',
      url: '/composite/sobjects',
      body: { allOrNone: false, records: entries.map(entry => entry.record) },
      headers: writeHeaders,
    };
    const answers = await this.#wire.composite([...reads, patch, ...reads], 'write');
    const results = rowResults(answers[reads.length]!, entries.length);
    const peopleIn = (first: number) =>
      new Map(groups.flatMap(({ kind }, index) => peopleOf(kind, answers[first + index]!)));
    const before = peopleIn(0);
    const after = peopleIn(reads.length + 1);
    entries.forEach(({ operation, kind }, index) => {
      outcomes.set(operation, updateOutcome(operation, kind, results[index]!, before, after));
    });
  }
}

function byKinds(operations: readonly CrmWrite[]): PersonKind[] {
  const kinds = operations.map(operation =>
    operation.op === 'create' ? operation.kind : operation.ref.kind,
  );
  return personKinds.filter(kind => kinds.includes(kind));
}

function byKindOf<T>(prepared: readonly Prepared<T>[]): { kind: PersonKind; entries: Prepared<T>[] }[] {
  const groups = personKinds.map(kind => ({ kind, entries: prepared.filter(entry => entry.kind === kind) }));
  return groups.filter(({ entries }) => entries.length > 0);
}

function createRequest(kind: PersonKind, entries: readonly Prepared<Create>[], shapes: Shapes): Subrequest {
  const { keyColumn } = shapes[kind];
  const collection = '/composite/sobjects';
  return {
    method: keyColumn === null ? 'POST' : 'PATCH',
    url: keyColumn === null ? collection : `${collection}/${objectOf[kind]}/${keyColumn}`,
    body: { allOrNone: false, records: entries.map(entry => entry.record) },
    headers: writeHeaders,
  };
}

function createOutcome(
  kind: PersonKind,
  rawResult: Outcome<RowResult>,
  people: ReadonlyMap<string, CrmPerson>,
): Outcome<CrmWritten> {
  const result = succeeded(kind, rawResult);
  if (!result.ok) return result;
  const after = people.get(result.value.id ?? '');
  if (after === undefined) return notReadBack();
  return { ok: true, value: { ref: after.ref, after, existed: result.value.created === false } };
}

function updateOutcome(
  { ref }: Update,
  kind: PersonKind,
  rawResult: Outcome<RowResult>,
  before: ReadonlyMap<string, CrmPerson>,
  after: ReadonlyMap<string, CrmPerson>,
): Outcome<CrmWritten> {
  const result = succeeded(kind, rawResult);
  if (!result.ok) return result;
  const was = before.get(ref.id);
  const is = after.get(ref.id);
  if (is === undefined) return notReadBack();
  return { ok: true, value: { ref, after: is, ...(was !== undefined && { before: was }) } };
}

function prepare<T extends CrmWrite>(
  operations: readonly T[],
  outcomes: Map<CrmWrite, Outcome<CrmWritten>>,
  record: (operation: T) => { kind: PersonKind; record: Row },
): Prepared<T>[] {
  return operations.flatMap(operation => {
    try {
      return [{ operation, ...record(operation) }];
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      outcomes.set(operation, { ok: false, failure: error });
      return [];
    }
  });
}

/** A read that failed beside a write leaves its outcome open, it does not fail the others. */
function peopleOf(kind: PersonKind, answer: SubAnswer): [string, CrmPerson][] {
  const rows = answer.ok ? rowsOf(answer).records : [];
  return rows.map(row => [String(row.Id), personOf(kind, row)]);
}

function personKindOf(ref: CrmRef): PersonKind {
  if (ref.kind === 'contact' || ref.kind === 'lead') return ref.kind;
  throw new SyncFailure('permanent', `a ${ref.kind} is never written`);
}

/** What the acted-for user does not see is gone for him, as it would be in a session of his own. */
function requireEditable(rights: Rights | undefined): void {
  if (rights?.read !== true)
    throw new SyncFailure('gone', 'the user does not see this record', { native: rightsSource });
  if (rights.edit) return;
  throw new SyncFailure('forbidden', 'the user may not edit this record', {
    native: rightsSource,
    fix: 'Give the user edit access to the record in the CRM.',
  });
}
