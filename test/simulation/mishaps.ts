import type { HttpAnswer, HttpRequest } from '../../connectors/world.ts';
import { Chance } from '../planner/chance.ts';
import { connectionReset, type Disturbance, type System, systemOf } from './network.ts';
import { replay } from './replay.ts';
import type { SimulatedCompany } from './simulated-company.ts';

/** Something that goes wrong outside. A new one is one more entry here. */
export interface Mishap {
  readonly name: string;
  /** What it does, in words for the story. */
  readonly words: string;
  /** Begins it; what lasts ends with `heal`. */
  begin(company: SimulatedCompany, chance: Chance): Promise<void> | void;
}

const isToken = ({ url }: HttpRequest) => /oauth2/.test(url);
const isBatch = ({ url }: HttpRequest) => url.endsWith('/$batch');
const isWrite = (request: HttpRequest) =>
  /composite|sobjects/.test(request.url)
    ? request.method !== 'GET' && /"method":"(POST|PATCH|DELETE)"|"records"/.test(request.body ?? '')
    : /"method":"(POST|PATCH|DELETE)"/.test(request.body ?? '') ||
      (request.method !== 'GET' && !isBatch(request));

/** The next exchange of its kind goes through this, once. */
function disturbance(
  name: string,
  strikes: (system: System, request: HttpRequest) => boolean,
  happen: Disturbance['happen'],
): Mishap['begin'] {
  return company => company.network.disturb({ name, strikes, happen });
}

const json = { 'content-type': 'application/json' };

async function lost(_: HttpRequest, send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  await send();
  throw connectionReset();
}

async function cut(_: HttpRequest, send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  const answer = await send();
  return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
}

const refusal =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  async (request: HttpRequest): Promise<HttpAnswer> => ({
    status,
    headers: { ...json, ...headers },
    body: body || bodyOf(systemOf(request), status),
  });

function bodyOf(system: System, status: number): string {
  if (system === 'salesforce') {
    const errorCode =
      status === 503 ? 'SERVER_UNAVAILABLE' : status === 401 ? 'INVALID_SESSION_ID' : 'UNKNOWN_EXCEPTION';
    return JSON.stringify([{ errorCode, message: 'a simulated refusal' }]);
  }
  const code = status === 429 ? 'ApplicationThrottled' : 'InternalServerError';
  return JSON.stringify({ error: { code, message: 'a simulated refusal' } });
}

const ofSystem = (wanted: System) => (system: System, request: HttpRequest) =>
  system === wanted && !isToken(request);
const writesTo = (wanted: System) => (system: System, request: HttpRequest) =>
  system === wanted && !isToken(request) && isWrite(request);

/** A fault of an emulator itself, for what only it can do. */
function fault(system: System, armed: object): Mishap['begin'] {
  return async company => {
    const { control } = company[system];
    await control('PUT', 'faults', [...(await faultsOf(company, system)), armed]);
  };
}

async function faultsOf(company: SimulatedCompany, system: System): Promise<object[]> {
  const armed = (await company[system].control('GET', 'faults')) as object[] | { faults: object[] };
  return Array.isArray(armed) ? armed : armed.faults;
}

