import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installation, startInstallation } from './installation.ts';

let installation: Installation;
// biome-ignore lint/suspicious/noExplicitAny: a JSON document that is walked
let document: any;
beforeAll(async () => {
  installation = await startInstallation();
  document = (await installation.with(undefined)('GET', '/openapi.json')).body;
});
afterAll(() => installation.stop());

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly responses: Record<string, { content?: Record<string, object> }>;
  readonly parameters?: readonly { readonly $ref?: string }[];
}

function operations(): [string, Operation][] {
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method} ${path}`,
        operation,
      ]),
  );
}

describe('the OpenAPI document (OPS-1)', () => {
  test('is OpenAPI 3.1 and every reference in it resolves', () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(
      match => match[1] ?? '',
    );
    expect(references.length).toBeGreaterThan(100);
    for (const reference of new Set(references)) {
      const target = reference
        .split('/')
        .slice(1)
        .reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
      expect(target, reference).toBeDefined();
    }
  });

  test('names every operation once, says what it does and who may', () => {
    const ids = operations().map(([, operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [route, operation] of operations()) {
      expect(operation.summary, route).not.toBe('');
      expect(operation.security, route).toBeDefined();
    }
  });

  test('describes the problems of every route behind a key as problem+json', () => {
    for (const [route, { responses }] of operations().filter(([name]) => name.includes('/v1/'))) {
      expect(Object.keys(responses), route).toEqual(expect.arrayContaining(['401', '403']));
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        expect(Object.keys(response.content ?? {}), `${route} ${status}`).toEqual([
          'application/problem+json',
        ]);
      }
    }
  });

  test('offers Idempotency-Key on every POST', () => {
    const posts = operations().filter(([route]) => route.startsWith('post '));
    expect(posts.length).toBeGreaterThan(10);
    for (const [route, { parameters = [] }] of posts) {
      expect(
        parameters.map(parameter => parameter.$ref),
        route,
      ).toContain('#/components/parameters/IdempotencyKey');
    }
  });

  test('carries the help text of every policy option', () => {
    const { modules, calendar } = document.components.schemas.NewPolicy.properties;
    expect(modules.properties.contacts.properties.filter.description).toContain('owned by');
    expect(calendar.properties.invitations.enum).toEqual(['skip', 'never', 'send']);
    expect(document.info.description).toContain('/deletionGuard/percent');
  });

  test('does not offer what is not there yet', async () => {
    const tenant = await installation.tenant();
    expect(document.paths['/v1/policies/preview']).toBeUndefined();
    expect((await tenant.send('POST', '/v1/policies/preview', { body: {} })).status).toBe(404);
  });
});

describe('the reference page', () => {
  test('and its script come from here, and nothing else may load', async () => {
    const page = await installation.with(undefined)('GET', '/docs');
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/https?:/);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const script = await installation.with(undefined)('GET', '/docs/reference.js');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.text.length).toBeGreaterThan(100_000);
  });
});
