import { Agent, request as send } from 'undici';
import type { HttpAnswer, HttpLimits, HttpRequest } from '../connectors/world.ts';
import { SyncFailure } from '../sync/failure.ts';

const connectionPool = new Agent({ connections: 64, keepAliveTimeout: 30_000, allowH2: false });

/** One request over the network, bounded in time and size. Throws what undici throws, and `AnswerTooLarge`. */
export async function exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  const answer = await send(request.url, {
    dispatcher: connectionPool,
    method: request.method as 'GET',
    headers: request.headers,
    body: request.body ?? null,
    signal: AbortSignal.timeout(limits.timeoutMs),
    headersTimeout: limits.timeoutMs,
    bodyTimeout: limits.timeoutMs,
  });
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return { status: answer.statusCode, headers, body: await boundedText(answer.body, limits.maxBytes) };
}

async function boundedText(
  body: AsyncIterable<Buffer> & { destroy(): unknown },
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      throw new SyncFailure('permanent', `the answer is longer than ${maxBytes} bytes`, {
        native: 'AnswerTooLarge',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