export const MISHAPS: readonly Mishap[] = [
  ...(['graph', 'salesforce'] as const).flatMap((system): Mishap[] => [
    {
      name: `${system} answer lost`,
      words: `the answer to a request to ${system} is lost`,
      begin: disturbance('lost', ofSystem(system), lost),
    },
    {
      name: `${system} write answer lost`,
      words: `the answer to a write to ${system} is lost`,
      begin: disturbance('lost', writesTo(system), lost),
    },
    {
      name: `${system} hangs up`,
      words: `${system} hangs up before it does anything`,
      begin: disturbance('hang-up', ofSystem(system), async () => {
        throw connectionReset();
      }),
    },
    {
      name: `${system} write hang-up`,
      words: `${system} hangs up on a write`,
      begin: disturbance('hang-up', writesTo(system), async () => {
        throw connectionReset();
      }),
    },
    {
      name: `${system} half answer`,
      words: `half an answer of ${system} arrives`,
      begin: disturbance('half', ofSystem(system), cut),
    },
    {
      name: `${system} 500`,
      words: `${system} answers 500`,
      begin: disturbance('500', ofSystem(system), refusal(500)),
    },
    {
      name: `${system} 502`,
      words: `a gateway before ${system} answers 502 with a page`,
      begin: disturbance(
        '502',
        ofSystem(system),
        refusal(502, { 'content-type': 'text/html' }, '<html>Bad gateway</html>'),
      ),
    },
    {
      name: `${system} 503`,
      words: `${system} answers 503 and asks for a minute`,
      begin: disturbance('503', ofSystem(system), refusal(503, { 'retry-after': '60' })),
    },
    {
      name: `${system} 429`,
      words: `${system} answers 429 and asks for half a minute`,
      begin: disturbance('429', ofSystem(system), refusal(429, { 'retry-after': '30' })),
    },
    {
      name: `${system} 429 bare`,
      words: `${system} answers 429 without saying for how long`,
      begin: disturbance('429', ofSystem(system), refusal(429)),
    },
    {
      name: `${system} token endpoint away`,
      words: `the token endpoint of ${system} answers 503`,
      begin: disturbance('token', (of, request) => of === system && isToken(request), refusal(503)),
    },
  ]),
  {
    name: 'parts throttled',
    words: 'some requests inside a batch to graph answer 429',
    begin: fault('graph', {
      mode: 'status',
      status: 429,
      retryAfter: 20,
      times: 2,
      match: { subrequest: true },
    }),
  },
  {
    name: 'parts fail',
    words: 'one request inside a batch to graph answers 503',
    begin: fault('graph', { mode: 'status', status: 503, times: 1, match: { subrequest: true } }),
  },
  {
    name: 'part answer lost',
    words: 'a write inside a batch to graph is done and answered 503',
    begin: fault('graph', { mode: 'lost-response', times: 1, match: { subrequest: true, method: 'POST' } }),
  },
  {
    name: 'expired cursor',
    words: 'a delta of graph answers 410',
    begin: fault('graph', { mode: 'expired-cursor', times: 1, match: 'delta' }),
  },
  {
    name: 'old pages',
    words: 'deltas of graph tell again what they told before, as it was then',
    begin: company => company.network.disturb(replay(company.network.told)),
  },
  {
    name: 'rows fail',
    words: 'every second row of a collection fails in salesforce',
    begin: fault('salesforce', { mode: 'partial', times: 1, match: { method: 'POST', path: '/composite' } }),
  },
  {
    name: 'row locked',
    words: 'salesforce cannot lock a row',
    begin: fault('salesforce', {
      mode: 'status',
      status: 400,
      errorCode: 'UNABLE_TO_LOCK_ROW',
      times: 1,
      match: { method: 'POST', path: '/composite/sobjects' },
    }),
  },
  {
    name: 'query fails',
    words: 'a query of salesforce answers 500',
    begin: fault('salesforce', { mode: 'status', status: 500, times: 1, match: { path: '/query' } }),
  },
  {
    name: 'graph tokens revoked',
    words: 'all tokens of graph end',
    begin: async company => void (await company.graph.control('PUT', 'app', { revokeTokens: true })),
  },
  {
    name: 'salesforce tokens revoked',
    words: 'all sessions of salesforce end',
    begin: async company => void (await company.salesforce.control('POST', 'revoke', {})),
  },
  {
    name: 'daily limit',
    words: 'salesforce has no calls left today',
    begin: async company => void (await company.salesforce.control('PUT', 'limits', { dailyApiRequests: 1 })),
  },
  {
    name: 'secret revoked',
    words: "salesforce's app is revoked",
    begin: async company => void (await company.salesforce.control('PUT', 'app', { keyRevoked: true })),
  },
  {
    name: 'late rows',
    words: 'what is saved in salesforce shows in queries two seconds later',
    begin: async company => void (await company.salesforce.control('PUT', 'visibility', { delayMs: 2_000 })),
  },
];

/** What users do themselves meets with none of it: they do not come through the API. */
export async function apart<T>(company: SimulatedCompany, work: () => Promise<T>): Promise<T> {
  const systems = ['graph', 'salesforce'] as const;
  const faults = await Promise.all(systems.map(system => faultsOf(company, system)));
  const limits = (await company.salesforce.control('PUT', 'limits', {})) as { dailyApiRequests: number };
  for (const system of systems) await company[system].control('PUT', 'faults', []);
  await company.salesforce.control('PUT', 'limits', NO_LIMIT);
  try {
    return await work();
  } finally {
    for (const [index, system] of systems.entries())
      await company[system].control('PUT', 'faults', faults[index]);
    await company.salesforce.control('PUT', 'limits', { dailyApiRequests: limits.dailyApiRequests });
  }
}

const NO_LIMIT = { dailyApiRequests: 100_000 };

/** Everything works again. */
export async function heal(company: SimulatedCompany): Promise<void> {
  company.network.calm();
  await company.graph.control('PUT', 'faults', []);
  await company.salesforce.control('PUT', 'faults', []);
  await company.salesforce.control('PUT', 'limits', NO_LIMIT);
  await company.salesforce.control('PUT', 'app', { keyRevoked: false });
  await company.salesforce.control('PUT', 'visibility', { delayMs: 0 });
}

export function beginMishap(company: SimulatedCompany, name: string, seed: number): Promise<void> | void {
  const mishap = MISHAPS.find(one => one.name === name);
  if (!mishap) throw new Error(`There is no mishap "${name}".`);
  return mishap.begin(company, new Chance(seed));
}
