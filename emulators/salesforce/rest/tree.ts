import { Failure, failure, itemErrors } from '../failure.ts';
import type { Answer } from '../http/message.ts';
import { createRecord, type Input } from '../records/save.ts';
import type { ObjectType } from '../schema/types.ts';
import { actingOf, type Call, listOf, objectBody, type Route, typeNamed } from './call.ts';

const MAX_RECORDS = 200;
const MAX_DEPTH = 5;

interface TreeResult {
  readonly referenceId: string;
  readonly id: string;
}

interface Planting {
  readonly call: Call;
  readonly results: TreeResult[];
  readonly errors: { referenceId: string; errors: object[] }[];
  count: number;
}

const isChildList = (value: unknown): value is { records: Input[] } =>
  typeof value === 'object' && value !== null && Array.isArray((value as { records?: unknown }).records);

function referenceIdOf(record: Input): string {
  const { referenceId } = (record.attributes ?? {}) as { referenceId?: unknown };
  if (typeof referenceId !== 'string')
    throw failure('INVALID_INPUT', 'Include a referenceId in the attributes of every record');
  return referenceId;
}

function plant(planting: Planting, type: ObjectType, record: Input, depth: number): void {
  const { call } = planting;
  planting.count += 1;
  if (planting.count > MAX_RECORDS)
    throw failure('LIMIT_EXCEEDED', `A tree has at most ${MAX_RECORDS} records`);
  if (depth > MAX_DEPTH) throw failure('LIMIT_EXCEEDED', `A tree has at most ${MAX_DEPTH} levels`);
  const referenceId = referenceIdOf(record);
  const own = Object.fromEntries(Object.entries(record).filter(([, value]) => !isChildList(value)));
  try {
    const row = createRecord(actingOf(call), type, own);
    planting.results.push({ referenceId, id: row.Id });
    plantChildren(planting, type, record, row.Id, depth);
  } catch (error) {
    if (!(error instanceof Failure) || error.entries[0]?.errorCode === 'LIMIT_EXCEEDED') throw error;
    planting.errors.push({ referenceId, errors: itemErrors(error.entries) });
  }
}

function plantChildren(
  planting: Planting,
  type: ObjectType,
  record: Input,
  parentId: string,
  depth: number,
): void {
  for (const [name, value] of Object.entries(record)) {
    if (!isChildList(value)) continue;
    const relationship = type.children.find(
      child => child.relationshipName.toLowerCase() === name.toLowerCase(),
    );
    const childType = relationship && planting.call.emulator.org.schema.find(relationship.childObject);
    if (relationship === undefined || childType === undefined)
      throw failure('INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`);
    for (const child of value.records)
      plant(planting, childType, { ...child, [relationship.field]: parentId }, depth + 1);
  }
}

/** Creates records with their children: all of them or none. */
function createTree(call: Call): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  const records = listOf(objectBody(call), 'records', MAX_RECORDS);
  const { store } = call.emulator.org;
  const mark = store.savepoint();
  const planting: Planting = { call, results: [], errors: [], count: 0 };
  for (const record of records) plant(planting, type, record, 1);
  if (planting.errors.length === 0)
    return { status: 201, body: { hasErrors: false, results: planting.results } };
  store.rollbackTo(mark);
  return { status: 400, body: { hasErrors: true, results: planting.errors } };
}

export const treeRoutes: readonly Route[] = [['POST', '/composite/tree/:object', createTree]];
