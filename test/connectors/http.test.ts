import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realWorld } from '../../bin/world.ts';
import { createHttp, isAllowedHost } from '../../connectors/http.ts';

describe('the host list', () => {
  it.each([
    ['https://graph.microsoft.com/v1.0', ['graph.microsoft.com'], true],
    ['https://graph.microsoft.com:8443/v1.0', ['graph.microsoft.com'], true],
    ['http://graph.microsoft.com/v1.0', ['graph.microsoft.com'], false],
    ['https://graph.microsoft.com.evil.example', ['graph.microsoft.com'], false],
    ['https://acme.my.salesforce.com', ['*.my.salesforce.com'], true],
    ['https://my.salesforce.com', ['*.my.salesforce.com'], false],
    ['https://evilmy.salesforce.com', ['*.my.salesforce.com'], false],
    ['http://acme.my.salesforce.com', ['*.my.salesforce.com'], false],
    ['http://127.0.0.1:9000', ['127.0.0.1:9000'], true],
    ['http://127.0.0.1:9001', ['127.0.0.1:9000'], false],
    ['http://127.0.0.1:9001', ['127.0.0.1'], true],
    ['http://emulators:9000', ['emulators:9000'], true],
    ['http://emulators:9000', ['emulators'], false],
    ['https://graph.microsoft.com@evil.example', ['graph.microsoft.com'], false],
  ])('%s with %j: %s', (address, hosts, allowed) => {
    expect(isAllowedHost(new URL(address), new Set(hosts))).toBe(allowed);
  });
});

describe('the way out', () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.url === '/redirect') response.writeHead(302, { location: 'http://evil.example/' }).end();
    else if (request.url === '/endless') {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(timer));
    } else if (request.url === '/silent') setTimeout(() => response.end(), 60_000).unref();
    else if (request.url === '/reset') request.socket.destroy();
    else response.end('{}');
  });
  let url: string;
  const limits = { timeoutMs: 200, maxBytes: 1_000_000 };
  const http = () => createHttp(realWorld([new URL(url).host]), limits);
  const send = (method: string, path: string) =>
    http()({ method, url: url + path, headers: { authorization: 'x' } });

  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('sends nothing to a host that is not on the list', async () => {
    const closed = createHttp(realWorld(['graph.microsoft.com']), limits);
    await expect(closed({ method: 'GET', url: `${url}/never`, headers: {} })).rejects.toMatchObject({
      kind: 'permanent',
      native: 'HostNotAllowed',
    });
    expect(seen).not.toContain('GET /never');
  });

  it('follows no redirect', async () => {
    await expect(send('POST', '/redirect')).rejects.toMatchObject({ kind: 'permanent', native: '302' });
  });

  it('cuts an answer that does not end', async () => {
    const generous = createHttp(realWorld([new URL(url).host]), { timeoutMs: 30_000, maxBytes: 1_000_000 });
    await expect(generous({ method: 'GET', url: `${url}/endless`, headers: {} })).rejects.toMatchObject({
      native: 'AnswerTooLarge',
    });
  });

  it.each([
    ['POST', '/silent', true],
    ['GET', '/silent', undefined],
    ['POST', '/reset', true],
    ['DELETE', '/reset', true],
    ['GET', '/reset', undefined],
  ])('invariant 8: %s %s may have taken effect: %s', async (method, path, maybeApplied) => {
    const failure = await send(method, path).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'transient' });
    expect((failure as { maybeApplied?: boolean }).maybeApplied).toBe(maybeApplied);
  });

  it('knows that a refused connection had no effect', async () => {
    const nobody = createHttp(realWorld(['127.0.0.1:1']), limits);
    const failure = await nobody({ method: 'POST', url: 'http://127.0.0.1:1/', headers: {} }).catch(
      error => error,
    );
    expect(failure).toMatchObject({ kind: 'transient', native: 'ECONNREFUSED' });
    expect(failure.maybeApplied).toBeUndefined();
  });
});
