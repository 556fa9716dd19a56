import { SyncFailure } from '../../sync/failure.ts';
import type { CrmAnswered, CrmWrite, Outcome } from '../connector.ts';
import { createRecords } from './creates.ts';
import { deleteRecords } from './deletes.ts';
import {
  type DescribedObject,
  isRecordObject,
  objectOf,
  type RecordObject,
  recordsPerCollection,
} from './shape.ts';
import { chunks } from './soql.ts';
import { updateRecords } from './updates.ts';
import { type Outcomes, participantsIn, type Writing } from './writing.ts';

type Saving = Exclude<CrmWrite, { op: 'delete' }>;

/** What one user writes. Duplicate rules are respected: what they stop is a `duplicate`, never forced. */
export class Writes {
  readonly #writing: Writing;

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  /** The first call's failure is thrown; a later one's is told per item, so that what is done stays known. */
  async write(operations: readonly CrmWrite[]): Promise<Outcome<CrmAnswered>[]> {
    const outcomes: Outcomes = new Map();
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

  async #writeGroup(group: readonly CrmWrite[], outcomes: Outcomes): Promise<void> {
    const { schema, persons } = this.#writing;
    const saving = group.filter(operation => operation.op !== 'delete');
    const objects = objectsOf(saving);
    await Promise.all(objects.map(object => schema.prove(object)));
    const addresses = saving.flatMap(
      ({ fields }) => participantsIn(fields)?.map(({ address }) => address) ?? [],
    );
    const idByAddress =
      addresses.length === 0 ? new Map<string, string>() : await persons.idsByAddress(addresses);
    const described: DescribedObject[] = objects.includes('Event') ? [...objects, 'EventRelation'] : objects;
    await schema.using(described, async shapes => {
      // Asked again after a refused column, what is done is not done twice.
      const open = saving.filter(operation => !outcomes.has(operation));
      const creates = open.filter(operation => operation.op === 'create');
      if (creates.length > 0) await createRecords(this.#writing, creates, shapes, idByAddress, outcomes);
      const updates = open.filter(operation => operation.op === 'update');
      if (updates.length > 0) await updateRecords(this.#writing, updates, shapes, idByAddress, outcomes);
    });
    const deletes = group.filter(operation => operation.op === 'delete');
    if (deletes.length > 0) await deleteRecords(this.#writing, deletes, outcomes);
  }
}

function objectsOf(operations: readonly Saving[]): RecordObject[] {
  const kinds = operations.map(operation =>
    operation.op === 'create' ? operation.kind : operation.ref.kind,
  );
  return [...new Set(kinds.map(kind => objectOf[kind]))].filter(object => isRecordObject(object));
}
