import { mayUseObject } from '../access/permissions.ts';
import type { Emulator } from '../emulator.ts';
import { failure, jsonParserError, notFound } from '../failure.ts';
import type { Answer, Request } from '../http/message.ts';
import type { LoggedSubrequest } from '../http/requestLog.ts';
import type { Session } from '../oauth/sessions.ts';
import type { Acting } from '../records/save.ts';
import type { ObjectType } from '../schema/types.ts';
import { type Row, text } from '../store/row.ts';

/** A request below /services/data/vXX.0, made by a signed-in user. */
export interface Call {
  readonly emulator: Emulator;
  readonly request: Request;
  readonly session: Session;
  readonly user: Row;
  /** Filled by composite resources, for the request log. */
  readonly subrequests: LoggedSubrequest[];
  /** As in the path: `v67.0`. */
  readonly version: string;
  /** Decoded parameters of the route. */
  readonly params: Readonly<Record<string, string>>;
}

/** Who asks, before it is known what for. */
export type Caller = Omit<Call, 'request' | 'version' | 'params'>;
export const usernameOf = (caller: Caller): string | undefined => text(caller.user, 'Username') ?? undefined;

export type Handler = (call: Call) => Answer;
export type Route = readonly [method: string, pattern: string, handler: Handler];

function jsonBody(call: Call): unknown {
  const { body } = call.request;
  if ('json' in body) return body.json;
  try {
    return JSON.parse(body.text);
  } catch {
    throw jsonParserError(
      body.text === ''
        ? 'No content to map to Object due to end of input'
        : 'Unexpected character in the request body at [line:1, column:1]',
    );
  }
}

export function objectBody(call: Call): Record<string, unknown> {
  const body = jsonBody(call);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw jsonParserError('The HTTP entity body is required, but this HTTP request has no entity body.');
  return body as Record<string, unknown>;
}

/** The object type a path names, if the user may see it at all. */
export function typeNamed(call: Call, name: string): ObjectType {
  const { org } = call.emulator;
  const type = org.schema.find(name);
  if (type === undefined || !mayUseObject(org, call.user, type, 'read')) throw notFound();
  return type;
}

/** An entry of a header such as `allowSave=true; runAsCurrentUser=true` or `batchSize=200`. */
export function headerOption(call: Call, header: string, option: string): string | undefined {
  const entries = (call.request.headers[header] ?? '').split(/[;,]/).map(entry => entry.split('='));
  return entries.find(([name]) => name?.trim().toLowerCase() === option.toLowerCase())?.[1]?.trim();
}

export function actingOf(call: Call): Acting {
  const allowSave = headerOption(call, 'sforce-duplicate-rule-header', 'allowSave');
  return { org: call.emulator.org, user: call.user, allowDuplicates: allowSave?.toLowerCase() === 'true' };
}

/** An array of objects under a name of the body, within the vendor's limit. */
export function listOf(
  body: Readonly<Record<string, unknown>>,
  name: string,
  limit: number,
): Record<string, unknown>[] {
  const list = body[name];
  if (!Array.isArray(list)) throw jsonParserError(`Required array ${name} is missing from the request body`);
  if (list.length > limit)
    throw failure(
      'LIMIT_EXCEEDED',
      `Limit exceeded: a maximum of ${limit} ${name} are allowed per request, got ${list.length}`,
    );
  if (list.some(each => typeof each !== 'object' || each === null))
    throw jsonParserError(`Cannot deserialize an entry of ${name}: an object is required`);
  return list as Record<string, unknown>[];
}
