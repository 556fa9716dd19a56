import { canRead } from '../access/sharing.ts';
import { failure } from '../failure.ts';
import { type Answer, ok } from '../http/message.ts';
import { recordBody } from '../records/representation.ts';
import type { Field, ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';
import { type Call, objectBody, type Route, typeNamed } from './call.ts';
import { fieldsNamed } from './records.ts';

const DEFAULT_LIMIT = 2000;
const SCOPES: Record<string, (field: Field) => boolean> = {
  EMAIL: field => field.type === 'email',
  NAME: field => field.name === 'Name',
  PHONE: field => field.type === 'phone',
  ALL: field => ['string', 'email', 'phone', 'textarea', 'url', 'picklist', 'combobox'].includes(field.type),
};

interface Search {
  readonly term: string;
  readonly scope: string;
  readonly objects: readonly {
    readonly name: string;
    readonly fields: readonly string[];
    readonly limit: number;
  }[];
  readonly limit: number;
}

/** A word may end with `*`; otherwise it must be the whole value or a whole word of it. */
function matcher(term: string): (text: string) => boolean {
  const wanted = term.replace(/\\(.)/g, '$1').replace(/^"|"$/g, '').trim().toLowerCase();
  if (wanted.replaceAll('*', '').length < 2)
    throw failure('MALFORMED_SEARCH', 'Search term must be longer than one character');
  const pattern = wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const regExp = new RegExp(`(^|[^\\p{L}\\p{N}])${pattern}($|[^\\p{L}\\p{N}])`, 'u');
  return text => regExp.test(text.toLowerCase());
}

function found(call: Call, type: ObjectType, search: Search): Row[] {
  const { org } = call.emulator;
  const matches = matcher(search.term);
  const fields = [...type.fields.values()].filter(SCOPES[search.scope] ?? SCOPES.ALL ?? (() => true));
  return [...org.store.table(type.name).rows()].filter(row => {
    if (row.IsDeleted === true) return false;
    const hit = fields.some(field => typeof row[field.name] === 'string' && matches(String(row[field.name])));
    return hit && canRead(org, call.user, type, row);
  });
}

function runSearch(call: Call, search: Search): Answer {
  const searchRecords = search.objects.flatMap(object => {
    const type = typeNamed(call, object.name);
    const fields = fieldsNamed(call, type, object.fields);
    return found(call, type, search)
      .slice(0, object.limit)
      .map(row => recordBody(type, fields, row, call.version));
  });
  return ok({ searchRecords: searchRecords.slice(0, search.limit) });
}

const SOSL =
  /^\s*FIND\s*\{(.*?)(?<!\\)\}\s*(?:IN\s+(ALL|EMAIL|NAME|PHONE)\s+FIELDS)?\s*(?:RETURNING\s+(.*?))?(?:\s+LIMIT\s+(\d+))?\s*$/is;
const RETURNING = /([A-Za-z0-9_]+)\s*(?:\(([^)]*)\))?/g;

function parseSosl(sosl: string): Search {
  const match = SOSL.exec(sosl);
  if (match === null) throw failure('MALFORMED_SEARCH', `Cannot read the search: ${sosl}`);
  const [, term = '', scope = 'ALL', returning = 'Contact,Lead,Account', limit] = match;
  const objects = [...returning.matchAll(RETURNING)].map(([, name = '', list]) => ({
    name,
    fields: list?.split(',').map(each => each.trim()) ?? ['Id'],
    limit: DEFAULT_LIMIT,
  }));
  return { term, scope: scope.toUpperCase(), objects, limit: Number(limit ?? DEFAULT_LIMIT) };
}

function search(call: Call): Answer {
  return runSearch(call, parseSosl(call.request.query.get('q') ?? ''));
}

interface SearchParameters {
  q?: string;
  in?: string;
  fields?: string[];
  sobjects?: { name: string; fields?: string[]; limit?: number }[];
  overallLimit?: number;
  defaultLimit?: number;
}

function parameterizedSearch(parameters: SearchParameters, call: Call): Answer {
  const {
    q = '',
    fields = ['Id'],
    sobjects = [{ name: 'Contact' }, { name: 'Lead' }],
    overallLimit = DEFAULT_LIMIT,
    defaultLimit = DEFAULT_LIMIT,
  } = parameters;
  const objects = sobjects.map(each => ({
    name: each.name,
    fields: each.fields ?? fields,
    limit: each.limit ?? defaultLimit,
  }));
  return runSearch(call, {
    term: q,
    scope: (parameters.in ?? 'ALL').toUpperCase(),
    objects,
    limit: overallLimit,
  });
}

function parametersOfQuery(call: Call): SearchParameters {
  const { query } = call.request;
  const list = (name: string): string[] | undefined => query.get(name)?.split(',');
  const sobjects = list('sobject')?.map(name => ({ name }));
  const fields = list('fields') ?? (sobjects?.length === 1 ? list(`${sobjects[0]?.name}.fields`) : undefined);
  return {
    q: query.get('q') ?? '',
    in: query.get('in') ?? 'ALL',
    ...(fields ? { fields } : {}),
    ...(sobjects ? { sobjects } : {}),
  };
}

export const searchRoutes: readonly Route[] = [
  ['GET', '/search', search],
  ['GET', '/parameterizedSearch', call => parameterizedSearch(parametersOfQuery(call), call)],
  ['POST', '/parameterizedSearch', call => parameterizedSearch(objectBody(call) as SearchParameters, call)],
];
