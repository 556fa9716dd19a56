import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTALLATION_KEY, type Installation, startInstallation, type Tenant } from './installation.ts';

const UI = 'http://127.0.0.1:8233';
const payload = { metadata: { encoding: base64('json/plain') }, data: base64('{"id":"prg_1"}') };

let installation: Installation;
let tenant: Tenant;

beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
});
afterAll(() => installation.stop());

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const bearer = (key: string) => `Bearer ${key}`;
const basic = (key: string) => `Basic ${base64(`anybody:${key}`)}`;

function post(
  direction: 'encode' | 'decode',
  payloads: unknown,
  authorization?: string,
  origin = UI,
): Promise<Response> | Response {
  return installation.app.request(`/codec/${direction}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...(authorization && { authorization }) },
    body: JSON.stringify({ payloads }),
  });
}

async function encoded(): Promise<readonly object[]> {
  const answer = await post('encode', [payload], bearer(INSTALLATION_KEY));
  return ((await answer.json()) as { payloads: object[] }).payloads;
}

describe('the codec of the Temporal UI (OPS-5)', () => {
  test.each([
    ['the installation key', () => bearer(INSTALLATION_KEY)],
    ['an admin', () => bearer(tenant.keys.admin)],
    ['an operator', () => bearer(tenant.keys.operator)],
    ['an operator, as a browser signs in', () => basic(tenant.keys.operator)],
  ])('%s may read', async (_, authorization) => {
    const payloads = await encoded();
    expect(JSON.stringify(payloads)).not.toContain(payload.data);
    const answer = await post('decode', payloads, authorization());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(UI);
    expect(await answer.json()).toEqual({ payloads: [payload] });
  });

  test.each([
    ['nobody', (): undefined => undefined, 401],
    ['an unknown key', () => bearer('tdm_unknown'), 401],
    ['an unknown password', () => basic('tdm_unknown'), 401],
    ['a viewer', () => bearer(tenant.keys.viewer), 403],
  ] as const)('%s may not', async (_, authorization: () => string | undefined, status) => {
    for (const direction of ['encode', 'decode'] as const) {
      expect((await post(direction, await encoded(), authorization())).status).toBe(status);
    }
  });

  test('another page may not read the answer', async () => {
    const answer = await post('decode', [], bearer(INSTALLATION_KEY), 'https://evil.example');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    ['a plain payload', [payload], 422],
    ['no payload', 'text', 400],
    ['no base64', [{ metadata: {}, data: '***' }], 400],
  ])('%s is refused', async (_, payloads, status) => {
    expect((await post('decode', payloads, bearer(INSTALLATION_KEY))).status).toBe(status);
  });
});
