import type { Metered, SentRequest } from './meter.ts';

/** Requests as each vendor counts them, and the round trips they took; signing in is no API call. */
export interface Calls {
  readonly graph: number;
  readonly graphRoundTrips: number;
  readonly salesforce: number;
}

const SIGN_IN = /\/oauth2\//;

/** Graph counts what is in a batch one by one; Salesforce counts a composite request once (both vendors, limits). */
export function callsOf(activities: readonly Metered[]): Calls {
  const requests = activities.flatMap(({ requests: sent }) => sent).filter(({ path }) => !SIGN_IN.test(path));
  const graph = requests.filter(({ path }) => path.startsWith('/v1.0/'));
  return {
    graph: graph.reduce((total, request) => total + countedByGraph(request), 0),
    graphRoundTrips: graph.length,
    salesforce: requests.filter(({ path }) => path.startsWith('/services/data')).length,
  };
}

function countedByGraph({ path, body }: SentRequest): number {
  if (!path.endsWith('/$batch') || body === null) return 1;
  return (JSON.parse(body) as { requests: unknown[] }).requests.length;
}

/** Round trips to the database, and the transactions they belong to. */
export function statementsOf(activities: readonly Metered[]): { roundTrips: number; transactions: number } {
  const statements = activities.flatMap(activity => activity.statements);
  const transactions = statements.filter(sql => sql.startsWith('begin')).length;
  return { roundTrips: statements.length, transactions };
}
