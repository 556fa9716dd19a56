import { describeOptions } from '../sync/policy/describe.ts';
import type { Api } from './deps.ts';

const description = `
Manages organizations, connections, policies and pairings of Tandem, which keeps mailboxes and CRMs in agreement.

- Send the API key as \`Authorization: Bearer …\`. Roles: **viewer** reads, **operator** runs and repairs, **admin** configures.
- Lists answer \`{data, page: {nextCursor}}\`; pass \`nextCursor\` as \`cursor\` for the next page.
- Errors are \`application/problem+json\` with a stable \`code\` and, where a person can do something, a \`fix\`.
- Every POST takes an \`Idempotency-Key\`: the same key with the same body answers what the first request answered.
- Policies carry an ETag; changing one needs it as \`If-Match\`.
- \`X-Request-Id\` may be given and always comes back; it is in the logs and in problems.
`;

/** Security schemes, and the policy options with their help texts, which the schemas alone cannot show (POL-26). */
export function serveOpenApi(app: Api): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of an organization',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'installationKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'The installation key, which manages organizations only',
  });
  app.openAPIRegistry.registerComponent('parameters', 'IdempotencyKey', idempotencyKey);
  let document: string | undefined;
  app.get('/openapi.json', c => {
    document ??= JSON.stringify(describe(app));
    return c.body(document, 200, { 'content-type': 'application/json' });
  });
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  schema: { type: 'string' as const, minLength: 1, maxLength: 200 },
  description: 'The same key with the same request answers what the first one answered',
};

function describe(app: Api) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Tandem', version: '1', description: `${description}\n${optionTable()}` },
    servers: [{ url: '/' }],
    tags: tags.map(([name, description]) => ({ name, description })),
  });
  for (const path of Object.values(document.paths ?? {})) {
    const { post } = path;
    if (post) {
      post.parameters = [...(post.parameters ?? []), { $ref: '#/components/parameters/IdempotencyKey' }];
    }
  }
  return document;
}

const tags = [
  ['organizations', 'Customers of the installation'],
  ['connections', 'How mailboxes and CRMs are reached'],
  ['policies', 'What is synced, when, and in which direction'],
  ['pairings', 'A mailbox together with a CRM user'],
  ['history', 'What was done, and why'],
  ['held deletions', 'What the mass deletion guard stopped'],
  ['operation', 'Health'],
] as const;

function optionTable(): string {
  const rows = describeOptions().map(option => {
    const standard = option.default === undefined ? '' : `\`${JSON.stringify(option.default)}\``;
    return `| \`${option.pointer}\` | ${option.help} | ${standard} | ${option.subscription} | ${option.effect} |`;
  });
  return [
    '## Policy options',
    '| option | what it does | default | from subscription | effect of a change |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
