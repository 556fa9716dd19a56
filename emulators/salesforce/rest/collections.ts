import { canRead } from '../access/sharing.ts';
import { Failure, failure, itemErrors, jsonParserError } from '../failure.ts';
import { type Answer, ok } from '../http/message.ts';
import { canonicalId } from '../recordId.ts';
import { deleteRecord } from '../records/remove.ts';
import { recordBody } from '../records/representation.ts';
import { type Acting, createRecord, type Input, updateRecord } from '../records/save.ts';
import type { ObjectType } from '../schema/types.ts';
import { actingOf, type Call, listOf, objectBody, type Route, typeNamed, usernameOf } from './call.ts';
import { fieldsNamed } from './records.ts';
import { externalField, upsertRecord } from './upsert.ts';

const MAX_RECORDS = 200;
const MAX_RETRIEVED = 2000;
const MAX_CHUNKS = 10;

interface ItemResult {
  readonly id?: string;
  readonly success: boolean;
  readonly errors: readonly object[];
  readonly created?: boolean;
}

type Step = () => ItemResult;

const ROLLED_BACK = itemErrors([
  {
    errorCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    message:
      'Record rolled back because not all records were valid and the request was using AllOrNone header',
  },
]);

function attempt(acting: Acting, step: Step): ItemResult {
  const mark = acting.org.store.savepoint();
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    acting.org.store.rollbackTo(mark);
    return { success: false, errors: itemErrors(error.entries) };
  }
}

/** Every step on its own, or with `allOrNone` together: then one failure undoes all and marks the innocent. */
function runSteps(
  call: Call,
  acting: Acting,
  steps: readonly Step[],
  allOrNone: boolean,
  isUpsert = false,
): Answer {
  const mark = acting.org.store.savepoint();
  const faulty = call.emulator.faults.partialFailure(call.request, usernameOf(call));
  const results = steps.map((step, i) =>
    faulty !== undefined && i % 2 === 1
      ? attempt(acting, () => {
          throw faulty;
        })
      : attempt(acting, step),
  );
  const marked = isUpsert
    ? results.map(result => (result.success ? result : { ...result, created: result.created ?? false }))
    : results;
  if (!allOrNone || results.every(result => result.success)) return ok(marked);
  acting.org.store.rollbackTo(mark);
  const undone = isUpsert
    ? { success: false, errors: ROLLED_BACK, created: true }
    : { success: false, errors: ROLLED_BACK };
  return ok(
    results.map(result => (result.success ? undone : isUpsert ? { ...result, created: true } : result)),
  );
}

function typeOfRecord(call: Call, record: Input): ObjectType {
  const attributes = record.attributes as { type?: unknown } | undefined;
  if (typeof attributes?.type !== 'string')
    throw failure('INVALID_TYPE', "Include an entity type in the 'attributes' of every record", []);
  const type = call.emulator.org.schema.find(attributes.type);
  if (type === undefined)
    throw failure('INVALID_TYPE', `sObject type '${attributes.type}' is not supported.`, []);
  return type;
}

/** Mixed types are worked off in runs of one type, at most ten of them. */
function checkChunks(records: readonly Input[]): void {
  let chunks = 0;
  let previous: unknown;
  for (const record of records) {
    const type = (record.attributes as { type?: unknown } | undefined)?.type;
    if (type !== previous) chunks += 1;
    previous = type;
  }
  if (chunks > MAX_CHUNKS)
    throw failure(
      'LIMIT_EXCEEDED',
      `Cannot have more than ${MAX_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking.`,
    );
}

function recordsOf(call: Call): { records: Input[]; allOrNone: boolean } {
  const body = objectBody(call);
  const records = listOf(body, 'records', MAX_RECORDS);
  checkChunks(records);
  return { records, allOrNone: body.allOrNone === true };
}

function createMany(call: Call): Answer {
  const acting = actingOf(call);
  const { records, allOrNone } = recordsOf(call);
  const steps = records.map(record => () => {
    const row = createRecord(acting, typeOfRecord(call, record), record);
    return { id: row.Id, success: true, errors: [] };
  });
  return runSteps(call, acting, steps, allOrNone);
}

function idOfRecord(type: ObjectType, record: Input): string {
  const given = record.id ?? record.Id;
  if (typeof given !== 'string') throw failure('MISSING_ARGUMENT', 'Id not specified in an update call', []);
  const id = canonicalId(given);
  if (id === undefined) throw failure('MALFORMED_ID', `malformed id ${given}`, ['Id']);
  if (id.slice(0, 3) !== type.keyPrefix)
    throw failure('MALFORMED_ID', `Record ID: id value of incorrect type: ${given}`, ['Id']);
  return id;
}

function withoutId(record: Input): Input {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name.toLowerCase() !== 'id'));
}

