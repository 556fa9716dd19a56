import { failure, notFound } from '../failure.ts';
import type { Answer } from '../http/message.ts';
import { canonicalId } from '../recordId.ts';
import { deleteRecord } from '../records/remove.ts';
import { type Acting, createRecord, type Input, updateRecord } from '../records/save.ts';
import { isIdLookup } from '../schema/fields.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';
import { actingOf, type Call, objectBody, type Route, typeNamed } from './call.ts';
import { checkUnchanged } from './conditional.ts';
import { created, retrieveAnswer, rowNamed } from './records.ts';

export function externalField(type: ObjectType, name: string): Field {
  const field = type.fields.get(name.toLowerCase());
  if (field === undefined || !isIdLookup(field))
    throw failure('NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${name}`);
  return field;
}

/** Live records with this external id: one, none, or several where the field is not unique. */
function matching(acting: Acting, type: ObjectType, field: Field, value: string): Row[] {
  const table = acting.org.store.table(type.name);
  if (field.type === 'id') {
    const row = table.get(canonicalId(value) ?? '');
    return row === undefined || row.IsDeleted === true ? [] : [row];
  }
  return table
    .withValue(field.name, value)
    .filter(row => row.IsDeleted !== true && (!field.caseSensitive || row[field.name] === value));
}

/** Updates the one match or creates a record with the external id. */
export function upsertRecord(
  acting: Acting,
  type: ObjectType,
  field: Field,
  value: string,
  input: Input,
): { row: Row; created: boolean } {
  const [match, ...others] = matching(acting, type, field, value);
  if (others.length > 0)
    throw failure(
      'DUPLICATE_EXTERNAL_ID',
      `${field.name}: more than one record found for external id field: [${value}]`,
      [field.name],
    );
  if (match !== undefined) return { row: updateRecord(acting, type, match.Id, input), created: false };
  if (field.type === 'id') throw failure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  return { row: createRecord(acting, type, { ...input, [field.name]: value }), created: true };
}

function multipleChoices(call: Call, type: ObjectType, rows: readonly Row[]): Answer {
  return {
    status: 300,
    body: rows.map(row => `/services/data/${call.version}/sobjects/${type.name}/${row.Id}`),
  };
}

function upsert(call: Call): Answer {
  const acting = actingOf(call);
  const type = typeNamed(call, call.params.object ?? '');
  const field = externalField(type, call.params.field ?? '');
  const value = call.params.value ?? '';
  const input = objectBody(call);
  if (Object.keys(input).some(name => name.toLowerCase() === field.name.toLowerCase()))
    throw failure('INVALID_FIELD', `The ${field.name} field should not be specified in the sobject data.`);
  const matches = matching(acting, type, field, value);
  if (matches.length > 1) return multipleChoices(call, type, matches);
  if (matches[0] !== undefined) checkUnchanged(call, type, matches[0]);
  else if (call.request.query.get('updateOnly') === 'true') throw notFound();
  const result = upsertRecord(acting, type, field, value, input);
  const answer = created(call, type, result.row);
  return {
    ...answer,
    status: result.created ? 201 : 200,
    body: { id: result.row.Id, success: true, errors: [], created: result.created },
  };
}

/** The one record with an external id, for reading and deleting by it. */
function onlyMatch(call: Call, act: (type: ObjectType, row: Row) => Answer): Answer {
  const type = typeNamed(call, call.params.object ?? '');
  const field = externalField(type, call.params.field ?? '');
  const matches = matching(actingOf(call), type, field, call.params.value ?? '');
  if (matches.length > 1) return multipleChoices(call, type, matches);
  return act(type, rowNamed(call, type, matches[0]?.Id ?? '000000000000000'));
}

export const upsertRoutes: readonly Route[] = [
  ['PATCH', '/sobjects/:object/:field/:value', upsert],
  [
    'GET',
    '/sobjects/:object/:field/:value',
    call => onlyMatch(call, (type, row) => retrieveAnswer(call, type, row)),
  ],
  [
    'DELETE',
    '/sobjects/:object/:field/:value',
    call =>
      onlyMatch(call, (type, row) => {
        deleteRecord(actingOf(call), type, row.Id);
        return { status: 204 };
      }),
  ],
];
