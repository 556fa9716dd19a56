import { Agent, request as send } from 'undici';
import type { SentRequest } from '../meter.ts';

/**
 * Floor of HTTP: the same requests again, with the same bytes and as many at once, without any logic. What they create
 * is created a second time, so whoever was recorded is not looked at afterwards.
 */
export async function replay(requests: readonly SentRequest[], atOnce: number): Promise<void> {
  const agent = new Agent({ connections: atOnce });
  const queue = requests.values();
  const work = async () => {
    for (const one of queue) await repeat(agent, one);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    await agent.close();
  }
}

/** Exchange makes no second event under one id (documentation: event, transactionId). */
const TRANSACTION = /"transactionId":"/g;
const REFUSED_WITHIN = /"(?:httpStatusCode|status)":[45]\d\d/;

async function repeat(agent: Agent, { origin, method, path, headers, body }: SentRequest): Promise<void> {
  const answer = await send(origin + path, {
    dispatcher: agent,
    method: method as 'GET',
    headers: [...headers],
    body: body?.replaceAll(TRANSACTION, '$&again-') ?? null,
  });
  const text = await answer.body.text();
  // What exists already, such as a folder of this name, is refused at once; batches are what costs.
  if (path.endsWith('/$batch') && (answer.statusCode !== 200 || REFUSED_WITHIN.test(text)))
    throw new Error(`The replay was refused, so it is no floor: ${answer.statusCode} ${text.slice(0, 300)}`);
}