function updateMany(call: Call): Answer {
  const acting = actingOf(call);
  const { records, allOrNone } = recordsOf(call);
  const seen = new Set<string>();
  const steps = records.map(record => () => {
    const type = typeOfRecord(call, record);
    const id = idOfRecord(type, record);
    if (seen.has(id)) throw failure('DUPLICATE_VALUE', `Duplicate id specified: ${id}`, ['Id']);
    seen.add(id);
    updateRecord(acting, type, id, withoutId(record));
    return { id, success: true, errors: [] };
  });
  return runSteps(call, acting, steps, allOrNone);
}

function externalValues(records: readonly Input[], fieldName: string): (string | null)[] {
  return records.map(record => {
    const name = Object.keys(record).find(key => key.toLowerCase() === fieldName.toLowerCase());
    const value = name === undefined ? undefined : record[name];
    return value === undefined || value === null || value === '' ? null : String(value);
  });
}

function upsertMany(call: Call): Answer {
  const acting = actingOf(call);
  const type = typeNamed(call, call.params.object ?? '');
  const field = externalField(type, call.params.field ?? '');
  const { records, allOrNone } = recordsOf(call);
  const values = externalValues(records, field.name);
  const steps = records.map((record, i) => () => {
    const value = values[i] ?? null;
    if (typeOfRecord(call, record) !== type)
      throw failure('INVALID_TYPE', `The record is not of type ${type.name}`, []);
    if (value !== null && values.filter(other => other?.toLowerCase() === value.toLowerCase()).length > 1)
      throw failure('DUPLICATE_VALUE', `Duplicate external id specified: ${value}`, [field.name]);
    const input = Object.fromEntries(
      Object.entries(withoutId(record)).filter(([name]) => name.toLowerCase() !== field.name.toLowerCase()),
    );
    if (value === null && field.type !== 'id')
      throw failure('MISSING_ARGUMENT', `${field.name} not specified`, []);
    const result =
      value === null
        ? { row: createRecord(acting, type, input), created: true }
        : upsertRecord(acting, type, field, value, input);
    return { id: result.row.Id, success: true, errors: [], created: result.created };
  });
  return runSteps(call, acting, steps, allOrNone, true);
}

function deleteMany(call: Call): Answer {
  const acting = actingOf(call);
  const ids = (call.request.query.get('ids') ?? '').split(',').filter(id => id !== '');
  if (ids.length === 0) throw failure('MISSING_ARGUMENT', 'The ids parameter is required');
  if (ids.length > MAX_RECORDS)
    throw failure(
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${MAX_RECORDS} records into this call`,
    );
  const steps = ids.map(given => () => {
    const id = canonicalId(given);
    const type = id === undefined ? undefined : acting.org.schema.byKeyPrefix(id.slice(0, 3));
    if (id === undefined || type === undefined) throw failure('MALFORMED_ID', `malformed id ${given}`, []);
    deleteRecord(acting, type, id);
    return { id, success: true, errors: [] };
  });
  return runSteps(call, acting, steps, call.request.query.get('allOrNone') === 'true');
}

function retrieveRows(call: Call, ids: readonly unknown[], names: readonly string[]): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  const { org } = call.emulator;
  if (ids.length > MAX_RETRIEVED)
    throw failure(
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${MAX_RETRIEVED} records into this call`,
    );
  const fields = fieldsNamed(call, type, names);
  const records = ids.map(given => {
    const id = typeof given === 'string' ? canonicalId(given) : undefined;
    if (id === undefined) throw failure('MALFORMED_ID', `malformed id ${String(given)}`);
    const row = org.store.table(type.name).get(id);
    if (row === undefined || row.IsDeleted === true || !canRead(org, call.user, type, row)) return null;
    return recordBody(type, fields, row, call.version);
  });
  return ok(records);
}

function retrieveManyByBody(call: Call): Answer {
  const { ids, fields } = objectBody(call);
  if (!Array.isArray(ids) || !Array.isArray(fields))
    throw jsonParserError('The request body needs the arrays ids and fields');
  return retrieveRows(call, ids, fields.map(String));
}

function retrieveManyByQuery(call: Call): Answer {
  const list = (name: string): string[] =>
    (call.request.query.get(name) ?? '').split(',').filter(each => each !== '');
  return retrieveRows(call, list('ids'), list('fields'));
}

export const collectionRoutes: readonly Route[] = [
  ['POST', '/composite/sobjects', createMany],
  ['PATCH', '/composite/sobjects', updateMany],
  ['DELETE', '/composite/sobjects', deleteMany],
  ['POST', '/composite/sobjects/:object', retrieveManyByBody],
  ['GET', '/composite/sobjects/:object', retrieveManyByQuery],
  ['PATCH', '/composite/sobjects/:object/:field', upsertMany],
];
