import { readableField, readableFields } from '../access/permissions.ts';
import { canDelete, canRead } from '../access/sharing.ts';
import { removeOnwards } from '../activities/series.ts';
import { entityIsDeleted, failure, insufficientAccess, notFound } from '../failure.ts';
import { type Answer, noContent, ok } from '../http/message.ts';
import { canonicalId } from '../recordId.ts';
import { deleteRecord } from '../records/remove.ts';
import { recordBody } from '../records/representation.ts';
import { createRecord, systemOf, updateRecord } from '../records/save.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';
import { actingOf, type Call, objectBody, type Route, typeNamed } from './call.ts';
import { checkUnchanged, etagOf, isNotModified, modifiedMs } from './conditional.ts';

/** The live record that a path names, if the user may see it. */
export function rowNamed(call: Call, type: ObjectType, given: string): Row {
  const id = canonicalId(given);
  if (id === undefined)
    throw failure('NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${given}`);
  const row = call.emulator.org.store.table(type.name).get(id);
  if (row === undefined || !canRead(call.emulator.org, call.user, type, row)) throw notFound();
  if (row.IsDeleted === true) throw entityIsDeleted();
  return row;
}

/** The fields asked for by name, or all that the user may read. */
export function fieldsNamed(call: Call, type: ObjectType, names: readonly string[] | undefined): Field[] {
  const { org } = call.emulator;
  if (names === undefined) return readableFields(org, call.user, type);
  return names.map(name => {
    const field = readableField(org, call.user, type, name.trim());
    if (field === undefined)
      throw failure('INVALID_FIELD', `No such column '${name.trim()}' on sobject of type ${type.name}`);
    return field;
  });
}

export function retrieveAnswer(call: Call, type: ObjectType, row: Row): Answer {
  const asked = call.request.query.get('fields');
  const named = fieldsNamed(call, type, asked === null ? undefined : asked.split(','));
  const fields = named.some(field => field.type === 'id')
    ? named
    : [...named, ...fieldsNamed(call, type, ['Id'])];
  const etag = etagOf(type, row);
  const headers = {
    ...(etag === undefined ? {} : { etag }),
    'last-modified': new Date(modifiedMs(row)).toUTCString(),
  };
  if (isNotModified(call, modifiedMs(row), etag)) return { status: 304, headers };
  return { status: 200, headers, body: recordBody(type, fields, row, call.version) };
}

function retrieve(call: Call): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  if (type.virtual) throw notFound();
  return retrieveAnswer(call, type, rowNamed(call, type, call.params.id ?? ''));
}

export function created(call: Call, type: ObjectType, row: Row): Answer {
  const location = `/services/data/${call.version}/sobjects/${type.name}/${row.Id}`;
  return { status: 201, headers: { location }, body: { id: row.Id, success: true, errors: [] } };
}

function create(call: Call): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  return created(call, type, createRecord(actingOf(call), type, objectBody(call)));
}

function update(call: Call): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  const id = canonicalId(call.params.id ?? '');
  const row = id === undefined ? undefined : call.emulator.org.store.table(type.name).get(id);
  if (row === undefined) throw notFound();
  checkUnchanged(call, type, row);
  const input = objectBody(call);
  if (Object.keys(input).some(name => name.toLowerCase() === 'id'))
    throw failure('INVALID_FIELD', 'The Id field should not be specified in the sobject data.');
  updateRecord(actingOf(call), type, row.Id, input);
  return noContent;
}

function remove(call: Call): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  const id = canonicalId(call.params.id ?? '');
  const row = id === undefined ? undefined : call.emulator.org.store.table(type.name).get(id);
  if (row === undefined) throw notFound();
  deleteRecord(actingOf(call), type, row.Id);
  return noContent;
}

function removeEventsOnwards(call: Call): Answer {
  const type = typeNamed(call, 'Event');
  const row = rowNamed(call, type, call.params.id ?? '');
  const { org } = call.emulator;
  if (!canDelete(org, call.user, type, row)) throw insufficientAccess();
  removeOnwards(org, systemOf(actingOf(call)), row);
  return ok({
    success: 'The events are being deleted from the series. Wait until all of them are gone.',
  });
}

export const recordRoutes: readonly Route[] = [
  ['POST', '/sobjects/:object', create],
  ['GET', '/sobjects/:object/:id', retrieve],
  ['HEAD', '/sobjects/:object/:id', call => ({ ...retrieve(call), body: undefined })],
  ['PATCH', '/sobjects/:object/:id', update],
  ['DELETE', '/sobjects/:object/:id', remove],
  ['DELETE', '/sobjects/Event/:id/fromThisEventOnwards', removeEventsOnwards],
];
