import { Agent, Pool, request as send } from 'undici';
import type { Metered, SentRequest } from '../meter.ts';

/**
 * Floor of HTTP: the same requests again, with the same bytes and as many at once to each system, without any logic. What
 * they create is created a second time, so whoever was recorded is not looked at afterwards.
 */
export async function replay(activities: readonly Metered[]): Promise<void> {
  const atOnce = mostAtOnce(activities);
  const agent = new Agent({
    factory: origin => new Pool(origin, { connections: atOnce.get(String(origin)) ?? 1 }),
  });
  const queue = activities.flatMap(({ requests }) => requests).values();
  const work = async () => {
    for (const one of queue) await repeat(agent, one);
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, ...atOnce.values()) }, work));
  } finally {
    await agent.close();
  }
}

function mostAtOnce(activities: readonly Metered[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const { mostInFlight } of activities)
    for (const [origin, count] of mostInFlight) most.set(origin, Math.max(most.get(origin) ?? 0, count));
  return most;
}

/**
 * Neither Exchange (documentation: event, transactionId) nor a unique field of the CRM takes a second one under the same
 * name.
 */
const ONCE_ONLY = /"(?:transactionId|Tandem_Key__c)":"/g;
const REFUSED_WITHIN = /"(?:httpStatusCode|status)":[45]\d\d|"success":false/;
/** Many requests in one, of either vendor. */
const BATCH = /\/(?:\$batch|composite)$/;

async function repeat(agent: Agent, { origin, method, path, headers, body }: SentRequest): Promise<void> {
  const answer = await send(origin + path, {
    dispatcher: agent,
    method: method as 'GET',
    headers: [...headers],
    body: body?.replaceAll(ONCE_ONLY, '$&again-') ?? null,
  });
  const text = await answer.body.text();
  // What exists already, such as a folder of this name, is refused at once; batches are what costs.
  if (BATCH.test(path) && (answer.statusCode !== 200 || REFUSED_WITHIN.test(text)))
    throw new Error(`The replay was refused, so it is no floor: ${answer.statusCode} ${text.slice(0, 300)}`);
}
